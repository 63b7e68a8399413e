"""References that would never come to an end, or take too long on the way to it.

What applies to the same value (a reference, ``allOf``, ``if`` and the like) must not lead back to itself.
Going down into members and items is progress, since a value is finite.
"""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.documents.linked import Linked, definition, place_of
from batchlint.documents.store import Document
from batchlint.documents.walk import parts, schemas
from batchlint.pointer import Path
from batchlint.policies.references import URN

MOST_IN_A_ROW = 100
"""The longest chain of schemas on one value; validators recurse along it on every level of a value."""

MOST_AT_ONCE = 10_000
"""The most schemas applied to one value; a chain of references each used twice grows exponentially."""

Place = tuple[str, Path]
"""A schema: the URI of its document and the steps to it."""


class LoopError(Exception):
    """A chain that is refused; its place is the reference or schema where it was noticed."""

    def __init__(self, reason: str, place: Place) -> None:
        super().__init__(reason)
        self.place = place


def check_loops(linked: Linked) -> None:
    """Refuses references without progress in the documents of the user; those of batchlint have none.

    Raises:
        LoopError: with the first place found, in the order of the documents.
    """
    known: dict[Place, tuple[int, int]] = {}
    for uri, document in linked.documents.items():
        if not uri.startswith(URN):
            for path, schema in sorted(schemas(document), key=lambda row: [str(step) for step in row[0]]):
                _measure(linked, (uri, path), schema, [], known)


def _measure(
    linked: Linked, place: Place, schema: Document, above: list[Place], known: dict[Place, tuple[int, int]]
) -> tuple[int, int]:
    """How many schemas apply to one value from `place` on: in a row, and in all."""
    if place in known:
        return known[place]
    if place in above:
        raise LoopError("this reference leads back to itself without going into the value", above[-1])
    if len(above) >= MOST_IN_A_ROW:
        raise LoopError(f"more than {MOST_IN_A_ROW} schemas in a row apply to the same value", place)
    row, total = 0, 0
    for next_place, next_schema in _applied(linked, place, schema):
        below = _measure(linked, next_place, next_schema, [*above, place], known)
        row, total = max(row, below[0]), total + below[1]
    if row >= MOST_IN_A_ROW:
        raise LoopError(f"more than {MOST_IN_A_ROW} schemas in a row apply to the same value", place)
    if total >= MOST_AT_ONCE:
        raise LoopError(f"more than {MOST_AT_ONCE:,} schemas apply to the same value", place)
    known[place] = (row + 1, total + 1)
    return known[place]


def _applied(linked: Linked, place: Place, schema: Document) -> Iterator[tuple[Place, Document]]:
    uri, path = place
    for part in parts(schema):
        if part.in_place:
            yield (uri, (*path, *part.steps)), part.schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and not reference.startswith(URN):
        target = definition(linked, reference)
        if target is not None:
            yield (target[0], place_of(reference)), target[1]
