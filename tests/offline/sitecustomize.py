"""Python imports this at start-up where this folder is on its path: a process that cannot reach a network.

An audit hook sees every way to a socket, also those below the module ``socket``, and cannot be removed.
Sockets of the Unix domain stay: their addresses are paths, and processes of one machine talk through them.
A process of the product itself is held to much less: see `auditing`.
"""

from __future__ import annotations

import sys

import auditing

_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname", "socket.getnameinfo"})
_USES = frozenset({"socket.bind", "socket.connect", "socket.sendmsg", "socket.sendto"})


class NetworkError(BaseException):
    """Something tried to reach a network. No Exception, so that nothing takes it for a fault of the line."""


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event in _LOOKUPS or (event in _USES and isinstance(arguments[1], tuple)):
        raise NetworkError(f"the test suite has no network, but something called {event}")


# Of two hooks the one that was added first is asked first.
auditing.begin()
sys.addaudithook(_refuse)
