"""JSON Schemas inside requests: the parameters of tools and the form of answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from types import MappingProxyType

from batchlint.checks.members import BODY, body_of
from batchlint.checks.metaschema import are_surely_valid, first_violation, is_bounded, is_surely_valid
from batchlint.faults import Fault
from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.pointer import Path
from batchlint.validating.violation import Violation
from batchlint.validating.words import message, subject

_PLACES: tuple[Path, ...] = (
    ("tools", "*", "function", "parameters"),
    ("tools", "*", "parameters"),
    ("response_format", "json_schema", "schema"),
    ("response_format", "schema"),
    ("text", "format", "schema"),
    ("functions", "*", "parameters"),
)
"""Where a body holds a schema; "*" stands for each item."""

_HOLDERS = ("tools", "response_format", "text", "functions")

_LARGEST_KEPT = 16_384
"""Up to this many characters a schema is remembered, so that the same one is not judged for each line."""

MOST_WRONG = 100
"""Of one request so many are told: finding out what is wrong with a schema takes milliseconds."""

_NAMES_OF_TYPES = MappingProxyType(
    {
        "str": "write string",
        "text": "write string",
        "int": "write integer",
        "float": "write number",
        "double": "write number",
        "bool": "write boolean",
        "dict": "write object",
        "list": "write array",
        "tuple": "write array",
        "None": "write null",
        "any": "leave type out to allow any value",
    }
)
"""The hints for names of types that other languages have."""


def invalid_json_schemas(request: JsonObject) -> Iterator[Fault]:
    """Schemas that are none, each with its first fault; no reference in them is ever followed."""
    body = body_of(request)
    holders = {member: body[member] for member in _HOLDERS if member in body}
    if not holders or are_surely_valid(_PLACES, holders):
        return
    yield from islice(_wrong(holders), MOST_WRONG)


def _wrong(holders: JsonObject) -> Iterator[Fault]:
    for steps in _PLACES:
        for path, schema in _values(BODY, holders, steps):
            if not isinstance(schema, dict) or is_surely_valid(schema):
                continue
            violation = _violation(schema)
            if violation is not None:
                place = (*path, *violation.path)
                reason = message(violation._replace(path=place), None, quotes=False)
                text = f"{subject(path)} is not a valid JSON Schema: {reason}"
                yield Fault("invalid-json-schema", text, _hint(violation), place)


def _values(path: Path, value: JsonValue, steps: Path) -> Iterator[tuple[Path, JsonValue]]:
    if not steps:
        yield path, value
    elif steps[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _values((*path, index), item, steps[1:])
    elif isinstance(value, dict) and isinstance(steps[0], str) and steps[0] in value:
        yield from _values((*path, steps[0]), value[steps[0]], steps[1:])


def _violation(schema: JsonObject) -> Violation | None:
    # Before it is written as text: of a large one neither that nor what is read from it has to be in memory.
    if not is_bounded(schema):
        return None
    text = json.dumps(schema)
    return first_violation(text) if len(text) <= _LARGEST_KEPT else first_violation.__wrapped__(text)


def _hint(violation: Violation) -> str | None:
    last = violation.path[-1:]
    if last == ("type",) and isinstance(violation.found, str):
        return _NAMES_OF_TYPES.get(violation.found)
    if last == ("required",) and isinstance(violation.found, bool):
        return "list the names in required of the object that has these properties"
    return None
