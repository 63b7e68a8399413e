"""A document together with all that it refers to: what every validator is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from batchlint.documents.store import Document, by_urn
from batchlint.documents.walk import schemas
from batchlint.pointer import Path

_STANDARD = "https://json-schema.org/draft/2020-12/"
"""The meta-schemas that every validator brings with it."""

_DIALECT = f"{_STANDARD}schema"
_COMBINED = "urn:batchlint:combined"


@dataclass(frozen=True, slots=True)
class Linked:
    """A closed set of documents: every reference in it leads to one of them.

    Equal ones hold the same documents, so that what is made of one can be kept for its equals.

    Attributes:
        uri: which of them is applied.
        identity: what tells the set from others: the URN of shipped documents, the text of those of a user.
        documents: each document by its URI; ``$id``, where it stands, is that URI.
    """

    uri: str
    identity: str
    documents: Mapping[str, Document] = field(compare=False)

    @property
    def root(self) -> Document:
        """The document that is applied."""
        return self.documents[self.uri]


@lru_cache(maxsize=32)
def linked(urn: str) -> Linked:
    """The shipped document `urn` with all that it refers to, directly or not.

    Raises:
        DocumentError: it, or a document that it refers to, is missing; nothing is ever fetched.
    """
    documents: dict[str, Document] = {}
    waiting = [urn]
    while waiting:
        name = waiting.pop()
        if name not in documents:
            document = by_urn(name)
            documents[name] = document
            targets = {reference.partition("#")[0] for reference in references(document)}
            waiting += {target for target in targets if target and not target.startswith(_STANDARD)}
    return Linked(urn, urn, documents)


def combined(first: Linked, *others: Linked) -> Linked:
    """What applies `first` and all of `others` to the same value."""
    if not others:
        return first
    everyone = (first, *others)
    documents = {uri: document for each in everyone for uri, document in each.documents.items()}
    # Its number tells it from a combination within it.
    name = f"{_COMBINED}:{len(documents)}"
    root: Document = {"$schema": _DIALECT, "$id": name, "allOf": [{"$ref": each.uri} for each in everyone]}
    return Linked(name, "\n".join(each.identity for each in everyone), {name: root, **documents})


def definition(documents: Linked, reference: str) -> tuple[str, Document] | None:
    """The schema that an absolute reference names, after the URI of its document; None where there is none.

    ``true`` stands there as a schema that asks nothing, ``false`` as one that nothing fits.
    """
    uri, _, fragment = reference.partition("#")
    schema: object = documents.documents.get(uri)
    for step in place_of(f"#{fragment}"):
        schema = schema.get(step) if isinstance(schema, dict) else None
    if isinstance(schema, bool):
        return uri, {} if schema else {"not": {}}
    return (uri, schema) if isinstance(schema, dict) else None


def place_of(reference: str) -> Path:
    """The steps within its document to the schema that a reference names."""
    return tuple(reference.partition("#")[2].split("/")[1:])


def references(document: Document) -> Iterator[str]:
    """Every reference of `document` to a schema, in it or elsewhere."""
    for _, schema in schemas(document):
        if isinstance(reference := schema.get("$ref"), str):
            yield reference
