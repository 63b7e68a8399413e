"""Whether an object is a JSON Schema: `jsonschema` decides, a compiled validator answers the clear case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from batchlint.native import can_import
from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.pointer import Path
from batchlint.validating.violation import Violation

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

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

    None stands for a valid schema, and for one that cannot be judged: of an unknown dialect, or too deep.
    """
    schema: JsonObject = json.loads(text)
    if not _is_bounded(schema):
        return None
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
    judge = _judge(draft)
    if judge is None:
        return None
    try:
        error = next(judge.iter_errors(schema), None)
    except RecursionError:
        # The caller's own stack is nearly full.
        return None
    return None if error is None else _told_best(error)


@lru_cache(maxsize=8)
def _judge(draft: str) -> Validator | None:
    """Judges by the metaschema of `draft`; None for one that is not known."""
    from jsonschema.validators import validator_for
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it ships no types
    from referencing import Registry
    from referencing.jsonschema import Schema, specification_with

    from batchlint.validating.in_order import in_order

    # The type stubs do not know the default None.
    lookup: Any = validator_for
    try:
        dialect = lookup({"$schema": draft}, default=None)
    except ValueError:
        return None
    if dialect is None:
        return None
    metaschema = dialect.META_SCHEMA
    create = specification_with(metaschema["$schema"]).create_resource
    parts = [(uri, REGISTRY.contents(uri)) for uri in REGISTRY]
    registry = Registry[Schema]().with_resources(
        (uri, create(_undeclared(part))) for uri, part in parts if part["$schema"] == metaschema["$schema"]
    )
    # Formats stay unchecked: Python does not know the patterns of ECMAScript, and fails on deep ones.
    return in_order(dialect)(_undeclared(metaschema), registry=registry.crawl())


def _undeclared(document: Mapping[str, JsonValue]) -> JsonObject:
    """`document` as `in_order` takes it."""
    return {key: value for key, value in document.items() if key != "$schema"}


def _told_best(error: Any) -> Violation:
    """The failed keyword itself; of the forms that a value may have, that which fits it furthest."""
    while error.context:
        error = max(error.context, key=lambda each: (len(each.absolute_path), each.validator != "type"))
    return Violation(
        tuple(error.absolute_path), str(error.validator), error.validator_value, error.instance, error.schema
    )


def _is_bounded(schema: JsonObject) -> bool:
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
