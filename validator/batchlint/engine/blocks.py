"""Blocks of bytes in one temporary file, in which the room of those that are freed is used again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import FileIO

_SMALLEST = 4096
"""Bytes of the smallest room."""

_CLASSES = 8
"""Sizes of rooms between one power of two and the next: an eighth of a room at most is not used."""


class Blocks:
    """Blocks, each known by where it begins. Not for several threads at once; any call may raise OSError."""

    def __init__(self) -> None:
        """Makes the file, which has no name and goes with the process."""
        # Most runs keep all in memory.
        from tempfile import TemporaryFile

        # Without a buffer, since what is read are many pieces that lie far from each other.
        self._file: FileIO = TemporaryFile(buffering=0)  # noqa: SIM115  # `close` closes it
        self._end = 0
        self._free: dict[int, list[int]] = defaultdict(list)

    def add(self, data: bytes) -> int:
        """Stores `data`; returns where."""
        room = _room(len(data))
        free = self._free[room]
        if free:
            start = free.pop()
        else:
            start, self._end = self._end, self._end + room
        self._file.seek(start)
        written = 0
        while written < len(data):
            written += self._file.write(memoryview(data)[written:])
        return start

    def read_into(self, start: int, target: memoryview) -> None:
        """Fills `target` with what stands from `start` on."""
        self._file.seek(start)
        # Mostly all comes at once.
        at = self._file.readinto(target)
        while at < len(target):
            count = self._file.readinto(target[at:])
            if not count:
                raise OSError("a temporary file was cut short")
            at += count

    def free(self, start: int, size: int) -> None:
        """Gives back the room of the block of `size` bytes at `start`."""
        self._free[_room(size)].append(start)

    def close(self) -> None:
        """Removes the file."""
        self._file.close()


def _room(size: int) -> int:
    step = max(_SMALLEST, (1 << size.bit_length() - 1) // _CLASSES)
    return -(-size // step) * step
