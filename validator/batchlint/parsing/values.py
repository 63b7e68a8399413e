"""The types of JSON values in Python, and their names in JSON."""

from __future__ import annotations

from typing import TypeAlias

JsonValue: TypeAlias = dict[str, "JsonValue"] | list["JsonValue"] | str | int | float | bool | None
"""What a JSON text becomes: integers stay int, other numbers are float."""

JsonObject: TypeAlias = dict[str, JsonValue]
"""What an object becomes."""


def type_name(value: object) -> str:
    """The JSON Schema name of the type of `value`; a float without a fraction is still a number."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
