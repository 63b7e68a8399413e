"""The closed registry: every reference between documents resolves to one of them, or not at all."""

from __future__ import annotations

from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema

from batchlint.documents.linked import Linked


def registry_of(documents: Linked) -> Registry[Schema]:
    """`documents` as `referencing` takes them, without `$schema`, since all are of one dialect.

    Nothing can be fetched through it.
    """
    resources = [
        (uri, DRAFT202012.create_resource({key: value for key, value in document.items() if key != "$schema"}))
        for uri, document in documents.documents.items()
    ]
    return Registry[Schema]().with_resources(resources).crawl()
