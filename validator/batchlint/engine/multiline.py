"""A value that is spread over several lines, or an array that wraps the requests: followed, never held."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from batchlint.engine.line import Line
from batchlint.engine.scope import Draft
from batchlint.parsing.grammar import Expect, ScanState
from batchlint.parsing.mending import Slip
from batchlint.parsing.scanner import Kind, ScanFault
from batchlint.parsing.skimming import skim

_BLANKS = " \t\r"
_BEGUN_ARRAY = ScanState("[", Expect.VALUE_OR_END)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPELLED = ("".join(rf"(?:{letter}|(?i:\\u{ord(letter):04x}))" for letter in name) for name in ("custom_id", "body"))
_OF_REQUESTS = re.compile('"(?:' + "|".join(_SPELLED) + ')"[ \t]*:')
"""A member that only requests have, also with escapes in its name."""

_WHOLE_OBJECT = re.compile(r"^[ \t\r]*\{.*\}[ \t\r]*$", re.MULTILINE)
"""A line that may be a request of its own."""


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
        fault: where a line does not go on with the value.
        slip: the first slip that does not keep the value from going on.
        slip_drafts: the finding of it.
    """

    first: Line
    spread: list[Draft]
    alone: list[Draft]
    beside: list[Draft]
    state: ScanState
    lines: int = 1
    held: Line | None = None
    fault: ScanFault | None = None
    slip: Slip | None = None
    slip_drafts: list[Draft] = field(default_factory=list)
    _is_utf8: bool = True
    _is_empty: bool = False

    def follow(self, line: Line, text: str, depth: int) -> Step:
        """Takes one more line, if it goes on with the value.

        After BREAKS, `fault` says where, or is None if the line is a request of its own.
        """
        if line.is_blank:
            # No writer leaves the line after the first one blank; the first line is rather cut off.
            return Step.BREAKS if self.lines == 1 else Step.GOES_ON
        if is_request(text, depth):
            if self.state.brackets[-1:] != "[" or self.state.expect not in (Expect.VALUE, Expect.VALUE_OR_END):
                return Step.BREAKS
            self.held = line
            self.state = replace(self.state, expect=Expect.COMMA_OR_END_OF_ARRAY)
            return Step.GOES_ON
        self._is_empty = self.state == _BEGUN_ARRAY and text.lstrip(_BLANKS).startswith("]")
        found = skim(text, depth, self.state)
        if found.state is None:
            self.fault = found.fault
            return Step.BREAKS
        self.state = found.state
        self.slip = self.slip or found.slip
        self._is_utf8 &= text.isascii() or not _SURROGATES.search(text)
        self.lines += 1 + (self.held is not None)
        self.held = None
        self._end_at(line, text)
        return Step.CLOSES if self.state.expect is Expect.END else Step.GOES_ON

    @property
    def is_plain(self) -> bool:
        """Whether it has more than one line for sure, and no line of it waits for what comes next."""
        return self.lines > 1 and self.held is None

    def follow_all(self, first: Line, lines: Sequence[bytes], depth: int) -> bool:
        """Takes several more lines of a plain value at once, if all of them go on with it at a glance; else none.

        What needs a closer look is for `follow`: requests of their own, slips, where the value ends or breaks.

        Args:
            first: the first of the lines.
            lines: their bytes, each with its newline.
            depth: how many levels of nesting are followed.
        """
        text = b"".join(lines).decode("utf-8", "surrogateescape")
        if _WHOLE_OBJECT.search(text):
            return False
        found = skim(text, depth, self.state)
        if found.state is None or found.slip is not None or found.state.expect is Expect.END:
            return False
        self.state = found.state
        self._is_utf8 &= text.isascii() or not _SURROGATES.search(text)
        filled = [index for index, data in enumerate(lines) if data.strip(b" \t\r\n")]
        self.lines += len(filled)
        if filled:
            before = sum(map(len, lines[: filled[-1]]))
            last = Line.of(first.number + filled[-1], first.offset + before, 0, lines[filled[-1]])
            self._end_at(last, last.text())
        return True

    def drafts(self, longest: int = 0) -> list[Draft]:
        """What the value turned out to be: spread over several lines, or one line that is cut off.

        Args:
            longest: the longest line, in bytes, on which a value that has closed may be written; 0 for one
                that has not.
        """
        if self.lines == 1:
            found = self.beside + self.alone
        else:
            spread = [self._joinable(draft, longest) for draft in self.spread]
            found = [*self.beside, *spread, *self._mendable(spread)]
        return sorted(found, key=lambda draft: (draft.finding.offset or 0, draft.finding.rule))

    def _joinable(self, draft: Draft, longest: int) -> Draft:
        """`draft` without its repair, if the value is too long for that or holds no request."""
        finding = draft.finding
        size = (finding.end_offset or 0) - (finding.offset or 0)
        # The elements of an array get lines of their own, so that its own length does not matter.
        is_array = self.first.body.lstrip().startswith(b"[")
        if longest and (size <= longest or is_array) and not self._is_empty:
            return draft
        return Draft(finding._replace(repair=None), draft.tag)

    def _mendable(self, spread: list[Draft]) -> list[Draft]:
        """The finding of the slip, without its repair where the line that the value becomes may not be mended.

        Where a null is allowed is known only of whole requests.
        """
        is_joined = any(draft.finding.repair is not None for draft in spread)
        if self.slip is not None and self.slip.kind is Kind.COMMA and is_joined and self._is_utf8:
            return self.slip_drafts
        return [Draft(finding._replace(repair=None), tag) for finding, tag in self.slip_drafts]

    def _end_at(self, line: Line, text: str) -> None:
        content = text.rstrip(" \t\r")
        length = 3 * line.marks + len(content.encode("utf-8", "surrogateescape"))
        self.spread = [
            Draft(
                finding._replace(
                    end_line=line.number,
                    end_column=1 + line.marks + len(content),
                    end_offset=line.offset + length,
                    end_byte_column=1 + length,
                ),
                tag,
            )
            for finding, tag in self.spread
        ]


def is_request(text: str, depth: int) -> bool:
    """Whether the text of a line is a request of its own, not just a part of a value on several lines."""
    if text.startswith("{"):
        return _is_whole(text, depth)
    # Writers indent the objects within a value as well; what only a request has tells the two apart.
    return text.lstrip(_BLANKS).startswith("{") and bool(_OF_REQUESTS.search(text)) and _is_whole(text, depth)


def _is_whole(text: str, depth: int) -> bool:
    # A comma after the request would not be part of it.
    if not text.rstrip(_BLANKS).endswith("}"):
        return False
    state = skim(text, depth).state
    return state is not None and state.expect is Expect.END
