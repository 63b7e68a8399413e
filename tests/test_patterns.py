"""Patterns of policies: one subset for every tool, without repetition in repetition."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchlint.policies.patterns import PatternError, check_pattern

CASES = json.loads((Path(__file__).parent / "cases" / "policies" / "patterns.json").read_text("utf-8"))


@pytest.mark.parametrize("pattern", CASES["taken"])
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    check_pattern(pattern)
    assert jsonschema_rs.Draft202012Validator({"pattern": pattern}) is not None


@pytest.mark.parametrize("pattern", CASES["refused"])
def test_any_other_pattern_is_refused_with_its_place(pattern: str) -> None:
    with pytest.raises(PatternError) as caught:
        check_pattern(pattern)
    assert str(caught.value) == CASES["refused"][pattern]


@given(
    st.text(alphabet="ab01()[]{}|^$.*+?\\-,:=!<dwnux& ", max_size=12),
    st.text(alphabet="ab01()[]{}|^$.*+?\\-,:=!<dwnux& ", max_size=12),
)
def test_what_is_taken_means_the_same_to_both_validators(pattern: str, text: str) -> None:
    try:
        check_pattern(pattern)
    except PatternError:
        return
    found = re.search(pattern, text) is not None
    assert jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid(text) == found
