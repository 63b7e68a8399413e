"""Signals that end the command, made to wait."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = frozenset(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that end the command in its own way, as far as the system has them."""


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
