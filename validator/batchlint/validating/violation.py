"""A failed keyword, independent of the validator that found it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from batchlint.parsing.values import JsonValue
from batchlint.pointer import Path


class Violation(NamedTuple):
    """One keyword that one value does not satisfy.

    Attributes:
        path: steps to the value.
        keyword: the keyword; "" for the schema `false`.
        expected: the keyword's value in the document.
        found: the value that fails.
        schema: the subschema in which the keyword stands.
    """

    path: Path
    keyword: str
    expected: Any
    found: Any
    schema: Any


class FindViolations(Protocol):
    """What finds all violations of one request."""

    def __call__(self, request: JsonValue, *, is_plain: bool = False) -> Iterable[Violation]:
        """The violations of `request`; `is_plain` says that its form is known, see `form_of`."""
