"""Which line had an id first, in little memory."""

from __future__ import annotations

import zlib
from array import array

EXACT = 1_000_000
"""Up to this many ids are kept as they are; beyond, 12 bytes of digest and 4 or 8 of line for each."""

_BUCKETS = 1 << 16
_DIGEST = 12


class IdIndex:
    """The first line of each id.

    A million ids are held in a dictionary. Beyond that each id becomes 96 bits of digest, 64 of them from
    the keyed hash of the process, in buckets small enough to be searched as bytes: 16 to 20 bytes an id
    instead of some 120, and no file. Among ten million different ids the chance that any two share a
    digest is below 10^-14.
    """

    __slots__ = ("_digests", "_exact", "_exact_size", "_lines", "_size")

    def __init__(self, exact_size: int = EXACT) -> None:
        """Starts a file; up to `exact_size` ids are kept as they are."""
        self._exact_size = exact_size
        self._exact: dict[str, int] = {}
        self._digests: list[bytearray] = []
        self._lines: list[array[int]] = []
        self._size = 0

    def __len__(self) -> int:
        return self._size if self._digests else len(self._exact)

    def add(self, identity: str, line: int, offset: int) -> int:  # noqa: ARG002  # other indexes keep the offset
        """Notes that `line` has the id `identity`; returns the line that had it first, which may be this one."""
        if not self._digests:
            first = self._exact.setdefault(identity, line)
            if len(self._exact) > self._exact_size:
                self._condense()
            return first
        bucket, digest = _digest_of(identity)
        first_line = self._find(bucket, digest)
        if first_line is None:
            self._append(bucket, digest, line)
            return line
        return first_line

    def add_part(self, ids: dict[str, int], lines: int) -> list[str]:
        """Notes the ids of a part that follows after `lines` lines; returns those that were there before."""
        if not self._digests and self._exact.keys().isdisjoint(ids):
            self._exact.update((identity, line + lines) for identity, line in ids.items())
            if len(self._exact) > self._exact_size:
                self._condense()
            return []
        return [identity for identity, line in ids.items() if self.add(identity, line + lines, 0) != line + lines]

    def first_line(self, identity: str) -> int | None:
        """The line that had `identity` first, or None."""
        if not self._digests:
            return self._exact.get(identity)
        return self._find(*_digest_of(identity))

    def _find(self, bucket: int, digest: bytes) -> int | None:
        digests = self._digests[bucket]
        at = digests.find(digest)
        while at >= 0:
            if at % _DIGEST == 0:
                return self._lines[bucket][at // _DIGEST]
            at = digests.find(digest, at + 1)
        return None

    def _append(self, bucket: int, digest: bytes, line: int) -> None:
        lines = self._lines[bucket]
        if line > 0xFFFFFFFF and lines.typecode == "I":
            lines = self._lines[bucket] = array("Q", lines)
        self._digests[bucket] += digest
        lines.append(line)
        self._size += 1

    def _condense(self) -> None:
        self._digests = [bytearray() for _ in range(_BUCKETS)]
        self._lines = [array("I") for _ in range(_BUCKETS)]
        for identity, line in self._exact.items():
            self._append(*_digest_of(identity), line)
        self._exact = {}


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
    # hash() is keyed anew for each process, so that nobody can prepare ids that collide.
    hashed = hash(identity) & 0xFFFFFFFFFFFFFFFF
    check = zlib.crc32(identity.encode("utf-8", "surrogatepass"))
    return hashed & (_BUCKETS - 1), hashed.to_bytes(8, "little") + check.to_bytes(4, "little")
