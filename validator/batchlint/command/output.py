"""Standard output and standard error: ASCII only, failures told apart."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

from batchlint.command import exit_status
from batchlint.escaping import show


class OutputError(Exception):
    """The report cannot be written; its text says why, or is empty where the reader has gone."""


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise OutputError("") from None
    except OSError as error:
        raise OutputError(f"the report cannot be written: {(error.strerror or 'output error').lower()}") from None


class Output:
    """Standard output as a report is written to it."""

    def __init__(self, stream: BinaryIO, is_eager: bool) -> None:
        """Wraps a stream.

        Args:
            stream: where to write.
            is_eager: whether each piece is to be seen at once.
        """
        self._stream = stream
        self._is_eager = is_eager

    def write(self, text: str) -> None:
        """Writes `text`.

        Raises:
            OutputError: it cannot be written.
        """
        if not text:
            return
        with _told():
            self._stream.write(text.encode("ascii", "backslashreplace"))
            if self._is_eager:
                self._stream.flush()

    def flush(self) -> None:
        """Writes out what is buffered.

        Raises:
            OutputError: it cannot be written.
        """
        with _told():
            self._stream.flush()


def write_out(text: str) -> int:
    """Writes `text` to standard output and returns the exit status for that.

    Raises:
        OutputError: it cannot be written.
    """
    output = Output(sys.stdout.buffer, is_eager=False)
    output.write(text)
    output.flush()
    return exit_status.CLEAN


def say(message: str) -> None:
    """Writes one line to standard error; where that fails, there is nobody left to tell."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(show(message, 2000) + "\n")
        sys.stderr.flush()


def complain(message: str) -> None:
    """Writes one line about an error to standard error."""
    say(f"batchlint: error: {message}")


def abandon_stdout() -> None:
    """Keeps the interpreter from flushing a broken standard output once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
