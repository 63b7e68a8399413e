"""Standard output and standard error: nothing raw from the input, failures told apart."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable
from typing import BinaryIO, TextIO

from batchlint.command import exit_status
from batchlint.command.terminal import is_utf8
from batchlint.escaping import at_start, show_path


class OutputError(Exception):
    """The report cannot be written; its text says why, or is empty where the reader has gone."""


def _output_error(error: OSError) -> OutputError:
    is_gone = isinstance(error, BrokenPipeError)
    return OutputError("" if is_gone else f"the report cannot be written: {reason(error)}")


def reason(error: OSError) -> str:
    """Why something cannot be written, in the system's words."""
    return (error.strerror or "output error").lower()


class Output:
    """Standard output as a report is written to it."""

    def __init__(self, stream: BinaryIO, is_eager: bool, before: Callable[[], None] | None = None) -> None:
        """Wraps a stream.

        Args:
            stream: where to write.
            is_eager: whether each piece is to be seen at once.
            before: called before each piece is written; wipes away what else stands on the terminal.
        """
        self._stream = stream
        self._is_eager = is_eager
        self._before = before

    def write(self, text: str) -> None:
        """Writes `text`.

        Raises:
            OutputError: it cannot be written.
        """
        if not text:
            return
        if self._before is not None:
            self._before()
        try:
            self._stream.write(text.encode("utf-8", "backslashreplace"))
            if self._is_eager:
                self._stream.flush()
        except OSError as error:
            raise _output_error(error) from None

    def flush(self) -> None:
        """Writes out what is buffered.

        Raises:
            OutputError: it cannot be written.
        """
        try:
            self._stream.flush()
        except OSError as error:
            raise _output_error(error) from None


def buffer_stdout() -> None:
    """Gives standard output a buffer where the interpreter left that out (``PYTHONUNBUFFERED``, as images of CI have).

    Without one each finding is a call to the system, which besides may take a part of a long text and say nothing.
    What is to be seen at once is written out at once in any case.
    """
    stream = sys.stdout
    # A closed standard output is None, although the type stubs do not say so.
    if stream is not None and isinstance(stream.buffer, io.RawIOBase):
        buffer = io.BufferedWriter(stream.buffer)
        sys.stdout = io.TextIOWrapper(buffer, stream.encoding, stream.errors, write_through=True)


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
    # A closed standard error is None, although the type stubs do not say so.
    try:
        sys.stderr.write(at_start(show_path(message, is_utf8(sys.stderr), 2000)) + "\n")
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        abandon(sys.stderr)


def complain(message: str) -> None:
    """Writes one line about an error to standard error."""
    say(f"batchlint: error: {message}")


def abandon(stream: TextIO) -> None:
    """Keeps the interpreter from flushing a broken standard stream once more when it ends, which would fail."""
    with contextlib.suppress(AttributeError, OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
