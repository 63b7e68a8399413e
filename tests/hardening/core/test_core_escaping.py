"""The escaper: what it writes is printable, on one line and no command, and says what the text was."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchlint.escaping import at_start, json_text, show, show_path, show_words
from core_cases import joined, parameters, read, text_of

CASES = read("escaping")
COMMAND = re.compile(r"##\[|##[A-Za-z]+\[")
PRINTABLE = re.compile(r"[ -~]*")


def options(case: dict[str, Any]) -> dict[str, Any]:
    """What a case gives; the rest is left to the function."""
    return {name: case[name] for name in ("longest", "is_unicode", "indent") if name in case}


@pytest.mark.parametrize("case", parameters(CASES["show"]))
def test_show(case: dict[str, Any]) -> None:
    assert show(text_of(case), **options(case)) == joined(case["expect"])


@pytest.mark.parametrize("case", parameters(CASES["path"]))
def test_paths(case: dict[str, Any]) -> None:
    assert show_path(text_of(case), **options(case)) == joined(case["expect"])


@pytest.mark.parametrize("case", parameters(CASES["words"]))
def test_words_of_a_policy(case: dict[str, Any]) -> None:
    assert show_words(text_of(case)) == joined(case["expect"])


@pytest.mark.parametrize("case", parameters(CASES["start"]))
def test_the_start_of_a_line(case: dict[str, Any]) -> None:
    assert at_start(case["text"]) == case["expect"]


@pytest.mark.parametrize("case", parameters(CASES["json"]))
def test_json(case: dict[str, Any]) -> None:
    text = json_text(case["value"], **options(case))
    assert text == case["expect"]
    assert json.loads(text) == case["value"]


SHORT = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@pytest.mark.parametrize("before", ["", "a", "\u00e9"])
def test_every_character(before: str) -> None:
    for code in range(0x3000):
        character = chr(code)
        plain = character if " " <= character <= "~" else SHORT.get(character, f"\\u{code:04x}")
        start = before.replace("\u00e9", "\\u00e9")
        assert show(before + character) == start + ("\\\\" if character == "\\" else plain)
        assert show_path(before + character) == start + plain


# The same examples in every run, so that a mutant that survives once survives again.
STEADY = settings(max_examples=200, deadline=None, derandomize=True, database=None)
HOSTILE = st.text(st.one_of(st.sampled_from('#[]v:\\"\n\r\x1b\x7f\u202e\u05d0\ud800'), st.characters(codec=None)))


@given(HOSTILE, st.integers(3, 30))
@settings(STEADY)
def test_whatever_the_text_it_is_safe(text: str, longest: int) -> None:
    for shown in (show(text, longest), show_path(text, longest=longest)):
        assert PRINTABLE.fullmatch(shown)
        assert not COMMAND.search(shown)
    assert not COMMAND.search(json_text([text]))
    assert json.loads(json_text([text])) == [text]


@given(HOSTILE)
@settings(STEADY)
def test_a_text_that_is_not_cut_can_be_read_back(text: str) -> None:
    shown = show(text, max(3, len(text)))
    if shown != text:
        quoted = re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', shown)
        assert json.loads(f'"{quoted}"') == text
