"""Who finds the violations: the compiled documents where they can be had, `jsonschema` otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from batchlint.documents.linked import Linked
from batchlint.parsing.values import JsonValue
from batchlint.validating.keywords import MORE
from batchlint.validating.violation import FindViolations, Violation

MOST_VALUES = 10_000
"""Of a request with more values than this only the first violation is told: each takes a kilobyte, and a line can
hold ten million."""


@lru_cache(maxsize=8)
def finder_for(documents: Linked) -> FindViolations:
    """The way to find violations of `documents`."""
    from batchlint.validating.compiled import Explainer, UnexplainedError, compiled

    schema = compiled(documents)
    if schema is None:
        return _bounded(_authority(documents))
    explainer = Explainer(documents, schema)

    def find(request: JsonValue) -> Iterable[Violation]:
        try:
            return explainer.violations(request)
        except UnexplainedError:
            return _authority(documents)(request)

    def find_first(request: JsonValue) -> Iterator[Violation]:
        try:
            first = explainer.first_violation(request)
        except UnexplainedError:
            # `jsonschema` may take minutes for a large value.
            first = Violation((), MORE, MOST_VALUES, request, None)
        if first is not None:
            yield first

    return _bounded(find, find_first)


def _bounded(find: FindViolations, find_first: FindViolations | None = None) -> FindViolations:
    """`find`, which is not asked for all violations of a request with very many values."""

    def find_bounded(request: JsonValue) -> Iterable[Violation]:
        if not _has_more_values(request, MOST_VALUES):
            return find(request)
        first = list(islice((find_first or find)(request), 1))
        return [*first, Violation((), MORE, MOST_VALUES, request, None)] if first else []

    return find_bounded


def _has_more_values(value: JsonValue, most: int) -> bool:
    """Whether `value` holds more than `most` others, on all levels."""
    waiting: list[Any] = [value]
    count = 0
    # The types themselves: no value of JSON is of a subclass, and most are strings, which have to pass quickly.
    for each in waiting:
        kind = type(each)
        if kind is dict or kind is list:
            count += len(each)
            if count > most:
                return True
            waiting += each.values() if kind is dict else each
    return False


@lru_cache(maxsize=8)
def _authority(documents: Linked) -> FindViolations:
    # jsonschema takes a tenth of a second to import, which a clean file never needs.
    from batchlint.validating.authority import authority_on

    return authority_on(documents)
