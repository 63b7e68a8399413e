"""Slips that are passed over many at once are those that are met one by one."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from batchlint.parsing.grammar import Expect, ScanState
from batchlint.parsing.mending import MOST_SLIPS, Slip, scan_on
from batchlint.parsing.scanner import ScanFault
from batchlint.parsing.skimming import Skimmed, skim

DEPTH = 6
PIECES = (
    *('{"a":1,}', "[1,]", "[NaN,]", '{"a":-Infinity}', "NaN", "-inf", '["x" ,\t]', "[true,]", "[[],]", "[null,\r]"),
    *("[", "]", "{", "}", ",", ":", '"', " ", "\t", "\\", "1", "-", ".", "0", "e", "nan", "é", "x", "\x00", '"a":'),
    *('"a,]"', '"\\",]"', '"a\\\\"', '["NaN,]\\"",]', "[,]", "[1,,]", '{"a",}', '{"a":,}', "1NaN", "NaN1", "NaN.5"),
)
STATES = (
    ScanState(),
    ScanState("[", Expect.VALUE),
    ScanState("[{", Expect.KEY),
    ScanState("{", Expect.COLON),
    ScanState("[[", Expect.COMMA_OR_END_OF_ARRAY),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def one_by_one(text: str, depth: int, state: ScanState) -> Skimmed:
    """What `skim` says, from a scan that stops at each slip."""
    slips: list[Slip] = []
    final = fault = None
    tokens = scan_on(text, depth, state)
    try:
        while True:
            token = next(tokens)
            if isinstance(token, Slip):
                slips.append(token)
    except StopIteration as end:
        final = end.value
    except ScanFault as met:
        fault = met
    return Skimmed(slips[0] if slips else None, tuple(slip.edit for slip in slips), final, fault)


def told(skimmed: Skimmed) -> tuple[object, ...]:
    """What two of them have to agree on."""
    slip, edits, state, fault = skimmed
    faults = [each and (each.problem, each.start, each.end, each.state) for each in (slip and slip.fault, fault)]
    return slip and (slip.kind, slip.start, slip.end, slip.position), edits, state, faults


@given(TEXTS, st.integers(0, 20), TEXTS, TEXTS, st.sampled_from(STATES))
@example("[", 20, "", "]", ScanState())
@example("[", 20, "1NaN]", "", ScanState())
@example("[", 20, "[,]", "]", ScanState())
@example("[", 20, "[1,}", "]", ScanState())
@example('{"a":[', 20, '{"b",}', "]}", ScanState())
@example("[", 9, "1],[1,]],", "", ScanState())
@example("", 20, "]", ",", ScanState("[[", Expect.VALUE))
def test_slips_in_any_text(before: str, count: int, within: str, behind: str, state: ScanState) -> None:
    text = before + "[1,],{}, NaN,".replace("{}", '{"a":{"b":2,},}') * count + within + "[1,]" * (count % 2) + behind
    assert told(skim(text, DEPTH, state)) == told(one_by_one(text, DEPTH, state))


def test_no_more_slips_than_a_request_can_be_meant_to_have() -> None:
    for count in (MOST_SLIPS - 2, MOST_SLIPS - 1, MOST_SLIPS, MOST_SLIPS + 100):
        text = "[" + "[1,]," * count + "1]"
        assert told(skim(text, DEPTH)) == told(one_by_one(text, DEPTH, ScanState()))
        assert len(skim(text, DEPTH).edits) == min(count, MOST_SLIPS - 1)
