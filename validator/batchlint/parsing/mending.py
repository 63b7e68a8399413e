"""The edits that make JSON of a line whose only faults are trailing commas, NaN and Infinity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from batchlint.parsing.scanner import Expect, Kind, Problem, ScanFault, ScanState, Token, finish, scan
from batchlint.repairs import TextEdit

NULL = "null"

_NOT_A_NUMBER = re.compile(r"-?(?:Infinity|NaN|inf|nan)\b")
_AFTER_VALUE = {"": Expect.END, "{": Expect.COMMA_OR_END_OF_OBJECT, "[": Expect.COMMA_OR_END_OF_ARRAY}
_MOST = 10_000
"""More edits than this say that the line is something else than a request with a slip."""


@dataclass(frozen=True, slots=True)
class _Resumption:
    """An edit, and where the scan goes on after it."""

    edit: TextEdit
    position: int
    state: ScanState


def mending(text: str, depth: int) -> list[TextEdit] | None:
    """The edits, in their order: a trailing comma becomes nothing, NaN and Infinity become null.

    Returns:
        None where the line has any other fault of syntax, so that no guess is made about it.
    """
    edits: list[TextEdit] = []
    position = 0
    state = ScanState()
    last: Token | None = None
    while len(edits) < _MOST:
        tokens = scan(text, depth, state, position)
        try:
            while True:
                last = next(tokens)
        except StopIteration as end:
            final: ScanState = end.value
        except ScanFault as fault:
            resumption = _mended(text, fault, last)
            if resumption is None:
                return None
            edits.append(resumption.edit)
            position, state = resumption.position, resumption.state
            last = None
            continue
        try:
            finish(text, final)
        except ScanFault:
            return None
        return edits
    return None


def _mended(text: str, fault: ScanFault, last: Token | None) -> _Resumption | None:
    if fault.problem is not Problem.UNEXPECTED:
        return None
    brackets = fault.state.brackets
    after_value = ScanState(brackets, _AFTER_VALUE[brackets[-1:]])
    if fault.state.expect in (Expect.VALUE, Expect.VALUE_OR_END):
        found = _NOT_A_NUMBER.match(text, fault.start)
        if found:
            return _Resumption(TextEdit(fault.start, found.end(), NULL), found.end(), after_value)
    if last is not None and last.kind is Kind.COMMA and text[fault.start] in "}]":
        return _Resumption(TextEdit(last.start, last.end, ""), fault.start, after_value)
    if fault.state.expect is Expect.END and text[fault.start] == "," and not text[fault.end :].strip(" \t\r\n"):
        return _Resumption(TextEdit(fault.start, fault.end, ""), fault.end, fault.state)
    return None
