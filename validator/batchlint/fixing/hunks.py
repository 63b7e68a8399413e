"""What several passes over a file did to its lines, taken together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `old_start` to `old_end` became lines `new_start` to `new_end`; from 0, the ends exclusive."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def growth(self) -> int:
        """How many lines it adds."""
        return (self.new_end - self.new_start) - (self.old_end - self.old_start)


def composed(first: Sequence[Hunk], second: Sequence[Hunk]) -> Iterator[Hunk]:
    """The hunks of two passes in a row as those of one; each of them is in the order of its lines.

    Hunks that share lines of the file between the passes become one.
    """
    i = j = 0
    grown_first = grown_second = 0
    while i < len(first) or j < len(second):
        of_first = (first[i].new_start, first[i].new_end) if i < len(first) else None
        of_second = (second[j].old_start, second[j].old_end) if j < len(second) else None
        start, end = min(span for span in (of_first, of_second) if span is not None)
        before_first, before_second = grown_first, grown_second
        while True:
            if i < len(first) and _shares(first[i].new_start, first[i].new_end, start, end):
                end = max(end, first[i].new_end)
                grown_first += first[i].growth
                i += 1
            elif j < len(second) and _shares(second[j].old_start, second[j].old_end, start, end):
                end = max(end, second[j].old_end)
                grown_second += second[j].growth
                j += 1
            else:
                break
        yield Hunk(start - before_first, end - grown_first, start + before_second, end + grown_second)


def _shares(low: int, high: int, start: int, end: int) -> bool:
    """Whether two spans of lines are the same or share a line; an empty one stands between two lines."""
    if low == high or start == end:
        return (low, high) == (start, end) or start < low == high < end or low < start == end < high
    return max(low, start) < min(high, end)
