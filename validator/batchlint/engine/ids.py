"""Which line had an id first, in little memory."""

from __future__ import annotations

import zlib
from array import array

EXACT = 1_000_000
"""Up to this many ids are kept as they are; beyond, each takes a record of 15 bytes."""

_BUCKETS = 1 << 17
_DIGEST = 10
_RECORD = _DIGEST + 5


class IdIndex:
    """The first line of each id.

    A million ids are held in a dictionary. Beyond that each id becomes 96 bits of digest, 64 of them from
    the keyed hash of the process, in buckets small enough to be searched as bytes: 17 bytes an id instead of
    some 120, and no file. Among ten million different ids the chance that any two share a digest is below
    10^-14.
    """

    __slots__ = ("_buckets", "_exact", "_exact_size", "_size")

    def __init__(self, exact_size: int = EXACT) -> None:
        """Starts a file; up to `exact_size` ids are kept as they are."""
        self._exact_size = exact_size
        self._exact: dict[str, int] = {}
        self._buckets: list[bytearray] = []
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
            records += digest + line.to_bytes(_RECORD - _DIGEST, "little")
            self._size += 1
            return line
        return first_line

    def add_part(self, ids: dict[str, int], lines: int) -> list[str]:
        """Notes the ids of a part that follows after `lines` lines; returns those that were there before."""
        if not self._buckets and self._exact.keys().isdisjoint(ids):
            self._exact.update((identity, line + lines) for identity, line in ids.items())
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
        self._buckets = [bytearray() for _ in range(_BUCKETS)]
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
    check = zlib.crc32(identity.encode("utf-8", "surrogatepass"))
    return hashed & (_BUCKETS - 1), (check << 48 | hashed >> 16).to_bytes(_DIGEST, "little")


def _line_in(records: bytearray, digest: bytes) -> int | None:
    """The line of the record that begins with `digest`, or None."""
    at = records.find(digest)
    # The bytes may also be found across two records.
    while at % _RECORD and at >= 0:
        at = records.find(digest, at + 1)
    return None if at < 0 else int.from_bytes(records[at + _DIGEST : at + _RECORD], "little")
