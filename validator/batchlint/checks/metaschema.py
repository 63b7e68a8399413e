"""Whether an object is a JSON Schema: `jsonschema` decides, a compiled validator answers the clear case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from batchlint.native import can_import
from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.pointer import Path
from batchlint.validating.violation import Violation

DEEPEST = 80
"""A schema nested deeper is not judged: `jsonschema` takes up to eight stack frames for a level."""

MOST_CONTAINERS = 200
"""A schema with more arrays or objects in one array is not judged: comparing them all takes quadratic time."""

MOST_PARTS = 2_000
"""A schema of more arrays and objects is not judged: `jsonschema` takes a third of a millisecond for each."""

MOST_VALUES = 10_000
"""A schema of more values is not judged either, such as one with a list of that many names."""

_DRAFT_2020_12 = "https://json-schema.org/draft/2020-12/schema"
_DRAFT_7 = "http://json-schema.org/draft-07/schema#"
_DRAFT_4 = "http://json-schema.org/draft-04/schema#"

_OLDER = (_DRAFT_7, _DRAFT_4)
"""Without `$schema` a schema may be of one of these as well: generators leave it out, and tuples and exclusive
bounds are written in another way in each."""


def are_surely_valid(places: tuple[Path, ...], body: JsonObject) -> bool:
    """Whether the compiled validator accepts the schemas at all `places` of `body` at once.

    False where one of them is wrong or declares another draft than the newest, and where it is not installed.
    """
    return _compiled_for(places)(body)


@lru_cache(maxsize=1)
def _compiled_for(places: tuple[Path, ...]) -> Callable[[JsonObject], bool]:
    if not can_import("jsonschema_rs"):
        return lambda _: False
    import jsonschema_rs

    newest: JsonObject = {"$ref": _DRAFT_2020_12, "properties": {"$schema": {"const": _DRAFT_2020_12}}}
    forms: list[JsonObject] = []
    for place in places:
        form: JsonObject = {"if": {"type": "object"}, "then": newest}
        for step in reversed(place):
            form = {"items": form} if step == "*" else {"properties": {str(step): form}}
        forms.append(form)
    return jsonschema_rs.validator_for({"$schema": _DRAFT_2020_12, "allOf": forms}).is_valid


def is_surely_valid(schema: JsonObject) -> bool:
    """Whether the compiled validator accepts `schema`; False where it does not, or is not installed."""
    declared = schema.get("$schema", _DRAFT_2020_12)
    return declared in (_DRAFT_2020_12, _DRAFT_7) and _compiled(str(declared))(schema)


@lru_cache(maxsize=2)
def _compiled(draft: str) -> Callable[[JsonObject], bool]:
    if not can_import("jsonschema_rs"):
        return lambda _: False
    import jsonschema_rs

    # The metaschema judges the schema as data, so that nothing that it refers to is looked up.
    return jsonschema_rs.validator_for({"$schema": draft, "$ref": draft}).is_valid


@lru_cache(maxsize=256)
def first_violation(text: str) -> Violation | None:
    """What is wrong first in the schema that is written as `text`, with the steps from the schema to it.

    None stands for a valid schema, and for one of an unknown dialect, which cannot be judged. The schema has to be
    one that `is_bounded`.
    """
    schema: JsonObject = json.loads(text)
    declared = schema.get("$schema")
    if isinstance(declared, str):
        return _first_by(declared, schema)
    violation = _first_by(_DRAFT_2020_12, schema)
    if violation is None or "$schema" in schema:
        return violation
    # The older drafts judge what they call by another name.
    older = json.loads(text.replace('"$defs":', '"definitions":'))
    return violation if all(_first_by(draft, older) for draft in _OLDER) else None


def _first_by(draft: str, schema: JsonObject) -> Violation | None:
    from batchlint.validating.dialects import metaschema

    judge = metaschema(draft)
    if judge is None:
        return None
    try:
        error = next(judge.iter_errors(schema), None)
    except RecursionError:
        # The caller's own stack is nearly full.
        return None
    return None if error is None else _told_best(error)


def _told_best(error: Any) -> Violation:
    """The failed keyword itself; of the forms that a value may have, that which fits it furthest."""
    while error.context:
        error = max(error.context, key=lambda each: (len(each.absolute_path), each.validator != "type"))
    return Violation(
        tuple(error.absolute_path), str(error.validator), error.validator_value, error.instance, error.schema
    )


def is_bounded(schema: JsonObject) -> bool:
    """Whether `schema` is within the bounds of what is judged."""
    level: list[JsonValue] = [schema]
    parts = values = 0
    for _ in range(DEEPEST + 1):
        if not level:
            return True
        parts += sum(isinstance(value, (dict, list)) for value in level)
        values += len(level)
        if parts > MOST_PARTS or values > MOST_VALUES:
            return False
        if any(sum(isinstance(item, (dict, list)) for item in value) > MOST_CONTAINERS for value in _arrays(level)):
            return False
        level = [child for parent in level for child in _children(parent)]
    return not level


def _arrays(values: list[JsonValue]) -> Iterator[list[JsonValue]]:
    return (value for value in values if isinstance(value, list))


def _children(value: JsonValue) -> Iterator[JsonValue]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
