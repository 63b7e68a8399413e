"""What is told on standard error of a run over many inputs: how many are done, and their bytes."""

from __future__ import annotations

import sys
import time

from batchlint.command.progress import PATIENCE, Progress
from batchlint.reading.sources import Divisible

_EVERY = 0.2
"""Seconds between two counts that are shown."""

_CLEAR = "\r\x1b[2K"


class ManyProgress(Progress):
    """Counts the inputs that are done."""

    def __init__(self, is_on: bool) -> None:
        """Starts with none; `is_on` says whether counts may be shown at all."""
        super().__init__(is_on=False)
        self._shows = is_on
        self._files = 0
        self._bytes = 0
        self._next = time.monotonic() + PATIENCE
        self._is_shown = False

    def begin(self, source: Divisible) -> None:
        """Nothing: an input is counted when it is done."""

    def ended(self, size: int) -> None:
        """Counts an input of `size` bytes, and shows the counts from time to time."""
        self._files += 1
        self._bytes += size
        now = time.monotonic()
        if self._shows and now >= self._next:
            self._next = now + _EVERY
            plural = "" if self._files == 1 else "s"
            sys.stderr.write(f"{_CLEAR}{self._files:,} file{plural}, {self._bytes / 1e6:,.0f} MB done")
            sys.stderr.flush()
            self._is_shown = True

    def clear(self) -> None:
        """Wipes the counts away before something else is written; they come again."""
        if self._is_shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
            self._is_shown = False

    def close(self) -> None:
        """Wipes the counts away."""
        self.clear()
