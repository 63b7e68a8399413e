"""Answers that wait for their turn: in memory up to a bound, behind it in files."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

BUDGET = 64 * 1024 * 1024
"""Bytes of answers that are kept in memory."""

_SMALL = 1024
"""Answers up to this size stay in memory in any case: a file for each would cost more."""


class Kept:
    """One answer in a vault."""

    __slots__ = ("data", "path", "size")

    def __init__(self, data: bytes | None, path: str | None, size: int) -> None:
        self.data = data
        self.path = path
        self.size = size


class Vault:
    """Keeps answers. Any thread may put one in."""

    def __init__(self, budget: int = BUDGET) -> None:
        """Starts empty; `budget` bytes are kept in memory."""
        self._left = budget
        self._lock = threading.Lock()
        self._folder: TemporaryDirectory[str] | None = None
        self._number = 0

    def put(self, data: bytes) -> Kept:
        """Keeps `data`. Raises OSError where it has to be written and cannot be."""
        size = len(data)
        with self._lock:
            if size <= _SMALL or size <= self._left:
                self._left -= size
                return Kept(data, None, size)
            if self._folder is None:
                # Most runs keep all in memory.
                from tempfile import TemporaryDirectory

                self._folder = TemporaryDirectory(prefix="batchlint-")
            self._number += 1
            path = os.path.join(self._folder.name, str(self._number))
        with open(path, "wb") as file:
            file.write(data)
        return Kept(None, path, size)

    def take(self, kept: Kept) -> bytes:
        """What was kept; the vault keeps it no longer."""
        if kept.data is not None:
            with self._lock:
                self._left += kept.size
            return kept.data
        if kept.path is None:
            raise ValueError("it was taken before")
        with open(kept.path, "rb") as file:
            data = file.read()
        os.unlink(kept.path)
        return data

    def close(self) -> None:
        """Removes the files."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
