"""One self-contained document for other tools and editors."""

from __future__ import annotations

import copy

from batchlint.documents.linked import Linked
from batchlint.documents.store import Document, name_of
from batchlint.documents.walk import schemas

_ANNOTATION = "x-lint"


def bundle(documents: Linked) -> Document:
    """The root of `documents` with all others as definitions, every reference within the document.

    The others are not embedded as resources with an ``$id`` of their own, as JSON Schema 2020-12, section
    9.3, has it: Ajv 8.20 loses the base of references within such a resource, and few editors know them.
    The annotation ``x-lint`` is left out: tools in a strict mode refuse a keyword that they do not know.
    """
    definitions: Document = {}
    for uri, document in sorted(documents.documents.items(), key=lambda row: (row[0] != documents.uri, row[0])):
        plain = _with_local_references(document, uri, documents)
        is_root = uri == documents.uri
        for name, definition in plain.pop("$defs", {}).items():
            definitions[name if is_root else f"{_key(uri)}__{name}"] = definition
        if is_root:
            root = plain
        else:
            definitions[_key(uri)] = {key: value for key, value in plain.items() if key not in ("$id", "$schema")}
    return {**root, "$defs": definitions} if definitions else root


def _with_local_references(document: Document, uri: str, documents: Linked) -> Document:
    plain = copy.deepcopy(document)
    for _, schema in schemas(plain):
        schema.pop(_ANNOTATION, None)
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name, _, fragment = reference.partition("#")
            # The meta-schemas of JSON Schema are known to every tool.
            if not name or name in documents.documents:
                schema["$ref"] = _local(name or uri, fragment, documents)
    return plain


def _local(uri: str, fragment: str, documents: Linked) -> str:
    if uri == documents.uri:
        return f"#{fragment}"
    name = fragment.removeprefix("/$defs/")
    return f"#/$defs/{_key(uri)}" + (f"__{name}" if name else "")


def _key(uri: str) -> str:
    return name_of(uri).replace("/", "_")
