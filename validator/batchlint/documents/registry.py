"""The closed registry: every reference between documents resolves to a shipped file, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema

from batchlint.documents.store import Document, by_urn


def registry_for(urn: str) -> Registry[Schema]:
    """The document `urn` with all that it refers to, directly or not; nothing can be fetched through it.

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
    resources = [(name, DRAFT202012.create_resource(document)) for name, document in documents.items()]
    return Registry[Schema]().with_resources(resources).crawl()


def references(schema: object) -> Iterator[str]:
    """Every value of ``$ref`` in `schema`."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            # Examples and constants hold data, in which "$ref" means nothing.
            elif key not in ("examples", "example", "const", "enum", "default"):
                yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)
