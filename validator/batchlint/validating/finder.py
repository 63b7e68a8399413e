"""Who finds the violations: the compiled documents where they can be had, `jsonschema` otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice

from batchlint.documents.linked import Linked
from batchlint.limits import MOST_FINDINGS
from batchlint.parsing.values import JsonValue
from batchlint.validating.keywords import MORE
from batchlint.validating.survey import Form, form_of
from batchlint.validating.violation import FindViolations, Violation

MOST_VALUES = 10_000
"""Of a request with more values than this only the first violation is told: each takes a kilobyte, and a line can
hold ten million."""

_MOST_OF_ODD = 2 * MOST_FINDINGS
"""Violations of an odd request that are looked for: each takes `jsonschema` some 100 microseconds."""


@lru_cache(maxsize=8)
def finder_for(documents: Linked) -> FindViolations:
    """The way to find violations of `documents`."""
    from batchlint.validating.compiled import Explainer, UnexplainedError, compiled

    schema = compiled(documents)
    if schema is None:
        return _find_by(_authority(documents))
    explainer = Explainer(documents, schema)

    def find(request: JsonValue, *, is_plain: bool = False, first_only: bool = False) -> Iterable[Violation]:
        form = Form.PLAIN if is_plain else form_of(request, MOST_VALUES)
        if form is Form.LARGE:
            return _and_more(find_first(request), request)
        if form is Form.PLAIN:
            with suppress(UnexplainedError):
                if not first_only:
                    return explainer.violations(request)
                first = explainer.first_violation(request)
                return () if first is None else (first,)
        violations = _authority(documents)(request)
        return _first_of(violations, request) if form is Form.ODD else violations

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

    def find(
        request: JsonValue,
        *,
        is_plain: bool = False,
        first_only: bool = False,  # noqa: ARG001  # the next is looked for when it is asked for
    ) -> Iterable[Violation]:
        form = Form.PLAIN if is_plain else form_of(request, MOST_VALUES)
        if form is Form.LARGE:
            return _and_more(authority(request), request)
        return _first_of(authority(request), request) if form is Form.ODD else authority(request)

    return find


def _and_more(violations: Iterable[Violation], request: JsonValue) -> list[Violation]:
    """The first of `violations`, and that there may be more."""
    first = list(islice(violations, 1))
    return [*first, Violation((), MORE, MOST_VALUES, request, None)] if first else []


def _first_of(violations: Iterable[Violation], request: JsonValue) -> list[Violation]:
    """As many of `violations` as are listed of a line and many more, and whether there are others."""
    first = list(islice(violations, _MOST_OF_ODD + 1))
    if len(first) > _MOST_OF_ODD:
        first[_MOST_OF_ODD] = Violation((), MORE, None, request, None)
    return first


@lru_cache(maxsize=8)
def _authority(documents: Linked) -> FindViolations:
    # jsonschema takes a tenth of a second to import, which a clean file never needs.
    from batchlint.validating.authority import authority_on

    return authority_on(documents)
