"""Faults of valid lines that their values hide, and the value of one line."""

from __future__ import annotations

from typing import Any

import pytest

from batchlint.faults import Anchor, Fault
from batchlint.parsing.lexical import lexical_faults
from batchlint.parsing.line import Parsed, RefusedError, parse_line
from batchlint.parsing.yajl import yajl_parser
from core_cases import parameters, read, text_of

DEPTH = 10
HINTS = {
    "duplicate-key": "remove or rename one of them",
    "unsafe-number": None,
    "lone-surrogate": "the text was cut within a character; cut between characters, not UTF-16 units",
}


@pytest.mark.parametrize("case", parameters(read("lexical")))
def test_faults(case: dict[str, Any]) -> None:
    text = case["text"]
    faults = list(lexical_faults(text, DEPTH))
    found = []
    for fault in faults:
        assert fault.span is not None
        assert fault.path is not None
        start, end = fault.span
        found.append([fault.rule, list(fault.path), fault.anchor.value, text[start:end], start])
        assert fault.hint == HINTS[fault.rule]
    assert found == case["expect"]


def only_fault(text: str) -> Fault:
    (fault,) = lexical_faults(text, DEPTH)
    return fault


@pytest.mark.parametrize("case", parameters(read("numbers")))
def test_numbers(case: dict[str, Any]) -> None:
    text = case["text"]
    faults = list(lexical_faults(f"[{text}]", DEPTH))
    if "unsafe" in case:
        assert faults == [Fault("unsafe-number", case["unsafe"], None, (0,), Anchor.VALUE, (1, 1 + len(text)))]
    else:
        assert faults == []


def test_an_integer_too_long_for_python_is_only_counted() -> None:
    assert only_fault("-" + "7" * 5000).message == (
        "the integer has 5,000 digits and is beyond 2^53; many readers change it"
    )


def test_the_words_about_a_repeated_member() -> None:
    assert only_fault('{"a": 1, "a": 2}').message == 'the object already has a member "a"; only the last one counts'


def test_the_name_of_a_repeated_member_is_escaped_and_cut() -> None:
    name = "\\n" * 41
    assert only_fault(f'{{"{name}": 1, "{name}": 2}}').message == (
        'the object already has a member "' + "\\n" * 37 + '..."; only the last one counts'
    )


def test_the_words_about_half_a_pair() -> None:
    assert only_fault('"\\ud800"').message == "an escape of half a surrogate pair stands alone; it is no character"


def sized(value: object) -> object:
    """A value in which long strings stand as their lengths, and infinities as words."""
    if isinstance(value, list):
        return [sized(item) for item in value]
    if isinstance(value, dict):
        return {name: sized(item) for name, item in value.items()}
    if isinstance(value, str) and len(value) > 1000:
        return len(value)
    return str(value) if value in (float("inf"), float("-inf")) else value


@pytest.mark.parametrize("case", parameters(read("lines")))
def test_lines(case: dict[str, Any]) -> None:
    text = text_of(case)
    if case.get("refused"):
        with pytest.raises(RefusedError):
            parse_line(text.encode(), text, 4, yajl_parser())
        return
    parsed = parse_line(text.encode(), text, 4, yajl_parser())
    assert parsed == Parsed(parsed.value, case.get("rewritten", False), case.get("suspicious", False))
    assert sized(parsed.value) == case["value"]
