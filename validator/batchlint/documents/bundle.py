"""One self-contained document for other tools (JSON Schema 2020-12, section 9.3, "Bundling")."""

from __future__ import annotations

import copy

from batchlint.documents.linked import Linked
from batchlint.documents.store import Document
from batchlint.documents.walk import schemas

_ANNOTATION = "x-lint"


def bundle(documents: Linked) -> Document:
    """The root of `documents` with all others embedded in its ``$defs``, each with its own ``$id``.

    References stay as they are, since an embedded resource is found by its ``$id``. The annotation
    ``x-lint`` is left out: tools in a strict mode refuse a keyword that they do not know.
    """
    root = _plain(documents.root)
    embedded = {
        _key(uri): _plain(document) for uri, document in sorted(documents.documents.items()) if uri != documents.uri
    }
    if embedded:
        root["$defs"] = {**root.get("$defs", {}), **embedded}
    return root


def _plain(document: Document) -> Document:
    plain = copy.deepcopy(document)
    for _, schema in schemas(plain):
        schema.pop(_ANNOTATION, None)
    return plain


def _key(uri: str) -> str:
    """A name for ``$defs`` that no document of batchlint uses itself: their names have no full stop."""
    return uri.removeprefix("urn:batchlint:").replace(":", ".")
