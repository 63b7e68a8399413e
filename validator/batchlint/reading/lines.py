"""Lines of a binary stream: cut at 0x0A only, read in bounded pieces, too long ones never held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BufferedReader, BytesIO, FileIO
from typing import NamedTuple, Protocol

PIECE = 1024 * 1024
"""The largest single read, in bytes; it also bounds how long a signal waits within a long line."""

BATCH = 128 * 1024
"""Bytes of the lines that are handed on together: enough to share what each judgement costs, little to hold."""


class LineStream(Protocol):
    """What lines are read from: any buffered binary stream."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes, without waiting for all of them; empty at the end, or for a size of 0."""

    def readline(self, size: int, /) -> bytes:
        """At most `size` bytes, up to and including the next 0x0A; empty at the end."""


class LongLine(NamedTuple):
    """A line over the limit: its bytes are gone, only their number is kept.

    Attributes:
        length: bytes of the line, its newline included.
        ended: whether the line ended with a newline.
    """

    length: int
    ended: bool


class _ReadLine(Protocol):
    def __call__(self, size: int, /) -> bytes: ...


def open_lines(path: str) -> BufferedReader:
    """The file at `path`, to read lines from. Raises OSError as the system does."""
    return BufferedReader(FileIO(path), PIECE)


def read_batches(stream: LineStream, longest: int, size: int | None = None) -> Iterator[list[bytes] | LongLine]:
    """The lines of `stream` with their newlines, as many at a time as are there to be read.

    A line without a newline, at the end of the stream, stands in a batch of its own.

    Args:
        stream: it is read from where it stands, and further than the lines that are handed on.
        longest: bytes of the longest line that is held, without its newline.
        size: bytes after which no further line begins; None for the end of the stream.

    Raises:
        OSError: as the stream raises it; what was read of an unfinished line is dropped.
    """
    left = BATCH if size is None else size
    # Only an empty read is the end: a pipe may return a short piece early.
    while left > 0 and (piece := stream.read1(min(BATCH, left))):
        lines: list[bytes] = BytesIO(piece).readlines()
        last = lines.pop() if lines[-1][-1] != 0x0A else None
        if longest >= BATCH:
            if lines:
                yield lines
        else:
            for line in lines:
                yield [line] if len(line) - 1 <= longest else LongLine(len(line), True)
        if size is not None:
            left -= len(piece)
        if last is not None:
            whole = _rest(stream.readline, last, longest)
            if size is not None:
                left -= (whole.length if isinstance(whole, LongLine) else len(whole)) - len(last)
            batch = whole if isinstance(whole, LongLine) else [whole]
            yield batch
            if is_unended(batch):
                # The stream has said that it ends here. What it may give when asked again is no line of its own.
                return


def is_unended(batch: Sequence[bytes] | LongLine) -> bool:
    """Whether the last line of `batch` has no newline, so that the stream ended behind it."""
    return not batch.ended if isinstance(batch, LongLine) else batch[-1][-1] != 0x0A


def read_lines(stream: LineStream, longest: int) -> Iterator[bytes | LongLine]:
    """The lines of `read_batches`, one after the other."""
    for batch in read_batches(stream, longest):
        if isinstance(batch, LongLine):
            yield batch
        else:
            yield from batch


def read_line(stream: LineStream, longest: int) -> bytes | LongLine:
    """The line at which `stream` stands; empty at its end.

    What lies in the stream's buffer stays there, so that a line shortly behind costs no further read.
    """
    first = stream.readline(PIECE)
    return _rest(stream.readline, first, longest) if first else b""


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
