"""Safe steps into a request: whatever has another type than expected is passed over; the schema tells of it."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.pointer import Path

BODY: Path = ("body",)


def body_of(request: JsonObject) -> JsonObject:
    """The body, empty where it is no object."""
    return object_of(request.get("body"))


def object_of(value: JsonValue) -> JsonObject:
    """`value`, or an empty object where it is none."""
    return value if isinstance(value, dict) else {}


def items_of(value: JsonValue) -> list[JsonValue]:
    """`value`, or an empty array where it is none."""
    return value if isinstance(value, list) else []


def objects_at(request: JsonObject, member: str) -> Iterator[tuple[Path, JsonObject]]:
    """The objects in the array `member` of the body, each with the steps to it."""
    for index, item in enumerate(items_of(body_of(request).get(member))):
        if isinstance(item, dict):
            yield (*BODY, member, index), item


def messages_of(request: JsonObject) -> Iterator[tuple[Path, JsonObject]]:
    """The messages, each with the steps to it."""
    return objects_at(request, "messages")
