"""A progress bar on standard error for an input that takes its time."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from batchlint.command.terminal import USUAL_COLUMNS, columns, is_utf8
from batchlint.errors import BatchlintError
from batchlint.escaping import show_path
from batchlint.reading.sources import Divisible

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar  # click names the class nowhere else

PATIENCE = 1.0
"""Seconds of one input after which the bar appears."""

_CLEAR = "\r\x1b[2K"
_UP = "\x1b[A"  # click ends a bar with a newline


class Progress:
    """Follows the bytes that are read of one input at a time."""

    def __init__(self, is_on: bool, patience: float = PATIENCE) -> None:
        """Starts with no input.

        Args:
            is_on: whether a bar may be shown at all.
            patience: seconds of one input after which it is.
        """
        self._is_on = is_on
        self._patience = patience
        self._name = ""
        self._size = 0
        self._read = 0
        self._since = 0.0
        self._bar: ProgressBar[int] | None = None
        self._stack = ExitStack()

    def begin(self, source: Divisible) -> None:
        """Turns to `source`; one without a size has nothing to measure by."""
        self.close()
        if not self._is_on:
            return
        try:
            size = source.size()
        except (OSError, BatchlintError):
            # Whoever opens it says why.
            return
        self._size = size or 0
        self._name = source.name
        self._read = 0
        self._since = time.monotonic()

    def advance(self, count: int) -> None:
        """Notes that `count` more bytes were read."""
        if not self._size:
            return
        self._read += count
        if self._bar is not None:
            self._bar.update(count)
        elif self._read < self._size and time.monotonic() - self._since >= self._patience:
            self._show()

    def clear(self) -> None:
        """Wipes the bar away before something else is written to the same terminal; it comes again."""
        if self._bar is not None:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()

    def ended(self, size: int) -> None:  # noqa: ARG002  # another kind of progress counts it
        """Notes that the current input, of `size` bytes, has been judged."""
        self.close()

    def close(self) -> None:
        """Ends the bar of the current input."""
        self._size = 0
        if self._bar is not None:
            self.clear()
            self._bar = None
            self._stack.close()
            sys.stderr.write(_UP)
            sys.stderr.flush()

    def _show(self) -> None:
        label = show_path(self._name, is_utf8(sys.stderr))
        room = columns(sys.stderr, os.environ) or USUAL_COLUMNS
        label = label if len(label) <= room // 3 else f"...{label[3 - room // 3 :]}"
        width = max(8, min(36, room - len(label) - 24))
        self._bar = self._stack.enter_context(
            click.progressbar(length=self._size, label=label, width=width, file=sys.stderr)
        )
        self._bar.update(self._read)
