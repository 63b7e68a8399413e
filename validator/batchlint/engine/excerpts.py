"""Masked windows of a line: enough to see the place, nothing of the user's text."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from batchlint.escaping import show
from batchlint.findings import Excerpt
from batchlint.parsing.scanner import Kind, ScanFault, scan
from batchlint.validating.words import QUOTED

MASK = "*"
_CUT = "..."
_WORD = re.compile(r"[^\s\"'{}\[\]:,]+")
_LITERALS = frozenset({"true", "false", "null", "True", "False", "None", "NaN", "Infinity", "-Infinity"})


@dataclass(frozen=True, slots=True)
class Excerpts:
    """Makes windows.

    Attributes:
        width: the longest window, in columns.
        vocabulary: words of the documents, member names and closed lists, which are shown.
        depth: the nesting that is scanned.
    """

    width: int
    vocabulary: frozenset[str]
    depth: int

    def windows(
        self, text: str, rows: list[tuple[tuple[int, int], bool]], *, hides_keys: bool = False
    ) -> Iterator[Excerpt]:
        """A window of `text` for each (span, whether the value at the span may be shown, as far as messages do).

        With `hides_keys`, member names are shown only if the documents know them.
        """
        kinds = (Kind.STRING, Kind.KEY) if hides_keys else (Kind.STRING,)
        shown = [self._span(text, start) for (start, _), _ in rows]
        first, last = min(shown, default=(0, 0))[0], max(shown, default=(0, 0))[1]
        masked = self._masked_runs(text, kinds, first, last)
        for (start, end), reveal in rows:
            yield self._window(text, start, end, masked, reveal)

    def _span(self, text: str, start: int) -> tuple[int, int]:
        """The first and the last code point that a window of what begins at `start` can show, the last exclusive."""
        start = max(start, 0)
        room = self.width - 2 * len(_CUT)
        return max(0, start - room // 3), min(len(text), start + room)

    def _masked_runs(self, text: str, kinds: tuple[Kind, ...], first: int, last: int) -> _Runs:
        """Where, from `first` to `last`, strings stand that must not be shown.

        What cannot be scanned is masked word by word.
        """
        starts = array("q")
        ends = array("q")
        done = 0
        try:
            for token in scan(text, self.depth, quiet=first):
                if token.start >= last:
                    break
                done = token.end
                if token.kind in kinds and text[token.start + 1 : token.end - 1] not in self.vocabulary:
                    starts.append(token.start + 1)
                    ends.append(token.end - 1)
        except ScanFault:
            for word in _WORD.finditer(text, done):
                if word.start() >= last:
                    break
                if word[0] not in self.vocabulary and word[0] not in _LITERALS:
                    starts.append(word.start())
                    ends.append(word.end())
        return _Runs(starts, ends)

    def _window(self, text: str, start: int, end: int, masked: _Runs, reveal: bool) -> Excerpt:
        first, last = self._span(text, start)
        start = max(start, 0)
        shown_until = min(end, start + 1 + QUOTED) if reveal else start
        pieces = [
            MASK if masked.covers(position) and not start <= position < shown_until else _shown(text, position)
            for position in range(first, last)
        ]
        return self._cut(pieces, start - first, end - first, first > 0, last < len(text))

    def _cut(self, pieces: list[str], start: int, end: int, more_before: bool, more_after: bool) -> Excerpt:
        """Joins the characters around the marked ones into at most `width` columns."""
        room = self.width - 2 * len(_CUT)
        low = start
        columns = 0
        while low > 0 and columns + len(pieces[low - 1]) <= room // 3:
            low -= 1
            columns += len(pieces[low])
        high = start
        while high < len(pieces) and columns + len(pieces[high]) <= room:
            columns += len(pieces[high])
            high += 1
        before = "".join(pieces[low:start])
        marked = "".join(pieces[start : min(end, high)])
        after = "".join(pieces[min(end, high) : high])
        head = _CUT if more_before or low > 0 else ""
        tail = _CUT if more_after or high < len(pieces) else ""
        return Excerpt(f"{head}{before}{marked}{after}{tail}", len(head) + len(before), max(1, len(marked)))


@dataclass(frozen=True, slots=True)
class _Runs:
    """Sorted, disjoint runs of code points."""

    starts: array[int]
    ends: array[int]

    def covers(self, position: int) -> bool:
        index = bisect_right(self.starts, position) - 1
        return index >= 0 and position < self.ends[index]


def _shown(text: str, position: int) -> str:
    """One character of `text` as printable ASCII; of two number signs CI systems make a command."""
    character = text[position]
    if character == "#" and text[position + 1 : position + 2] == "#":
        return "\\u0023"
    return character if " " <= character <= "~" else show(character)
