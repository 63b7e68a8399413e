"""The guard: what it lets yajl see, and what it makes of the rest."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from batchlint.parsing.guard import has_forbidden_byte, lone_surrogates, needs_rewriting, rewritten
from batchlint.parsing.scanner import Problem, ScanFault
from core_cases import bytes_of, joined, parameters, read, text_of

CASES = read("guard")
DEPTH = 10


@pytest.mark.parametrize("case", parameters(CASES["forbidden"]))
def test_forbidden_bytes(case: dict[str, Any]) -> None:
    assert has_forbidden_byte(bytes_of(case)) is case["expect"]


@pytest.mark.parametrize("case", parameters(CASES["needs rewriting"]))
def test_what_needs_rewriting(case: dict[str, Any]) -> None:
    assert needs_rewriting(bytes_of(case)) is case["expect"]


@pytest.mark.parametrize("case", parameters(CASES["rewritten"]))
def test_rewriting(case: dict[str, Any]) -> None:
    new = rewritten(text_of(case), DEPTH)
    assert new == joined(case["expect"])
    assert rewritten(new, DEPTH) == new
    assert not lone_surrogates(new)


@pytest.mark.parametrize("case", parameters(CASES["refused"]))
def test_rewriting_refuses_what_is_no_json(case: dict[str, Any]) -> None:
    with pytest.raises(ScanFault) as caught:
        rewritten(case["text"], case["depth"])
    fault = caught.value
    assert [fault.problem.name, fault.start, fault.end] == case["expect"]
    assert fault.problem is Problem[case["expect"][0]]


@pytest.mark.parametrize("case", parameters(CASES["lone surrogates"]))
def test_lone_surrogates(case: dict[str, Any]) -> None:
    raw = case["text"]
    lone = lone_surrogates(raw)
    assert lone == case["expect"]
    # Where the guard says that nothing is to be done, nothing is; and a strict parser is of the same mind.
    if lone:
        assert needs_rewriting(raw.encode())
        with pytest.raises(orjson.JSONDecodeError):
            orjson.loads(raw)
    else:
        assert orjson.loads(raw) == json.loads(raw)
