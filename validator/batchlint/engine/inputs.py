"""Counting what stands in the member `input` of bodies, where a provider limits it over a whole file."""

from __future__ import annotations

from batchlint.parsing.values import JsonValue


def inputs_of(body: JsonValue) -> int:
    """The inputs of a body: a string is one, so are the tokens of one, and any other array has as many as items."""
    value = body.get("input") if isinstance(body, dict) else None
    if not isinstance(value, list):
        return int(isinstance(value, str))
    return int(bool(value)) if all(isinstance(item, int) for item in value) else len(value)
