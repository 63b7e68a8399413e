"""Which lines of a file became which lines of its repaired copy."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_RECORD = struct.Struct("<4Q")


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `old_start` to `old_end` became lines `new_start` to `new_end`; from 0, the ends exclusive."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Hunks:
    """The hunks of one file in their order, kept in a file of their own, since there may be as many as lines."""

    def __init__(self, file: BinaryIO) -> None:
        """Keeps them in `file`, an empty temporary one."""
        self._file = file

    def add(self, hunk: Hunk) -> None:
        """Notes a further one. Raises OSError as the system does."""
        self._file.write(_RECORD.pack(hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end))

    def __iter__(self) -> Iterator[Hunk]:
        self._file.seek(0)
        while record := self._file.read(_RECORD.size):
            yield Hunk(*_RECORD.unpack(record))
