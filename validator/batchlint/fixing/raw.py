"""Lines as they are copied: whole where they can be repaired, in pieces where they are too long to be held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from batchlint.reading.lines import PIECE, LineStream


@dataclass(frozen=True, slots=True)
class Raw:
    """A line, or a piece of one.

    Attributes:
        data: the bytes.
        is_whole: whether they are one whole line with its line end, if it has one.
        is_last: whether the line ends with them.
    """

    data: bytes
    is_whole: bool = True
    is_last: bool = True


def raw_lines(stream: LineStream, longest: int) -> Iterator[Raw]:
    """The lines of `stream`; one of more than `longest` bytes without its line feed comes in pieces.

    Raises:
        OSError: as the stream raises it.
    """
    held: list[bytes] = []
    length = 0
    is_long = False
    while piece := stream.readline(PIECE):
        length += len(piece)
        ended = piece.endswith(b"\n")
        if length - ended > longest:
            for early in held:
                yield Raw(early, is_whole=False, is_last=False)
            held = []
            is_long = True
        if is_long:
            yield Raw(piece, is_whole=False, is_last=ended)
        else:
            held.append(piece)
            if ended:
                yield Raw(b"".join(held))
                held = []
        if ended:
            length = 0
            is_long = False
    if held:
        yield Raw(b"".join(held))
    elif is_long:
        yield Raw(b"", is_whole=False)
