"""Which line had an id first, in little memory."""

from __future__ import annotations

import zlib
from array import array

EXACT = 500_000
"""Up to this many ids are kept as they are; beyond, each takes a record of 11 bytes."""

_BUCKET_BITS = 15
_DIGEST = 8
_RECORD = _DIGEST + 3
_FARTHEST = (1 << 24) - 1
_GAP = bytes(_DIGEST) + _FARTHEST.to_bytes(_RECORD - _DIGEST, "little")
"""A record without an id, where the next line in a bucket is too far for one."""


class IdIndex:
    """The first line of each id.

    Half a million ids are held in a dictionary. Beyond that each id becomes 79 bits of digest, 64 of them from
    the keyed hash of the process, in buckets small enough to be searched as bytes; a record says how many
    lines lie between it and the one before in its bucket. That makes 16 bytes an id instead of some 120
    (tests/benchmarks/ids.py measures it), and no file. Among ten million different ids the chance that any
    two share a digest is below 10^-10.
    """

    __slots__ = ("_buckets", "_exact", "_exact_size", "_last_lines", "_size")

    def __init__(self, exact_size: int = EXACT) -> None:
        """Starts a file; up to `exact_size` ids are kept as they are."""
        self._exact_size = exact_size
        self._exact: dict[str, int] = {}
        self._buckets: list[bytearray] = []
        self._last_lines: array[int] = array("Q")
        self._size = 0

    def __len__(self) -> int:
        return self._size if self._buckets else len(self._exact)

    def add(self, identity: str, line: int, offset: int) -> int:  # noqa: ARG002  # other indexes keep the offset
        """Notes that `line` has the id `identity`; returns the line that had it first, which may be this one."""
        if not self._buckets:
            first = self._exact.setdefault(identity, line)
            if len(self._exact) > self._exact_size:
                self._condense()
            return first
        bucket, digest = _digest_of(identity)
        records = self._buckets[bucket]
        first_line = _line_in(records, digest)
        if first_line is None:
            distance = line - self._last_lines[bucket]
            if distance > _FARTHEST:
                gaps, distance = divmod(distance, _FARTHEST)
                records += _GAP * gaps
            records += digest + distance.to_bytes(_RECORD - _DIGEST, "little")
            self._last_lines[bucket] = line
            self._size += 1
            return line
        return first_line

    def add_part(self, ids: dict[str, int], lines: int) -> list[str]:
        """Notes the ids of a part that follows after `lines` lines; returns those that were there before."""
        if not self._buckets and self._exact.keys().isdisjoint(ids):
            self._exact.update(zip(ids, [line + lines for line in ids.values()], strict=True))
            if len(self._exact) > self._exact_size:
                self._condense()
            return []
        return [identity for identity, line in ids.items() if self.add(identity, line + lines, 0) != line + lines]

    def first_line(self, identity: str) -> int | None:
        """The line that had `identity` first, or None."""
        if not self._buckets:
            return self._exact.get(identity)
        bucket, digest = _digest_of(identity)
        return _line_in(self._buckets[bucket], digest)

    def _condense(self) -> None:
        exact, self._exact = self._exact, {}
        self._buckets = [bytearray() for _ in range(1 << _BUCKET_BITS)]
        self._last_lines = array("Q", bytes(8 << _BUCKET_BITS))
        for identity, line in exact.items():
            self.add(identity, line, 0)


class PartIds:
    """The ids of a part of a file: a plain value that goes from one process to another.

    Attributes:
        lines: the first line of each id within the part, in order.
        offsets: where those lines begin within the part, in the same order, in bytes.
    """

    __slots__ = ("lines", "offsets")

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.offsets: array[int] = array("Q")

    def add(self, identity: str, line: int, offset: int) -> int:
        """Notes that `line` at `offset` has the id `identity`; returns the line that had it first."""
        first = self.lines.setdefault(identity, line)
        if first == line:
            self.offsets.append(offset)
        return first


def _digest_of(identity: str) -> tuple[int, bytes]:
    """The bucket of an id and what stands for it there, which leaves out bits that the bucket tells."""
    # hash() is keyed anew for each process, so that nobody can prepare ids that collide.
    hashed = hash(identity) & 0xFFFFFFFFFFFFFFFF
    check = zlib.crc32(identity.encode("utf-8", "surrogatepass")) & ((1 << _BUCKET_BITS) - 1)
    rest = check << (64 - _BUCKET_BITS) | hashed >> _BUCKET_BITS
    return hashed & ((1 << _BUCKET_BITS) - 1), rest.to_bytes(_DIGEST, "little")


def _line_in(records: bytearray, digest: bytes) -> int | None:
    """The line of the record that begins with `digest`, or None."""
    at = records.find(digest)
    # The bytes may also be found across two records.
    while at % _RECORD and at >= 0:
        at = records.find(digest, at + 1)
    if at < 0:
        return None
    distances = (records[record + _DIGEST : record + _RECORD] for record in range(0, at + 1, _RECORD))
    return sum(int.from_bytes(distance, "little") for distance in distances)
