"""The rules that a document names with ``x-lint``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from batchlint.documents.store import Document
from batchlint.documents.walk import schemas
from batchlint.escaping import show
from batchlint.findings import SEVERITY_RANK, Family, Severity
from batchlint.pointer import Path
from batchlint.rules.catalogue import Rule, rules

ANNOTATION = "x-lint"
_FAMILY: Family = "schema"


def named_rules(document: Document, title: str) -> dict[str, Rule]:
    """The rules that `document` names and batchlint does not have, by name.

    Args:
        document: a good document.
        title: what it calls itself.
    """
    severities: dict[str, Severity] = {}
    for _, name, note in _named(document):
        severity: Severity = note.get("severity", "error")
        severities[name] = max(severity, severities.get(name, severity), key=SEVERITY_RANK.__getitem__)
    summary = f'a rule of the policy "{show(title, 60)}"'
    return {
        name: Rule(name, _FAMILY, severity, summary, ()) for name, severity in severities.items() if name not in rules()
    }


def misnamed_rules(document: Document) -> Iterator[tuple[Path, str]]:
    """The annotations that name a rule of batchlint which is not about schemas, each with the reason."""
    known = rules()
    for path, name, _ in _named(document):
        if name in known and known[name].family != _FAMILY:
            reason = f'"{show(name, 40)}" is a rule of the family {known[name].family}; choose another name'
            yield (*path, "rule"), reason


def _named(document: Document) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    for path, schema in schemas(document):
        notes = schema.get(ANNOTATION)
        for keyword, note in (notes if isinstance(notes, dict) else {}).items():
            if isinstance(note, dict) and isinstance(note.get("rule"), str):
                yield (*path, ANNOTATION, keyword), note["rule"], note
