"""A strict scanner of JSON texts (RFC 8259) that knows where it is.

It runs only on lines that are already known to be at fault or suspicious: it says where a syntax fault
stands and what was expected there, and it can go on in the next line where a value is spread over several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from enum import Enum
from typing import NamedTuple

from batchlint.parsing.grammar import (
    AFTER_COMMA,
    AFTER_OPEN,
    AFTER_VALUE,
    BLANKS,
    COMMAS,
    ESCAPE,
    KEYS,
    NUMBER,
    PLAIN,
    START,
    VALUES,
    Expect,
    ScanState,
)
from batchlint.parsing.runs import Passed, pass_over


class Kind(Enum):
    """What a token is."""

    OPEN_OBJECT = "{"
    CLOSE_OBJECT = "}"
    OPEN_ARRAY = "["
    CLOSE_ARRAY = "]"
    COLON = ":"
    COMMA = ","
    KEY = "key"
    STRING = "string"
    NUMBER = "number"
    LITERAL = "literal"


class Token(NamedTuple):
    """A token and its place in the text, in code points; the end is exclusive."""

    kind: Kind
    start: int
    end: int


class Problem(Enum):
    """How a text leaves the grammar."""

    UNEXPECTED = "unexpected"
    UNFINISHED = "unfinished"
    OPEN_STRING = "open string"
    CONTROL = "control character in a string"
    ESCAPE = "bad escape"
    NUMBER = "bad number"
    TOO_DEEP = "too deep"


class ScanFault(Exception):  # noqa: N818  # a fault of the data, not an error of the program
    """The text is not JSON, or is nested too deep.

    Attributes:
        problem: how it leaves the grammar.
        start, end: the place, in code points, the end exclusive.
        state: what was open and expected there.
        comma: where the comma stands, if what is expected there follows one that the scan has met; else of no meaning.
    """

    def __init__(self, problem: Problem, start: int, end: int, state: ScanState, comma: int | None = None) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.start = start
        self.end = end
        self.state = state
        self.comma = comma


_FaultMaker = Callable[[Problem, int, int], ScanFault]

_BLANKS = re.compile(BLANKS)
_NUMBER = re.compile(NUMBER)
_NUMBER_TAIL = re.compile(r"[0-9A-Za-z_+.\-]")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Bounded, because the regular expression engine keeps a state for each repetition.
_STRING_RUN = re.compile(f"(?:{PLAIN}+|{ESCAPE}){{1,1000}}")
_LITERALS = frozenset({"true", "false", "null"})
_OPENERS = {"{": Kind.OPEN_OBJECT, "[": Kind.OPEN_ARRAY}
_CLOSERS = {
    "}": (Kind.CLOSE_OBJECT, (Expect.KEY_OR_END, Expect.COMMA_OR_END_OF_OBJECT)),
    "]": (Kind.CLOSE_ARRAY, (Expect.VALUE_OR_END, Expect.COMMA_OR_END_OF_ARRAY)),
}


def scan(  # noqa: C901, PLR0912, PLR0915  # one branch for each kind of token
    text: str, depth: int, state: ScanState = START, position: int = 0, quiet: int = 0
) -> Generator[Token, None, ScanState]:
    """The tokens of `text`; returns the state in which the text leaves off.

    Args:
        text: one line, or one line of a value that is spread over several.
        depth: how many levels of nesting are followed.
        state: where the line before left off.
        position: where in `text` to begin.
        quiet: where tokens begin to matter; those before may be left out, so that it costs little to come here.

    Raises:
        ScanFault: at the first character that cannot stand where it does. That the text ends before its
            value does is not a fault here: the state returned says so.
    """
    brackets, expect = state.brackets, state.expect
    comma: int | None = None
    size = len(text)

    def fault(problem: Problem, start: int, end: int) -> ScanFault:
        return ScanFault(problem, start, min(max(end, start), size), ScanState(brackets, expect), comma)

    while True:
        if position < quiet:
            position, brackets, expect, comma = pass_over(Passed(position, brackets, expect, comma), text, quiet, depth)
        blanks = _BLANKS.match(text, position)
        position = blanks.end() if blanks else position
        if position == size:
            return ScanState(brackets, expect)
        char = text[position]
        start = position
        if char == '"' and (expect in VALUES or expect in KEYS):
            position = _string_end(text, start, fault)
            if expect in KEYS:
                yield Token(Kind.KEY, start, position)
                expect = Expect.COLON
                continue
            yield Token(Kind.STRING, start, position)
        elif char in "{[" and expect in VALUES:
            if len(brackets) >= depth:
                raise fault(Problem.TOO_DEEP, start, start + 1)
            yield Token(_OPENERS[char], start, start + 1)
            brackets += char
            expect = AFTER_OPEN[char]
            position += 1
            continue
        elif char in "}]" and expect in _CLOSERS[char][1]:
            brackets = brackets[:-1]
            position += 1
            yield Token(_CLOSERS[char][0], start, position)
        elif char == ":" and expect is Expect.COLON:
            position += 1
            yield Token(Kind.COLON, start, position)
            expect = Expect.VALUE
            continue
        elif char == "," and expect in COMMAS:
            position += 1
            yield Token(Kind.COMMA, start, position)
            comma, expect = start, AFTER_COMMA[brackets[-1]]
            continue
        elif expect in VALUES and (number := _NUMBER.match(text, position)):
            position = number.end()
            if _NUMBER_TAIL.match(text, position):
                raise fault(Problem.NUMBER, position, position + 1)
            yield Token(Kind.NUMBER, start, position)
        elif expect in VALUES and (word := _WORD.match(text, position)) and word[0] in _LITERALS:
            position = word.end()
            yield Token(Kind.LITERAL, start, position)
        else:
            word = _WORD.match(text, position)
            raise fault(Problem.UNEXPECTED, start, word.end() if word else start + 1)
        expect = AFTER_VALUE[brackets[-1:]]


def finish(text: str, state: ScanState) -> None:
    """Checks that a value is complete where `text` ends.

    Raises:
        ScanFault: it is not; the place is the end of the text.
    """
    if state.expect is not Expect.END:
        end = len(text.rstrip(" \t\r\n"))
        raise ScanFault(Problem.UNFINISHED, end, end, state)


def _string_end(text: str, start: int, fault: _FaultMaker) -> int:
    """The end of the string that opens at `start`."""
    position = start + 1
    while run := _STRING_RUN.match(text, position):
        position = run.end()
    # A carriage return at the end belongs to the line end, not to the string.
    size = len(text) - text.endswith("\r")
    if position >= size:
        raise fault(Problem.OPEN_STRING, start, size)
    if text[position] == '"':
        return position + 1
    if text[position] == "\\":
        if position + 1 == size:
            raise fault(Problem.OPEN_STRING, start, size)
        raise fault(Problem.ESCAPE, position, position + 2)
    raise fault(Problem.CONTROL, position, position + 1)
