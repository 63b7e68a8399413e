"""The builder: the value of the events, however they are divided, and what a value hides."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from batchlint.parsing.builder import Builder, NestingError
from batchlint.parsing.values import JsonValue
from core_cases import parameters, read

Events = list[tuple[str, Any]]


def built(events: Events, cut: int = 0) -> Builder:
    builder = Builder(20)
    builder.take(events[:cut])
    builder.take(events[cut:])
    return builder


def exactly(value: JsonValue) -> str:
    """A value as text, in which 1, 1.0 and true differ, and so do two orders of members."""
    return json.dumps(value)


@pytest.mark.parametrize("case", parameters(read("builder")))
def test_values(case: dict[str, Any]) -> None:
    events: Events = [(event, value) for event, value in case["events"]]
    for cut in range(len(events) + 1):
        builder = built(events, cut)
        assert exactly(builder.value) == exactly(case["value"])
        assert builder.duplicate_keys is case.get("duplicate_keys", False)
        assert builder.unsafe_numbers is False


@pytest.mark.parametrize("case", parameters(read("numbers")))
def test_numbers(case: dict[str, Any]) -> None:
    text = case["text"]
    # The parser gives an int where there is neither point nor exponent, and a Decimal elsewhere.
    number = int(text) if text.lstrip("-").isdigit() else Decimal(text)
    events: Events = [("start_map", None), ("map_key", "n"), ("number", number), ("end_map", None)]
    builder = built(events)
    expected = float(case["value"]) if isinstance(case["value"], str) else case["value"]
    assert exactly(builder.value) == exactly({"n": expected})
    assert builder.unsafe_numbers is ("unsafe" in case)
    assert builder.duplicate_keys is False


def test_an_unsafe_number_is_not_forgotten() -> None:
    for unsafe in (2**53 + 1, Decimal("1e999")):
        builder = built([("start_array", None), ("number", unsafe), ("number", 1), ("end_array", None)])
        assert builder.unsafe_numbers is True


def test_a_repeated_member_is_not_forgotten() -> None:
    names = [("map_key", name) for name in ("a", "a", "b")]
    events: Events = [("start_map", None), *(event for name in names for event in (name, ("null", None)))]
    assert built([*events, ("end_map", None)]).duplicate_keys is True


@pytest.mark.parametrize("kind", ["array", "map"])
@pytest.mark.parametrize("cut", range(3))
def test_depth(kind: str, cut: int) -> None:
    opening: Events = [(f"start_{kind}", None), ("map_key", "a")] if kind == "map" else [("start_array", None)]
    three = opening * 3
    builder = Builder(3)
    builder.take([*three, ("null", None)])
    assert json.dumps(builder.value).count("[" if kind == "array" else "{") == 3
    builder = Builder(2)
    builder.take(three[:cut])
    with pytest.raises(NestingError):
        builder.take(three[cut:])


def test_containers_side_by_side_are_not_deep() -> None:
    inner: Events = [("start_array", None), ("end_array", None), ("start_map", None), ("end_map", None)]
    builder = Builder(2)
    builder.take([("start_array", None), *inner * 5, ("end_array", None)])
    assert builder.value == [[], {}] * 5
