"""A value that is spread over several lines on one line, and the elements of an array on lines of their own.

Only blanks and line ends between tokens are dropped, and the brackets and commas of an array around the requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from batchlint.parsing.grammar import ScanState
from batchlint.parsing.mending import Slip, scan_on
from batchlint.parsing.scanner import Kind, Token

_BLANKS = " \t\r\n"
_OPENING = frozenset({Kind.OPEN_ARRAY, Kind.OPEN_OBJECT})
_CLOSING = frozenset({Kind.CLOSE_ARRAY, Kind.CLOSE_OBJECT})


def joined(lines: Iterable[str]) -> str:
    """One value that is spread over `lines`, on one line without its line ends and indentation."""
    return "".join(line.strip(_BLANKS) for line in lines)


def opened(lines: Iterable[str], depth: int) -> Iterator[str]:
    """The elements of one array that is spread over `lines`, in pieces.

    Each element ends with a piece that is a line feed; so a long one is never held.

    Args:
        lines: lines of a JSON text that is an array, the first one with its bracket.
        depth: the nesting allowed.
    """
    state = ScanState()
    element = _Element()
    for text in lines:
        tokens = scan_on(text, depth, state)
        element.begin_line()
        while True:
            try:
                token = next(tokens)
            except StopIteration as end:
                state = end.value
                break
            if not isinstance(token, Slip) or token.kind is Kind.LITERAL:
                yield from element.take(token, text)
        yield from element.end_line(text)


class _Element:
    """The element of the array that is being read."""

    def __init__(self) -> None:
        self._level = 0
        self._is_begun = False
        self._start = 0
        self._end = 0

    def begin_line(self) -> None:
        self._start = self._end = 0

    def take(self, token: Token | Slip, text: str) -> Iterator[str]:
        if token.kind in _CLOSING:
            self._level -= 1
        if (token.kind is Kind.COMMA and self._level == 1) or self._level == 0:
            # The array's own brackets and commas.
            if self._is_begun:
                yield text[self._start : self._end]
                yield "\n"
            self._is_begun = False
            self._start = self._end = token.end
        else:
            if self._start == self._end:
                self._start = token.start
            self._end = token.end
            self._is_begun = True
        if token.kind in _OPENING:
            self._level += 1

    def end_line(self, text: str) -> Iterator[str]:
        if self._is_begun:
            yield text[self._start : self._end]
