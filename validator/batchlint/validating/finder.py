"""Who finds the violations: the compiled documents where they can be had, `jsonschema` otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice

from batchlint.documents.linked import Linked
from batchlint.parsing.values import JsonValue
from batchlint.validating.keywords import MORE
from batchlint.validating.survey import Form, form_of
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
        return _find_by(_authority(documents))
    explainer = Explainer(documents, schema)

    def find(request: JsonValue) -> Iterable[Violation]:
        form = form_of(request, MOST_VALUES)
        if form is Form.LARGE:
            return _and_more(find_first(request), request)
        if form is Form.PLAIN:
            with suppress(UnexplainedError):
                return explainer.violations(request)
        return _authority(documents)(request)

    def find_first(request: JsonValue) -> Iterator[Violation]:
        try:
            first = explainer.first_violation(request)
        except UnexplainedError:
            # `jsonschema` may take minutes for a large value.
            first = Violation((), MORE, MOST_VALUES, request, None)
        if first is not None:
            yield first

    return find


def _find_by(authority: FindViolations) -> FindViolations:
    """The authority alone, which is not asked for all violations of a request with very many values."""

    def find(request: JsonValue) -> Iterable[Violation]:
        if form_of(request, MOST_VALUES) is not Form.LARGE:
            return authority(request)
        return _and_more(authority(request), request)

    return find


def _and_more(violations: Iterable[Violation], request: JsonValue) -> list[Violation]:
    """The first of `violations`, and that there may be more."""
    first = list(islice(violations, 1))
    return [*first, Violation((), MORE, MOST_VALUES, request, None)] if first else []


@lru_cache(maxsize=8)
def _authority(documents: Linked) -> FindViolations:
    # jsonschema takes a tenth of a second to import, which a clean file never needs.
    from batchlint.validating.authority import authority_on

    return authority_on(documents)
