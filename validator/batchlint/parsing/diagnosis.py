"""What is wrong with a line that is not JSON, in words and with the usual cause."""

from __future__ import annotations

import re
from typing import NamedTuple

from batchlint.faults import Fault
from batchlint.parsing.grammar import Expect, ScanState
from batchlint.parsing.mending import Slip
from batchlint.parsing.scanner import Problem, ScanFault, finish
from batchlint.parsing.skimming import skim
from batchlint.repairs import TextEdit

_WORD_HINTS = {
    "NaN": "NaN is not JSON; write null or leave the member out",
    "Infinity": "Infinity is not JSON; write null or leave the member out",
    "inf": "infinity is not JSON; write null or leave the member out",
    "nan": "NaN is not JSON; write null or leave the member out",
    "None": "this is Python's None; write the request with json.dumps, which gives null",
    "True": "this is Python's True; write the request with json.dumps, which gives true",
    "False": "this is Python's False; write the request with json.dumps, which gives false",
    "undefined": "undefined is not JSON; write null or leave the member out",
}
_CHARACTER_HINTS = {
    "'": "JSON strings take double quotes; a printed Python dict is not JSON, write it with json.dumps",
    "/": "JSON has no comments; remove it",
    "#": "JSON has no comments; remove it",
    "\x00": "a NUL byte: the file is damaged or is UTF-16; save it as UTF-8",
    "\u00a0": "a no-break space; use ordinary spaces",
    "\u3000": "a wide space; use ordinary spaces",
    "\ufeff": "a byte order mark within the line; remove it",
    "\u201c": "typographic quotes; JSON strings take plain double quotes",
    "\u201d": "typographic quotes; JSON strings take plain double quotes",
    "\u2018": "typographic quotes; JSON strings take plain double quotes",
    "\u2019": "typographic quotes; JSON strings take plain double quotes",
    "\x0b": "a vertical tab; use ordinary spaces",
    "\x0c": "a form feed; use ordinary spaces",
    "\r": "lines end with CR only; end them with LF",
}
_CONTROL_NAMES = {
    "\t": ("a raw tab", "write it as \\t"),
    "\r": ("a raw carriage return", "write it as \\r"),
    "\x00": ("a raw NUL", "the file is damaged or is UTF-16; save it as UTF-8"),
}
_INSIDE = {"": "value", "{": "object", "[": "array"}
_SPECIAL = re.compile(r"-?(?:Infinity|NaN|inf|nan)\b")


class Diagnosis(NamedTuple):
    """What is wrong with a line that the parser refused.

    Attributes:
        fault: the first fault.
        open_value: where the scan stood if the line only ends before its value does, so that the value may go on in
            the next line; slips that have an obvious repair do not count for that.
        slip: the first fault, if it is such a slip.
        edits: what mends all slips, if the line is JSON but for them.
    """

    fault: Fault
    open_value: ScanState | None = None
    slip: Slip | None = None
    edits: tuple[TextEdit, ...] = ()


def diagnose(text: str, depth: int) -> Diagnosis:
    """What is wrong with a line that the parser refused."""
    slip, edits, state, last = skim(text, depth)
    if state is not None:
        try:
            finish(text, state)
        except ScanFault as fault:
            last = fault
    first = slip.fault if slip is not None else last
    if first is None:
        # The parser and the scanner accept the same texts; should they ever differ, the line is not passed.
        return Diagnosis(Fault("invalid-json", "the parser refuses this line", span=(0, len(text))))
    return Diagnosis(
        describe(text, first, depth),
        state if state is not None and state.expect is not Expect.END else None,
        slip,
        edits if last is None else (),
    )


def describe(text: str, fault: ScanFault, depth: int) -> Fault:
    """`fault` as a finding's rule, message and hint."""
    span = (fault.start, fault.end)
    if fault.problem is Problem.TOO_DEEP:
        return Fault(
            "nesting-too-deep", f"nested deeper than {depth} levels; the line is not judged further", span=span
        )
    message, hint = _words(text, fault)
    return Fault("invalid-json", message, hint, span=span)


def _words(text: str, fault: ScanFault) -> tuple[str, str | None]:
    if fault.problem is Problem.UNFINISHED:
        inside = _INSIDE[fault.state.brackets[-1:]]
        return f"the line ends within the {inside}; expected {fault.state.expect.value}", None
    if fault.problem is Problem.OPEN_STRING:
        return (
            "a string is not closed before the line ends",
            "a string cannot hold a raw line break (write \\n); or the line is cut off",
        )
    if fault.problem is Problem.ESCAPE:
        return (
            "a backslash does not begin an escape of JSON",
            'write a backslash as \\\\; the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX',
        )
    if fault.problem is Problem.CONTROL:
        found = text[fault.start]
        name, hint = _CONTROL_NAMES.get(found, (f"the raw control character U+{ord(found):04X}", None))
        return f"{name} stands in a string", hint or f"write it as \\u{ord(found):04x}"
    if fault.problem is Problem.NUMBER:
        return "a number is not in the form of JSON", _number_hint(text, fault.start)
    return _unexpected(text, fault)


def _unexpected(text: str, fault: ScanFault) -> tuple[str, str | None]:
    found = text[fault.start]
    expect = fault.state.expect
    message = f"{_name(text, fault)} stands where {expect.value} is expected"
    before = text[: fault.start].rstrip(" \t\r\n")
    if special := _SPECIAL.match(text, fault.start):
        return message, _WORD_HINTS[special[0].lstrip("-")]
    if word := _WORD_HINTS.get(text[fault.start : fault.end]):
        return message, word
    if expect is Expect.END:
        return _after_value(text, fault, message)
    # Of a value that is spread over several lines, the comma may have ended an earlier one.
    is_after_comma = before.endswith(",") or (not before and _expects_after_comma(fault.state))
    if is_after_comma and found in "}]":
        return f"a comma stands before the closing {found!r}".replace("'", '"'), "remove the comma"
    if expect in (Expect.KEY, Expect.KEY_OR_END) and (found.isalpha() or found == "_"):
        return message, "member names take double quotes"
    if expect in (Expect.COMMA_OR_END_OF_OBJECT, Expect.COMMA_OR_END_OF_ARRAY) and found in '"{[':
        return message, "a comma is missing before it"
    return message, _CHARACTER_HINTS.get(found)


def _expects_after_comma(state: ScanState) -> bool:
    return state.expect is Expect.KEY or (state.expect is Expect.VALUE and state.brackets.endswith("["))


def _after_value(text: str, fault: ScanFault, message: str) -> tuple[str, str | None]:
    """Words for text after a complete value."""
    found = text[fault.start]
    if "\r" in text[: fault.start] and text[: fault.start].rstrip(" \t").endswith("\r"):
        return "a second value stands on the line, after a carriage return", _CHARACTER_HINTS["\r"]
    if found == "," and not text[fault.end :].strip(" \t\r\n"):
        return "a comma stands after the request", "remove the comma: JSON Lines separates requests by line ends"
    if found in '{["':
        return "a second value stands on the line", "write one request on each line"
    return message, _CHARACTER_HINTS.get(found)


def _number_hint(text: str, position: int) -> str | None:
    found = text[position]
    if found.isdigit():
        return "a number does not begin with 0; write it without leading zeros, or as a string"
    if found == ".":
        return "a decimal point needs digits on both sides"
    return "if it is text, put it in double quotes"


def _name(text: str, fault: ScanFault) -> str:
    """The character found, named without repeating the user's text."""
    found = text[fault.start]
    if found in "{}[]:,'/#+-.=":
        return f'"{found}"'
    if found == '"':
        return "a string"
    if found.isascii() and found.isdigit():
        return "a number"
    if text[fault.start : fault.end] in _WORD_HINTS:
        return f'"{text[fault.start : fault.end]}"'
    if found.isascii() and (found.isalpha() or found == "_"):
        return "a bare word"
    return f"the character U+{ord(found):04X}"
