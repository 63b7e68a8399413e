"""Signals that end the command: made to wait, and sent again where Python loses them."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = frozenset(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that end the command in its own way, as far as the system has them."""

_SOON = 0.01
"""Seconds after which a lost signal is sent again; by then Python has left where nothing can catch it."""


class TerminatedError(BaseException):
    """SIGTERM or SIGHUP arrived. Not an Exception, so that nothing on the way takes it for a fault of the data."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = signal.Signals(number)


def send_lost_signals_again() -> None:
    """Lets no signal get lost for the rest of the process.

    Where nothing can catch what a handler raises, in `__del__` and in the callbacks of weak references, which each
    import has, Python gives it to `sys.unraisablehook`, which prints it, and goes on as if no signal had come.
    """
    before = sys.unraisablehook

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if isinstance(lost.exc_value, KeyboardInterrupt):
            _send_soon(signal.SIGINT)
        elif isinstance(lost.exc_value, TerminatedError):
            _send_soon(lost.exc_value.signal)
        else:
            before(lost)

    sys.unraisablehook = hook


def _send_soon(number: signal.Signals) -> None:
    timer = threading.Timer(_SOON, _send, (number,))
    timer.daemon = True
    timer.start()


def _send(number: signal.Signals) -> None:
    """Sends it to the main thread, so that it also ends a call in which that waits; Windows knows no such thing."""
    main_thread = threading.main_thread().ident
    if main_thread is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main_thread, number)
    else:
        signal.raise_signal(number)


@contextmanager
def signals_held() -> Iterator[None]:
    """Lets the signals that end the command wait; a process that is started meanwhile begins with them blocked."""
    with _blocked(), _handlers_held():
        yield


@contextmanager
def _blocked() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _handlers_held() -> Iterator[None]:
    """Where there are further threads, one of them takes what this one blocks, and the main thread calls the handler.

    Windows has nothing but the handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    held = {number: handler for number in ENDING if callable(handler := signal.getsignal(number))}
    try:
        for number in held:
            signal.signal(number, note)
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
        for number in came[:1]:
            held[signal.Signals(number)](number, None)
