"""A failed keyword, independent of the validator that found it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

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


FindViolations = Callable[[JsonValue], Iterable[Violation]]
"""All violations of one request."""
