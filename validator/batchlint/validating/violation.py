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

    def __call__(self, request: JsonValue, *, is_plain: bool = False, first_only: bool = False) -> Iterable[Violation]:
        """The violations of `request`.

        Args:
            request: the request.
            is_plain: whether its form is known, see `form_of`.
            first_only: whether one of them is enough, so that no more have to be looked for.
        """
