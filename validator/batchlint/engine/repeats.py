"""Repeated ids of a file that is cut into ranges, without all its ids in one place.

Who judges a range notes for each line with an id a record: 16 bytes of digest, and where the line stands. The
records are sorted, so that those of one prefix of the digests lie together, and the prefixes can be looked
through apart from each other. Two different ids have the same digest of 128 bits with a chance below 10^-18 among
ten thousand million ids.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

from batchlint.engine.scope import LineStart

_DIGEST = 16
_RECORD = struct.Struct(f">{_DIGEST}sII")
RECORD = _RECORD.size
"""Bytes of a record: the digest, then line and offset from the start of its run, all so that they sort as bytes."""

_SPAN = 1 << 32
"""Bytes that a run may reach over; no more than one line stands in each."""

_PLACE = 12
_OFFSET_BITS = 48
_OFFSET = (1 << _OFFSET_BITS) - 1
_LINE = 6
REPEAT = _PLACE + _LINE
"""Bytes of a repeat: line and offset as one number, then the line that had the id first."""

BYTES_OF_PREFIX = 512 * 1024 * 1024
"""Bytes of a file for each prefix: with lines of 2 KB, 7 MB of records."""


@dataclass(frozen=True, slots=True)
class IdRun:
    """The records of a stretch of lines.

    Attributes:
        start: what stands before it; its records count from there.
        records: sorted by their bytes.
        ends: for each prefix of the file, behind which record those of the prefix end.
    """

    start: LineStart
    records: bytes
    ends: array[int]

    def moved(self, lines: int, size: int) -> IdRun:
        """The same as seen from `lines` lines and `size` bytes earlier."""
        return IdRun(LineStart(self.start.line + lines, self.start.offset + size), self.records, self.ends)


class Repeat(NamedTuple):
    """A line whose id an earlier one has: where it stands, and the line that had the id first."""

    start: LineStart
    first: int


class NotedIds:
    """Notes ids as records; that one is repeated shows later, when all of the file are there."""

    def __init__(self, prefixes: int) -> None:
        """Starts with none; the file has so many prefixes."""
        # Only files that are cut for other machines need it.
        from hashlib import blake2b

        self._prefixes = prefixes
        self._digest = partial(blake2b, digest_size=_DIGEST)
        self._start = LineStart(0, 0)
        self._records: list[bytes] = []
        self._runs: list[IdRun] = []

    def add(self, identity: str, line: int, offset: int) -> int:
        """Notes a line's id; returns `line`, as for an id that is new."""
        behind = offset - self._start.offset
        # A line that was held back may stand before the start.
        if not 0 <= behind < _SPAN:
            self._end_run()
            self._start, behind = LineStart(line, offset), 0
        digest = self._digest(identity.encode("utf-8", "surrogatepass")).digest()
        self._records.append(_RECORD.pack(digest, line - self._start.line, behind))
        return line

    def add_part(self, ids: dict[str, int], lines: int) -> list[str]:  # noqa: ARG002  # the part has noted its own
        """None: the ids of parts are noted by those who judge them."""
        return []

    def first_line(self, identity: str) -> int | None:  # noqa: ARG002  # it is not known yet
        """None: it is not known yet."""
        return None

    def runs(self) -> tuple[IdRun, ...]:
        """What was noted since the last time."""
        self._end_run()
        runs, self._runs = tuple(self._runs), []
        return runs

    def _end_run(self) -> None:
        if self._records:
            records = sorted(self._records)
            ends = array("I", (bisect_left(records, bound) for bound in _bounds(self._prefixes)))
            ends.append(len(records))
            self._runs.append(IdRun(self._start, b"".join(records), ends))
            self._records = []


def prefixes_of(size: int) -> int:
    """Into how many prefixes the digests of a file of `size` bytes are divided."""
    return 1 + size // BYTES_OF_PREFIX


def _bounds(prefixes: int) -> Iterator[bytes]:
    """The first digest of each prefix but the first, as far as it matters."""
    for number in range(1, prefixes):
        yield (-(-(number << 32) // prefixes)).to_bytes(4, "big")


def repeats_among(starts: Sequence[int], sizes: Sequence[int], records: bytes) -> bytes:
    """The repeats among the records of one prefix, sorted by line.

    Args:
        starts: line and offset of the start of each run, one behind the other.
        sizes: how many bytes of the records are of each run.
        records: those of all runs, one behind the other.
    """
    length = len(records)
    # Most files repeat no id, and that is seen in a fraction of the time that it takes to say which ones.
    if len({records[at : at + _DIGEST] for at in range(0, length, RECORD)}) * RECORD == length:
        return b""
    first: dict[bytes, int] = {}
    repeated: list[tuple[int, bytes]] = []
    rows = _RECORD.iter_unpack(records)
    for run_line, run_offset, size in zip(starts[::2], starts[1::2], sizes, strict=True):
        base = run_line << _OFFSET_BITS | run_offset
        for digest, line, offset in islice(rows, size // RECORD):
            place = base + (line << _OFFSET_BITS | offset)
            before = first.setdefault(digest, place)
            if before < place:
                repeated.append((place, digest))
            elif before > place:
                # A line that was held back is noted after lines behind it.
                repeated.append((before, digest))
                first[digest] = place
    repeated.sort()
    return b"".join(
        place.to_bytes(_PLACE, "big") + (first[digest] >> _OFFSET_BITS).to_bytes(_LINE, "big")
        for place, digest in repeated
    )


def repeats_of(data: bytes) -> Iterator[Repeat]:
    """The repeats that `data` holds."""
    for at in range(0, len(data), REPEAT):
        place = int.from_bytes(data[at : at + _PLACE], "big")
        first = int.from_bytes(data[at + _PLACE : at + REPEAT], "big")
        yield Repeat(LineStart(place >> _OFFSET_BITS, place & _OFFSET), first)
