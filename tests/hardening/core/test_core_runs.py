"""A scan that passes over what does not matter ends as the whole one does, and has the tokens that matter."""

from __future__ import annotations

import random
from typing import Any

import pytest

from batchlint.parsing.grammar import START, Expect, ScanState
from batchlint.parsing.runs import end_of_elements
from batchlint.parsing.scanner import ScanFault, Token, scan
from core_cases import parameters, read, text_of

SEED = 20260215
ATOMS = (
    *'[ ] { } , : "" "a" 1 -0.5e3 true nul "x NaN \\ é'.split(),
    " ",
    "\r",
    "\x01",
    '"\\n"',
    '{"a":1}',
    "[1,2]",
    '{"a":{"b":[]}}',
    "1,",
    '"k":1,',
    '"k":[[',
    "]]",
)

Ended = ScanState | tuple[Any, ...]


def scanned(text: str, quiet: int, depth: int, state: ScanState, position: int = 0) -> tuple[list[Token], Ended]:
    tokens = []
    found = scan(text, depth, state, position, quiet)
    try:
        while True:
            tokens.append(next(found))
    except StopIteration as end:
        final: ScanState = end.value
        return tokens, final
    except ScanFault as fault:
        # After a comma only these may be missing.
        comma = fault.comma if position < fault.start and fault.state.expect in (Expect.KEY, Expect.VALUE) else None
        follows = comma is not None and not text[comma + 1 : fault.start].strip(" \t\r\n")
        return tokens, (fault.problem, fault.start, fault.end, fault.state, comma if follows else None)


def check(text: str, depth: int, state: ScanState = START, position: int = 0) -> None:
    """Compares the scans that are quiet up to each of some places with the one that never is."""
    whole, end = scanned(text, 0, depth, state, position)
    for quiet in {*range(0, len(text), len(text) // 20 + 1), len(text)}:
        tokens, other = scanned(text, quiet, depth, state, position)
        assert other == end, (text, quiet)
        assert [token for token in tokens if token.start >= quiet] == [token for token in whole if token.start >= quiet]
        assert set(tokens) <= set(whole)


@pytest.mark.parametrize("case", parameters(read("scanner")))
def test_the_cases_of_the_scanner(case: dict[str, Any]) -> None:
    brackets, expect = case.get("state", ("", "VALUE"))
    check(text_of(case), case.get("depth", 100), ScanState(brackets, Expect[expect]), case.get("position", 0))


def value(rng: random.Random, depth: int) -> str:
    kind = rng.random()
    if depth == 0 or kind < 0.4:
        return rng.choice(("1", "-2.5", "true", "null", '""', '"a b"', '"\\"q"', '"é"', "1e5", '"' + "\\t" * 20 + '"'))
    blank = rng.choice(("", "", " ", "  ", "\r"))
    count = rng.randrange(12)
    if kind < 0.7:
        return "[" + blank + f"{blank},{blank}".join(value(rng, depth - 1) for _ in range(count)) + blank + "]"
    members = (f'"k{each}"{blank}:{blank}{value(rng, depth - 1)}' for each in range(count))
    return "{" + blank + f",{blank}".join(members) + blank + "}"


@pytest.mark.parametrize("part", range(8))
def test_texts_by_chance(part: int) -> None:
    rng = random.Random(f"{SEED} {part}")
    states = (START, ScanState("[", Expect.VALUE), ScanState("{", Expect.KEY), ScanState("[{", Expect.COLON))
    for _ in range(150):
        if rng.random() < 0.3:
            text = "".join(rng.choices(ATOMS, k=rng.randrange(1, 25)))
        else:
            text = value(rng, rng.randrange(1, 5))[:2000]
            for _ in range(rng.randrange(3)):
                at = rng.randrange(len(text) + 1)
                text = text[:at] + rng.choice(ATOMS) + text[at + rng.randrange(2) :]
        check(text, rng.choice((1, 2, 3, 5, 128)), rng.choice(states))


@pytest.mark.parametrize(
    ("item", "most"),
    [
        ("1", 0.01),
        ('"a"', 0.01),
        ("[]", 0.01),
        ('{"":0}', 0.01),
        ("[[[]]]", 0.01),
        ('{"":{"":{"":[1]}}}', 0.01),
        ("[" * 90 + "1" + "]" * 90, 0.01),
        ('"' + "\\n" * 100 + '"', 2),
    ],
)
def test_dense_texts_are_passed_over(item: str, most: float) -> None:
    count = 2000
    for text in ("[" + f"{item}," * count, "{" + f'"k":{item},' * count):
        tokens, end = scanned(text, len(text), 128, START)
        assert isinstance(end, ScanState)
        assert len(tokens) <= count * most + 3


@pytest.mark.parametrize(
    ("text", "position", "end"),
    [
        ("[1,2,3]", 1, 6),
        ("[1, 2 , 3 ]", 1, 10),
        ("[1,[2],[[3]],4]", 1, 7),
        ("[[[1]]]", 1, 1),
        ("[]", 1, 1),
        ("[" + "1," * 1000 + "1]", 1, 401),
        ('["a,]",{"b":[]},{"b":1}]', 1, 7),
    ],
)
def test_elements_are_passed_over(text: str, position: int, end: int) -> None:
    assert end_of_elements(text, position) == end
