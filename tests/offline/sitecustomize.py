"""Python imports this at start-up where this folder is on its path: a process that cannot reach a network.

An audit hook sees every way to a socket, also those below the module ``socket``, and cannot be removed.
Sockets of the Unix domain stay: their addresses are paths, and processes of one machine talk through them.
So does what a test asks for by name: the loopback addresses, within `loopback()`, or in a process that has the
variable BATCHLINT_TEST_LOOPBACK. No name is looked up even then.
A process of the product itself is held to much less: see `auditing`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import auditing

_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname", "socket.getnameinfo"})
_USES = frozenset({"socket.bind", "socket.connect", "socket.sendmsg", "socket.sendto"})


_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_allowed = int("BATCHLINT_TEST_LOOPBACK" in os.environ)


@contextmanager
def loopback() -> Iterator[None]:
    """Lets this process use its own machine's addresses for a while."""
    global _allowed  # noqa: PLW0603  # an audit hook cannot be removed, so it has to be told
    _allowed += 1
    try:
        yield
    finally:
        _allowed -= 1


class NetworkError(BaseException):
    """Something tried to reach a network. No Exception, so that nothing takes it for a fault of the line."""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo" and _allowed and arguments[0] in _LOOPBACK:
        return
    if event in _USES and _allowed and isinstance(arguments[1], tuple) and arguments[1][0] in _LOOPBACK:
        return
    if event in _LOOKUPS or (event in _USES and isinstance(arguments[1], tuple)):
        raise NetworkError(f"the test suite has no network, but something called {event}")


# Of two hooks the one that was added first is asked first.
auditing.begin()
sys.addaudithook(_refuse)
