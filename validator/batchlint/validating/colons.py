"""Whether two texts hold different numbers of colons."""

from __future__ import annotations

_LONG = 32 * 1024
"""Bytes from which on a text is looked through for what it has in common with the other one."""

_CHUNK = 8 * 1024
_HEAD = 32


def colons_differ(line: bytes, other: bytes) -> bool:
    """Whether `line` has another number of colons than `other`; what both have in long stretches is not counted.

    An image in a request makes nearly all of its line, and to compare bytes takes a tenth of counting them.
    """
    if len(line) < _LONG:
        return line.count(b":") != other.count(b":")
    difference = 0
    done = 0
    for start in range(0, len(line), _CHUNK):
        chunk = line[start : start + _CHUNK]
        # What is left out of blanks, or written in another way, moves the rest by little.
        at = other.find(chunk[:_HEAD], done, done + 2 * _CHUNK)
        if at >= 0 and other.startswith(chunk, at):
            difference -= other.count(b":", done, at)
            done = at + len(chunk)
        else:
            difference += chunk.count(b":")
    return difference != other.count(b":", done)
