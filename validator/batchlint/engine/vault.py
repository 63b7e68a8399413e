"""What the driver puts aside until its turn: in memory up to a bound, behind it in a file."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from batchlint.engine.blocks import Blocks

BUDGET = 64 * 1024 * 1024
"""Bytes that are kept in memory."""

_SMALL = 1024
"""What is no larger stays in memory in any case: to write it would cost more."""


class Kept:
    """Something in a vault: its size, and the bytes or where in the file they stand."""

    __slots__ = ("data", "place", "size")

    def __init__(self, data: bytes | None, place: int, size: int) -> None:
        self.data = data
        self.place = place
        self.size = size


class Vault:
    """Keeps pieces of bytes. Any thread may put one in."""

    def __init__(self, budget: int = BUDGET) -> None:
        """Starts empty; `budget` bytes are kept in memory."""
        self._left = budget
        self._lock = threading.Lock()
        self._blocks: Blocks | None = None

    def put(self, data: bytes) -> Kept:
        """Keeps `data`. Raises OSError where it has to be written and cannot be."""
        size = len(data)
        with self._lock:
            if size <= _SMALL or size <= self._left:
                self._left -= size
                return Kept(data, 0, size)
            if self._blocks is None:
                self._blocks = Blocks()
            return Kept(None, self._blocks.add(data), size)

    def take(self, kept: Kept) -> bytes:
        """What was kept; the vault keeps it no longer. Raises as `drop` does."""
        data = kept.data
        if data is None:
            data = bytes(self.gathered([(kept, 0, max(0, kept.size))]))
        self.drop(kept)
        return data

    def gathered(self, places: Iterable[tuple[Kept, int, int]]) -> bytearray:
        """Parts of what is kept, from one byte up to another, one behind the other."""
        places = list(places)
        gathered = bytearray(sum(end - start for _, start, end in places))
        at = 0
        with self._lock, memoryview(gathered) as view:
            for kept, start, end in places:
                part = view[at : at + end - start]
                if kept.data is not None:
                    part[:] = memoryview(kept.data)[start:end]
                elif self._blocks is not None:
                    self._blocks.read_into(kept.place + start, part)
                at += end - start
        return gathered

    def drop(self, kept: Kept) -> None:
        """Keeps it no longer. Raises ValueError where it was taken or dropped before."""
        with self._lock:
            if kept.size < 0:
                raise ValueError("it was taken before")
            if kept.data is not None:
                self._left += kept.size
            elif self._blocks is not None:
                self._blocks.free(kept.place, kept.size)
            kept.data, kept.size = None, -1

    def close(self) -> None:
        """Removes the file."""
        with self._lock:
            if self._blocks is not None:
                self._blocks.close()
                self._blocks = None
