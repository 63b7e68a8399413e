"""`jsonschema` made to find the errors of an object in the order of its members.

It goes through the members that `properties` does not name as a set, whose order is another one in each process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from jsonschema.validators import extend

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
