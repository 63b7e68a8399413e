"""Slips that have one obvious repair: trailing commas, NaN and Infinity; scanning on behind them."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

from batchlint.parsing.grammar import AFTER_VALUE, START, Expect, ScanState
from batchlint.parsing.scanner import Kind, Problem, ScanFault, Token, scan
from batchlint.repairs import TextEdit

NULL = "null"

NOT_A_NUMBER = r"-?(?:Infinity|NaN|inf|nan)\b"
MOST_SLIPS = 10_000
"""As many slips say that the line is something else than a request with a slip."""

_NAN = re.compile(NOT_A_NUMBER)


@dataclass(frozen=True, slots=True)
class Slip:
    """A place where the text leaves the grammar and is plainly meant to go on.

    Attributes:
        fault: what a strict reader says of it.
        kind: LITERAL for NaN and Infinity, COMMA for a trailing comma.
        start, end: the place in code points, the end exclusive; empty for a comma that ended an earlier line.
        position: where the scan goes on.
    """

    fault: ScanFault
    kind: Kind
    start: int
    end: int
    position: int

    @property
    def edit(self) -> TextEdit:
        """What mends it: a trailing comma becomes nothing, NaN and Infinity become null."""
        return TextEdit(self.start, self.end, NULL if self.kind is Kind.LITERAL else "")

    @property
    def state(self) -> ScanState:
        """Where the scan stands behind it, as behind a value."""
        brackets = self.fault.state.brackets
        return ScanState(brackets, AFTER_VALUE[brackets[-1:]])


def scan_on(text: str, depth: int, state: ScanState = START) -> Generator[Token | Slip, None, ScanState]:
    """The tokens of `text` and the slips between them; arguments and the value returned are those of `scan`.

    A trailing comma is a token before it is known to be one.

    Raises:
        ScanFault: at any other fault.
    """
    position = slips = 0
    while True:
        try:
            return (yield from scan(text, depth, state, position))
        except ScanFault as fault:
            slip = slip_at(text, fault)
            slips += 1
            if slip is None or slips == MOST_SLIPS:
                raise
        yield slip
        position, state = slip.position, slip.state


def slip_at(text: str, fault: ScanFault) -> Slip | None:
    """The slip that `fault` is, if it is one."""
    if fault.problem is not Problem.UNEXPECTED:
        return None
    expect, brackets = fault.state.expect, fault.state.brackets
    if expect in (Expect.VALUE, Expect.VALUE_OR_END) and (found := _NAN.match(text, fault.start)):
        return Slip(fault, Kind.LITERAL, fault.start, found.end(), found.end())
    char = text[fault.start]
    if (expect is Expect.KEY and char == "}") or (expect is Expect.VALUE and brackets[-1:] == "[" and char == "]"):
        # What is expected tells that a comma stands before it, if not on this line.
        comma = (fault.start, fault.start) if fault.comma is None else (fault.comma, fault.comma + 1)
        return Slip(fault, Kind.COMMA, *comma, fault.start)
    if expect is Expect.END and char == "," and not text[fault.end :].strip(" \t\r\n"):
        return Slip(fault, Kind.COMMA, fault.start, fault.end, fault.end)
    return None
