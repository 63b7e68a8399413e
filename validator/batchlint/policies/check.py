"""Checking a file that is to become a policy, a document of batchlint or a profile."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.documents.store import Document, by_urn
from batchlint.errors import DocumentError
from batchlint.pointer import Path
from batchlint.policies.examine import examine
from batchlint.policies.measure import meta_problems
from batchlint.policies.problem import Problem, problem_at
from batchlint.policies.reading import UnreadableError, read_document

_META = "urn:batchlint:meta:"


def check_file(path: str) -> list[Problem]:
    """What is wrong with the file at `path`; nothing for a good one.

    A file whose ``$schema`` is one of batchlint's own, such as a ``profile.json``, is measured by that one;
    any other is a schema document.
    """
    try:
        document = read_document(path)
    except UnreadableError as error:
        return [Problem(path, "", str(error))]
    measure = document.get("$schema")
    if not isinstance(measure, str) or not measure.startswith(_META):
        return list(examine(path).problems)
    try:
        problems = meta_problems(document, path, measure)
    except DocumentError as error:
        return [problem_at(path, ("$schema",), str(error))]
    return problems or list(_missing_documents(document, path))


def _missing_documents(document: Document, path: str) -> Iterator[Problem]:
    """The documents that a profile names and that are not there."""
    named: list[tuple[Path, str | None]] = [(("line",), document["line"])] if "line" in document else []
    named += [(("endpoints", url, "document"), row["document"]) for url, row in document.get("endpoints", {}).items()]
    for place, urn in ((place, urn) for place, urn in named if urn is not None):
        try:
            by_urn(urn)
        except DocumentError as error:
            yield problem_at(path, place, str(error))
