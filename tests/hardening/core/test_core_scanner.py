"""The scanner: its tokens tile the text, and a fault stands where the grammar of RFC 8259 is left."""

from __future__ import annotations

import json
from typing import Any

import pytest

from batchlint.parsing.grammar import Expect, ScanState
from batchlint.parsing.scanner import Kind, Problem, ScanFault, Token, finish, scan
from core_cases import parameters, read, text_of

BLANKS = " \t\r\n"


def scanned(case: dict[str, Any], text: str) -> tuple[list[Token], ScanState | ScanFault]:
    """The tokens, and how the scan ends. What a case does not name is left to the scanner."""
    more: dict[str, Any] = {}
    if "state" in case:
        brackets, expect = case["state"]
        more["state"] = ScanState(brackets, Expect[expect])
    if "position" in case:
        more["position"] = case["position"]
    tokens = []
    found = scan(text, case.get("depth", 100), **more)
    try:
        while True:
            tokens.append(next(found))
    except StopIteration as end:
        return tokens, end.value
    except ScanFault as fault:
        return tokens, fault


def places(case: dict[str, Any], text: str) -> list[Token]:
    """The tokens of a case: a bracket or sign stands for itself, others have a kind and their text or its length."""
    position = case.get("position", 0)
    tokens = []
    for token in case["tokens"]:
        kind, raw = (token, token) if isinstance(token, str) else token
        while text[position] in BLANKS:
            position += 1
        end = position + (raw if isinstance(raw, int) else len(raw))
        assert isinstance(raw, int) or text[position:end] == raw, "the case does not agree with itself"
        tokens.append(Token(Kind(kind), position, end))
        position = end
    return tokens


@pytest.mark.parametrize("case", parameters(read("scanner")))
def test_scan(case: dict[str, Any]) -> None:
    text = text_of(case)
    tokens, end = scanned(case, text)
    assert tokens == places(case, text)
    if "fault" in case:
        problem, start, stop, brackets, expect = case["fault"]
        assert isinstance(end, ScanFault)
        assert (end.problem, end.start, end.end) == (Problem[problem], start, stop)
        assert end.state == ScanState(brackets, Expect[expect])
        assert str(end) == Problem[problem].value
    else:
        brackets, expect = case["end"]
        assert end == ScanState(brackets, Expect[expect])


@pytest.mark.parametrize("case", parameters([case for case in read("scanner") if "end" in case]))
def test_a_scan_can_be_interrupted_at_any_line_end(case: dict[str, Any]) -> None:
    """A value over several lines: what is found does not depend on where the lines end."""
    text = text_of(case)
    whole, end = scanned(case, text)
    for cut in {token.end for token in whole}:
        before, state = scanned(case, text[:cut])
        assert isinstance(state, ScanState)
        again = {"state": (state.brackets, state.expect.name), "position": cut}
        after, last = scanned(again, text)
        assert before + after == whole
        assert last == end


@pytest.mark.parametrize("case", parameters([case for case in read("scanner") if "end" in case]))
def test_finish(case: dict[str, Any]) -> None:
    text = text_of(case)
    _, state = scanned(case, text)
    assert isinstance(state, ScanState)
    if case["end"][1] == "END":
        finish(text, state)
        return
    with pytest.raises(ScanFault) as caught:
        finish(text, state)
    end = len(text.rstrip(BLANKS))
    assert (caught.value.problem, caught.value.start, caught.value.end) == (Problem.UNFINISHED, end, end)
    assert caught.value.state == state


def test_only_the_blanks_of_json_stand_behind_the_end() -> None:
    for text, end in (("[1 \t\r\n", 2), ("[1\f", 3), ("[1\u00a0 ", 3), ("  ", 0)):
        with pytest.raises(ScanFault) as caught:
            finish(text, ScanState("[", Expect.COMMA_OR_END_OF_ARRAY))
        assert (caught.value.start, caught.value.end) == (end, end)


def refuse(_: str) -> float:
    raise ValueError("no number of JSON")


def is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "before", ["", "[", "[1", "[1,", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '"', '"\\', "-", "1."]
)
def test_every_character_in_every_place(before: str) -> None:
    """The standard library is of the same mind about each of them, whatever closes what stands open."""
    for character in map(chr, range(0x180)):
        for after in ("", "]", "}", '":1}', '"', "1", ":1}"):
            text = before + character + after
            _, end = scanned({}, text)
            assert (isinstance(end, ScanState) and end == ScanState("", Expect.END)) is is_json(text), text
