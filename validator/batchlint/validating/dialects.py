"""`jsonschema` made to find the errors of an object in the order of its members.

It goes through the members that `properties` does not name as a set, whose order is another one in each process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from jsonschema.validators import extend, validator_for
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it ships no types
from referencing import Registry
from referencing.jsonschema import Schema, specification_with

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

_KEYWORD = "additionalProperties"


def in_order(dialect: type[Validator]) -> type[Validator]:
    """A class like `dialect`, a validator class of `jsonschema`, that finds errors in order.

    Documents must not have a `$schema`: `jsonschema` would judge them by the class that is known for it.
    """
    of_all = dialect.VALIDATORS[_KEYWORD]

    def one_by_one(
        validator: Validator, rest: object, instance: object, schema: Mapping[str, object]
    ) -> Iterator[ValidationError]:
        if isinstance(rest, dict) and isinstance(instance, dict):
            for name, value in instance.items():
                yield from of_all(validator, rest, {name: value}, schema)
        else:
            yield from of_all(validator, rest, instance, schema)

    extended = extend(dialect, {_KEYWORD: one_by_one})  # type: ignore[no-untyped-call]  # the stubs leave it untyped
    return cast("type[Validator]", extended)


@lru_cache(maxsize=8)
def metaschema(draft: str) -> Validator | None:
    """Judges schemas by the metaschema of `draft`, the `$schema` of one; None for a draft that is not known."""
    # The type stubs do not know the default None.
    lookup: Any = validator_for
    try:
        dialect = lookup({"$schema": draft}, default=None)
    except ValueError:
        return None
    if dialect is None:
        return None
    whole = dialect.META_SCHEMA
    create = specification_with(whole["$schema"]).create_resource
    parts = [(uri, REGISTRY.contents(uri)) for uri in REGISTRY]
    registry = Registry[Schema]().with_resources(
        (uri, create(_undeclared(part))) for uri, part in parts if part["$schema"] == whole["$schema"]
    )
    # Formats stay unchecked: Python does not know the patterns of ECMAScript, and fails on deep ones.
    return in_order(dialect)(_undeclared(whole), registry=registry.crawl())


def _undeclared(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` as `in_order` takes it."""
    return {key: value for key, value in document.items() if key != "$schema"}
