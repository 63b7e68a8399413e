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
            if self.state.brackets[-1:] != "[" or self.state.expect not in (Expect.VALUE, Expect.VALUE_OR_END):
                return Step.BREAKS
            self.held = line
            self.state = replace(self.state, expect=Expect.COMMA_OR_END_OF_ARRAY)
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

    def drafts(self, longest: int = 0) -> list[Draft]:
        """What the value turned out to be: spread over several lines, or one line that is cut off.

        Args:
            longest: the longest line, in bytes, on which a value that has closed may be written; 0 for one
                that has not.
        """
        found = self.beside + (
            [self._joinable(draft, longest) for draft in self.spread] if self.lines > 1 else self.alone
        )
        return sorted(found, key=lambda draft: (draft.finding.offset or 0, draft.finding.rule))

    def _joinable(self, draft: Draft, longest: int) -> Draft:
        """`draft` without its repair, if the value is too long for that."""
        finding = draft.finding
        size = (finding.end_offset or 0) - (finding.offset or 0)
        # The elements of an array get lines of their own, so that its own length does not matter.
        if size <= longest or (longest and self.first.body.lstrip().startswith(b"[")):
            return draft
        return Draft(finding._replace(repair=None), draft.tag)

    def _end_at(self, line: Line, text: str) -> None:
        content = text.rstrip(" \t\r")
        length = 3 * line.has_mark + len(content.encode("utf-8", "surrogateescape"))
        self.spread = [
            Draft(
                finding._replace(
                    end_line=line.number,
                    end_column=1 + line.has_mark + len(content),
                    end_offset=line.offset + length,
                    end_byte_column=1 + length,
                ),
                tag,
            )
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
