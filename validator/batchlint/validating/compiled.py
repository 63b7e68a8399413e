"""The documents compiled by `jsonschema-rs`: forty times as fast as the authority, with the same findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from batchlint.documents.linked import Linked
from batchlint.documents.store import Document
from batchlint.parsing.values import JsonValue
from batchlint.pointer import Path
from batchlint.validating.keywords import RULE_OF_KEYWORD
from batchlint.validating.violation import Violation

if TYPE_CHECKING:
    import jsonschema_rs

_EXPLAINED = frozenset({*RULE_OF_KEYWORD, "not", "contains", "uniqueItems"}) - {"unevaluatedProperties", "format"}
"""Keywords of which both validators are known to report the same failures."""

_DATA = frozenset({"examples", "default", "const", "enum", "x-lint"})
"""Keywords that hold data, through which no path leads."""

_NAMES = frozenset({"propertyNames", "$defs"})
"""Steps to a keyword about a member's name: jsonschema-rs gives the object, and behind a reference no full path."""


class CompiledSchema(Protocol):
    """The part of a jsonschema-rs validator that is used."""

    def is_valid(self, instance: Any, /) -> bool:
        """Whether `instance` is valid."""

    def iter_errors(self, instance: Any, /) -> Iterator[jsonschema_rs.ValidationError]:
        """The failures of `instance`."""


@lru_cache(maxsize=8)
def compiled(documents: Linked) -> CompiledSchema | None:
    """`documents`, compiled; None where the package cannot be imported."""
    try:
        import jsonschema_rs
    except ImportError:
        return None
    # A registry given explicitly, and no retriever: nothing outside of it can be reached.
    registry = jsonschema_rs.Registry(list(documents.documents.items()), retriever=_refuse)
    return jsonschema_rs.validator_for(documents.root, registry=registry)


def _refuse(uri: str) -> Any:
    raise LookupError(uri)


class UnexplainedError(Exception):
    """A failure that only the authority can put into a violation."""


@dataclass(frozen=True, slots=True)
class _Site:
    """A keyword's place in the documents."""

    keyword: str
    schema: Document


class Explainer:
    """Puts failures of the compiled schema into violations, by their paths through the documents."""

    def __init__(self, documents: Linked, schema: CompiledSchema) -> None:
        """Prepares for the compiled form `schema` of `documents`."""
        self._schema = schema
        self._root: Document = documents.root
        self._documents = documents.documents
        self._sites: dict[tuple[str | int, ...], _Site] = {}
        self._has_digits_as_name = any(map(_has_digits_as_name, documents.documents.values()))

    def violations(self, request: JsonValue) -> list[Violation]:
        """All violations of `request`.

        Raises:
            UnexplainedError: a failure is of a kind that only the authority explains.
        """
        if self._has_digits_as_name or not _is_finite(request):
            raise UnexplainedError
        return [self._violation(request, error) for error in self._schema.iter_errors(request)]

    def _violation(self, request: JsonValue, error: jsonschema_rs.ValidationError) -> Violation:
        path = tuple(error.evaluation_path)
        site = self._sites.get(path)
        if site is None:
            site = self._sites[path] = self._site(path)
        place, found = _found_at(request, error.instance_path)
        if found != error.instance:
            raise UnexplainedError
        return Violation(place, site.keyword, site.schema[site.keyword], found, site.schema)

    def _site(self, path: tuple[str | int, ...]) -> _Site:
        keyword = path[-1] if path else None
        if keyword not in _EXPLAINED or not _NAMES.isdisjoint(path):
            raise UnexplainedError
        base: Any = self._root
        schema: Any = base
        for step in path[:-1]:
            if step == "$ref" and isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
                name, _, fragment = schema["$ref"].partition("#")
                base = self._documents[name] if name else base
                schema = base
                for part in fragment.split("/")[1:]:
                    schema = schema[part.replace("~1", "/").replace("~0", "~")]
            else:
                schema = schema[step]
        if not isinstance(schema, dict) or keyword not in schema:
            raise UnexplainedError
        return _Site(str(keyword), schema)


def _is_finite(request: JsonValue) -> bool:
    """Whether `request` has no number that overflowed; jsonschema-rs would take it for null."""
    import json

    try:
        json.dumps(request, allow_nan=False)
    except ValueError:
        return False
    return True


def _found_at(request: JsonValue, path: Iterable[str | int]) -> tuple[Path, JsonValue]:
    """The path as it is meant, and the value there; jsonschema-rs takes names of digits for indexes."""
    found: Any = request
    steps: list[str | int] = []
    for given in path:
        step = given
        if isinstance(found, dict) and isinstance(given, int):
            names = [name for name in found if _is_index(name) and _digits(name) == _digits(str(given))]
            if len(names) != 1:
                raise UnexplainedError
            step = names[0]
        try:
            found = found[step]
        except (IndexError, KeyError, TypeError):
            raise UnexplainedError from None
        steps.append(step)
    return tuple(steps), found


def _is_index(name: str) -> bool:
    """Whether jsonschema-rs takes the name `name` for an index."""
    return name.isascii() and name.removeprefix("+").isdigit()


def _digits(name: str) -> str:
    """What tells the index `name` from others; not as an int, since it may be of any length."""
    return name.removeprefix("+").lstrip("0")


def _has_digits_as_name(schema: object) -> bool:
    """Whether a path through `schema` could not be followed; names of a closed list are no steps."""
    if isinstance(schema, dict):
        parts = [(name, part) for name, part in schema.items() if name not in _DATA]
        # Of an empty name nothing is left in a path.
        return any(not name or _is_index(name) or _has_digits_as_name(part) for name, part in parts)
    return isinstance(schema, list) and any(map(_has_digits_as_name, schema))
