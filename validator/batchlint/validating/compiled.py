"""The documents compiled by `jsonschema-rs`: forty times as fast as the authority, with the same findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from batchlint.documents.linked import Linked
from batchlint.documents.store import Document
from batchlint.native import can_import
from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.validating.keywords import RULE_OF_KEYWORD
from batchlint.validating.survey import Form, form_of
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
        """The failures of `instance`, all found before the first is handed out."""

    def validate(self, instance: Any, /) -> None:
        """Raises the first failure of `instance`."""


@lru_cache(maxsize=8)
def compiled(documents: Linked) -> CompiledSchema | None:
    """`documents`, compiled; None where the package cannot be imported."""
    if not can_import("jsonschema_rs"):
        return None
    import jsonschema_rs

    # A registry given explicitly, and no retriever: nothing outside of it can be reached.
    registry = jsonschema_rs.Registry(list(documents.documents.items()), retriever=_refuse)
    # Its own messages are never used; without a mask each would hold a copy of the value that fails.
    return jsonschema_rs.validator_for(documents.root, registry=registry, mask="")


def _refuse(uri: str) -> Any:
    raise LookupError(uri)


class UnexplainedError(Exception):
    """A failure that only the authority can put into a violation."""


_ODD_BEGINNINGS = frozenset({"", "0", "+"})


def _name(value: JsonObject, given: str | int) -> str:
    """The name of the member of `value` that jsonschema-rs means.

    It leaves empty names out of paths, and of names that read as numbers, as "007" and "+7" do, it tells the number.

    Raises:
        UnexplainedError: it may be another member.
    """
    name = str(given)
    if "" in value or (name is not given and any(other[:1] in _ODD_BEGINNINGS and other != "0" for other in value)):
        raise UnexplainedError
    return name


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
        """All violations of `request`, which has to be plain (see `form_of`).

        Raises:
            UnexplainedError: a failure, or the way to its value, is of a kind that only the authority explains.
        """
        return [self._violation(request, error) for error in self._schema.iter_errors(request)]

    def first_violation(self, request: JsonValue) -> Violation | None:
        """One violation of `request`, or None for a valid one.

        Raises:
            UnexplainedError: the request, or the failure, is of a kind that only the authority explains.
        """
        import jsonschema_rs

        try:
            self._schema.validate(request)
        except jsonschema_rs.ValidationError as error:
            if form_of(request) is not Form.PLAIN:
                raise UnexplainedError from None
            return self._violation(request, error)
        return None

    def _violation(self, request: JsonValue, error: jsonschema_rs.ValidationError) -> Violation:
        evaluated = tuple(error.evaluation_path)
        site = self._sites.get(evaluated)
        if site is None:
            site = self._sites[evaluated] = self._site(evaluated)
        path: list[str | int] = []
        found: Any = request
        for given in error.instance_path:
            step: str | int = given
            if isinstance(found, dict):
                step = _name(found, given)
            path.append(step)
            found = found[step]
        if isinstance(found, dict) and "" in found:
            raise UnexplainedError
        return Violation(tuple(path), site.keyword, site.schema[site.keyword], found, site.schema)

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
            elif isinstance(schema, dict) and ("" in schema or isinstance(step, int)):
                # Names within a path are told as they are in those of requests: see `_name`.
                raise UnexplainedError
            else:
                schema = schema[step]
        if not isinstance(schema, dict) or keyword not in schema:
            raise UnexplainedError
        return _Site(str(keyword), schema)
