"""Lines of a binary stream: cut at 0x0A only, read in bounded pieces, too long ones never held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

PIECE = 1024 * 1024
"""The largest single read, in bytes; it also bounds how long a signal waits within a long line."""


class LineStream(Protocol):
    """What lines are read from: any binary stream with a bounded ``readline``."""

    def readline(self, size: int, /) -> bytes:
        """At most `size` bytes, up to and including the next 0x0A; empty at the end."""


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line over the limit: its bytes are gone, only their number is kept.

    Attributes:
        length: bytes of the line, its newline included.
        ended: whether the line ended with a newline.
    """

    length: int
    ended: bool


class _ReadLine(Protocol):
    def __call__(self, size: int, /) -> bytes: ...


def read_lines(stream: LineStream, longest: int) -> Iterator[bytes | LongLine]:
    """The lines of `stream` with their newlines, each at most `longest` bytes without it.

    Raises:
        OSError: as the stream raises it; what was read of an unfinished line is dropped.
    """
    readline = stream.readline
    while piece := readline(PIECE):
        # Only an empty read is the end: a pipe may return a short piece early.
        if piece[-1] == 0x0A and len(piece) - 1 <= longest:
            yield piece
        else:
            yield _rest(readline, piece, longest)


def _rest(readline: _ReadLine, first: bytes, longest: int) -> bytes | LongLine:
    """The line that begins with `first`, read to its newline or the end of the stream."""
    pieces = [first]
    length = len(first)
    ended = first[-1] == 0x0A
    while not ended and (piece := readline(PIECE)):
        length += len(piece)
        ended = piece[-1] == 0x0A
        if length - ended > longest:
            pieces.clear()
        elif pieces:
            pieces.append(piece)
    if length - ended > longest:
        return LongLine(length, ended)
    return b"".join(pieces)
