"""A document with all that it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from batchlint.documents.store import Document, by_urn

_DATA = frozenset({"examples", "example", "const", "enum", "default", "x-lint"})
"""Keywords that hold data, in which "$ref" means nothing."""


@lru_cache(maxsize=8)
def linked_documents(urn: str) -> Mapping[str, Document]:
    """The document `urn` and those that it refers to, directly or not, by their URNs.

    Raises:
        DocumentError: a reference leads outside the documents.
    """
    documents: dict[str, Document] = {}
    waiting = [urn]
    while waiting:
        name = waiting.pop()
        if name not in documents:
            document = by_urn(name)
            documents[name] = document
            waiting += {reference.partition("#")[0] for reference in references(document)} - {""}
    return MappingProxyType(documents)


def references(schema: object) -> Iterator[str]:
    """Every value of ``$ref`` in `schema`."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            elif key not in _DATA:
                yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)
