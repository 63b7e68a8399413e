"""A value that is spread over several lines, or an array that wraps the requests: followed, never held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from batchlint.engine.line import Line
from batchlint.engine.scope import Draft
from batchlint.parsing.scanner import Expect, ScanFault, ScanState, scan


class Step(Enum):
    """What a further line does to an open value."""

    GOES_ON = "goes on"
    CLOSES = "closes"
    BREAKS = "breaks"


@dataclass(slots=True)
class OpenValue:
    """A value that did not end on its first line.

    Attributes:
        first: its first line.
        spread: the finding that it is one, up to the last line taken; empty if the rule is off.
        alone: the findings that hold instead if the first line is merely cut off.
        beside: findings of the first line that hold in either case.
        state: where the scan stands.
        lines: lines taken so far, blank ones not counted.
        held: a whole request that may be an element of the wrapping array; judged by itself if it is not.
    """

    first: Line
    spread: list[Draft]
    alone: list[Draft]
    beside: list[Draft]
    state: ScanState
    lines: int = 1
    held: Line | None = None
    fault: ScanFault | None = None

    def follow(self, line: Line, text: str, depth: int) -> Step:
        """Takes one more line, if it goes on with the value.

        After BREAKS, `fault` says where, or is None if the line is a request of its own.
        """
        if line.is_blank:
            # No writer leaves the line after the first one blank; the first line is rather cut off.
            return Step.BREAKS if self.lines == 1 else Step.GOES_ON
        if text.startswith("{") and _is_whole(text, depth):
            if self.state.brackets != "[" or self.state.expect not in (Expect.VALUE, Expect.VALUE_OR_END):
                return Step.BREAKS
            self.held = line
            self.state = ScanState("[", Expect.COMMA_OR_END_OF_ARRAY)
            return Step.GOES_ON
        try:
            self.state = _state_after(text, depth, self.state)
        except ScanFault as fault:
            self.fault = fault
            return Step.BREAKS
        self.lines += 1 + (self.held is not None)
        self.held = None
        self._end_at(line, text)
        return Step.CLOSES if self.state.expect is Expect.END else Step.GOES_ON

    def drafts(self) -> list[Draft]:
        """What the value turned out to be: spread over several lines, or one line that is cut off."""
        found = self.beside + (self.spread if self.lines > 1 else self.alone)
        return sorted(found, key=lambda draft: (draft.finding.offset or 0, draft.finding.rule))

    def _end_at(self, line: Line, text: str) -> None:
        content = text.rstrip(" \t\r")
        offset = line.offset + 3 * line.has_mark + len(content.encode("utf-8", "surrogateescape"))
        column = 1 + line.has_mark + len(content)
        self.spread = [
            Draft(replace(finding, end_line=line.number, end_column=column, end_offset=offset), tag)
            for finding, tag in self.spread
        ]


def _is_whole(text: str, depth: int) -> bool:
    try:
        return _state_after(text, depth, ScanState()).expect is Expect.END
    except ScanFault:
        return False


def _state_after(text: str, depth: int, state: ScanState) -> ScanState:
    tokens = scan(text, depth, state)
    while True:
        try:
            next(tokens)
        except StopIteration as end:
            final: ScanState = end.value
            return final
