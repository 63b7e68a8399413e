"""The members that a schema describes, flat, each with what is asked of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from batchlint.documents.store import Document

Resolve = Callable[[str, str], "tuple[str, Document] | None"]
"""From a reference, and the name of the document in which it stands, to the schema and its document; None for none."""

Asked = Mapping[str, frozenset[str]]
"""What is asked of a member: for each kind of demand its values, of all branches of the schema."""

YES = "yes"
SOMETIMES = "in some forms"

_BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
    "minLength": "fewest characters",
    "maxLength": "most characters",
    "minItems": "fewest items",
    "maxItems": "most items",
    "minProperties": "fewest members",
    "maxProperties": "most members",
    "pattern": "pattern",
}
_BRANCHES = ("anyOf", "oneOf")
_DEEPEST = 12


@dataclass(slots=True)
class _Table:
    """The members found so far; it lives within one call of `members`."""

    resolve: Resolve
    with_severity: bool
    rows: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def note(self, path: str, kind: str, *values: str) -> None:
        self.rows.setdefault(path, {}).setdefault(kind, set()).update(values)


def members(schema: Document, document: str, resolve: Resolve, *, with_severity: bool) -> dict[str, Asked]:
    """The members of `schema` by path, such as ``messages[].role``; the schema itself is "".

    Conditions (``if``, ``not``) are left out; what holds only in a branch counts for the whole.

    Args:
        schema: a JSON Schema, of draft 2020-12 or as OpenAPI 3.0 writes it.
        document: the name of its document.
        resolve: finds what references lead to.
        with_severity: whether a demand that is no error carries its severity.
    """
    table = _Table(resolve, with_severity)
    _visit(table, schema, document, "", False, ())
    found = {
        path: {kind: frozenset(values) for kind, values in sorted(kinds.items())} for path, kinds in table.rows.items()
    }
    for path, kinds in found.items():
        if YES in kinds.get("required", ()):
            found[path] = {**kinds, "required": frozenset({YES})}
    return dict(sorted(found.items()))


def _visit(table: _Table, schema: object, document: str, path: str, is_branch: bool, above: tuple[str, ...]) -> None:
    if not isinstance(schema, dict) or path.count(".") + path.count("[]") > _DEEPEST:
        return
    _note_demands(table, schema, path)
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target = table.resolve(reference, document)
        # A member that holds itself is described once.
        if target is not None and (key := f"{target[0]} {reference.partition('#')[2]}") not in above:
            _visit(table, target[1], target[0], path, is_branch, (*above, key))
    for part, in_branch in _applied(schema):
        _visit(table, part, document, path, is_branch or in_branch, above)
    _visit_members(table, schema, document, path, is_branch, above)
    for part in (schema.get("items"), *_list(schema.get("prefixItems"))):
        _visit(table, part, document, f"{path}[]", is_branch, above)


def _visit_members(
    table: _Table, schema: Document, document: str, path: str, is_branch: bool, above: tuple[str, ...]
) -> None:
    prefix = f"{path}." if path else ""
    for name, part in _object(schema.get("properties")).items():
        if part is not False:
            table.rows.setdefault(f"{prefix}{name}", {})
            _visit(table, part, document, f"{prefix}{name}", is_branch, above)
    for name in _list(schema.get("required")):
        severity = _severity(table, schema, "required")
        table.note(f"{prefix}{name}", "required", SOMETIMES if is_branch else f"{YES}{severity}")
    for part in (schema.get("additionalProperties"), *_object(schema.get("patternProperties")).values()):
        if isinstance(part, dict) and part:
            _visit(table, part, document, f"{prefix}*", is_branch, above)


def _applied(schema: Document) -> Iterator[tuple[object, bool]]:
    """The subschemas for the same value, each with whether it holds only sometimes."""
    for part in _list(schema.get("allOf")):
        yield part, False
    for keyword in _BRANCHES:
        for part in _list(schema.get(keyword)):
            yield part, True
    for keyword in ("then", "else"):
        yield schema.get(keyword), True


def _note_demands(table: _Table, schema: Document, path: str) -> None:
    types = [name for name in _list(schema.get("type")) or [schema.get("type")] if isinstance(name, str)]
    if types:
        table.note(path, "type", *types, *(["null"] if schema.get("nullable") is True else []))
    values = schema["enum"] if isinstance(schema.get("enum"), list) else []
    if "const" in schema:
        values = [*values, schema["const"]]
    keyword = "enum" if "enum" in schema else "const"
    severity = _severity(table, schema, keyword)
    if values:
        table.note(path, "values", *(f"{json.dumps(value, default=str)}{severity}" for value in values))
    for keyword, kind in _BOUNDS.items():
        bound = schema.get(keyword)
        if isinstance(bound, (int, float, str)) and not isinstance(bound, bool):
            excludes = keyword in ("minimum", "maximum") and schema.get(f"exclusive{keyword.capitalize()}") is True
            shown_kind = {"minimum": "more than", "maximum": "less than"}[keyword] if excludes else kind
            table.note(path, shown_kind, f"{_bound(bound)}{_severity(table, schema, keyword)}")
    if schema.get("additionalProperties") is False:
        table.note(path, "other members", f"flagged{_severity(table, schema, 'additionalProperties')}")


def _bound(bound: float | str) -> str:
    """A bound as it is compared: 1.0 and 1 are the same."""
    return json.dumps(int(bound) if isinstance(bound, float) and bound.is_integer() else bound)


def _severity(table: _Table, schema: Document, keyword: str) -> str:
    note = _object(_object(schema.get("x-lint")).get(keyword))
    severity = note.get("severity", "error")
    return f" ({severity})" if table.with_severity and severity != "error" else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
