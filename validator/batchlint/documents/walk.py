"""The subschemas of a document, told from its data: a member called "const" is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from batchlint.documents.store import Document
from batchlint.pointer import Path

_IN_PLACE = frozenset({"not", "if", "then", "else"})
_IN_PLACE_LISTS = frozenset({"allOf", "anyOf", "oneOf"})
_INSIDE = frozenset({"items", "contains", "additionalProperties", "propertyNames"})
_INSIDE_LISTS = frozenset({"prefixItems"})
_INSIDE_MAPS = frozenset({"properties", "patternProperties"})
_STORES = frozenset({"$defs"})


class Part(NamedTuple):
    """A subschema that stands directly in another one.

    Attributes:
        steps: steps from the outer schema to it.
        schema: the subschema, an object of keywords.
        in_place: whether it is applied to the same value as the outer schema.
        is_stored: whether it is a definition, applied only through a reference.
    """

    steps: Path
    schema: Document
    in_place: bool
    is_stored: bool = False


def parts(schema: Document) -> Iterator[Part]:
    """The subschemas that stand directly in `schema`; true, false and what is no schema are left out."""
    for keyword, value in schema.items():
        in_place = keyword in _IN_PLACE or keyword in _IN_PLACE_LISTS
        if keyword in _IN_PLACE or keyword in _INSIDE:
            rows: Iterator[tuple[Path, object]] = iter([((keyword,), value)])
        elif keyword in _IN_PLACE_LISTS or keyword in _INSIDE_LISTS:
            rows = (((keyword, index), item) for index, item in enumerate(value if isinstance(value, list) else ()))
        elif keyword in _INSIDE_MAPS or keyword in _STORES:
            members = value if isinstance(value, dict) else {}
            rows = (((keyword, name), item) for name, item in members.items())
        else:
            continue
        for steps, item in rows:
            if isinstance(item, dict):
                yield Part(steps, item, in_place, keyword in _STORES)


def schemas(document: Document) -> Iterator[tuple[Path, Document]]:
    """The document and every subschema in it, each with the steps to it."""
    waiting: list[tuple[Path, Document]] = [((), document)]
    while waiting:
        path, schema = waiting.pop()
        yield path, schema
        waiting += [((*path, *part.steps), part.schema) for part in parts(schema)]
