"""The closed registry: every reference between documents resolves to a shipped file, or not at all."""

from __future__ import annotations

from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema

from batchlint.documents.linked import linked_documents


def registry_for(urn: str) -> Registry[Schema]:
    """The document `urn` with all that it refers to; nothing can be fetched through it.

    Raises:
        DocumentError: a reference leads outside the documents.
    """
    resources = [(name, DRAFT202012.create_resource(document)) for name, document in linked_documents(urn).items()]
    return Registry[Schema]().with_resources(resources).crawl()
