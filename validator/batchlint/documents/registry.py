"""The closed registry: every reference between documents resolves to one of them, or not at all."""

from __future__ import annotations

from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema

from batchlint.documents.linked import Linked


def registry_of(documents: Linked) -> Registry[Schema]:
    """`documents` as `referencing` takes them; nothing can be fetched through it."""
    resources = [(uri, DRAFT202012.create_resource(document)) for uri, document in documents.documents.items()]
    return Registry[Schema]().with_resources(resources).crawl()
