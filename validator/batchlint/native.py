"""Importing packages in native code."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager


def can_import(name: str) -> bool:
    """Imports the package `name`; says whether it can be.

    Signals wait meanwhile. While jsonschema-rs is imported it makes classes, and where the handler of a signal raises
    in the midst of that it panics: its trace goes to standard error, and what is raised tells nothing of the signal.
    """
    try:
        with _signals_held():
            importlib.import_module(name)
    except ImportError:
        return False
    return True


@contextmanager
def _signals_held() -> Iterator[None]:
    import signal

    # Windows has no masks.
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
