"""Who finds the violations: the compiled documents where they can be had, `jsonschema` otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from batchlint.parsing.values import JsonValue
from batchlint.validating.violation import FindViolations, Violation


@lru_cache(maxsize=8)
def finder_for(urn: str) -> FindViolations:
    """The way to find violations of the document `urn`.

    Raises:
        DocumentError: the document, or one that it refers to, is missing.
    """
    from batchlint.validating.compiled import Explainer, UnexplainedError, compiled

    schema = compiled(urn)
    if schema is None:
        return _authority(urn)
    explainer = Explainer(urn, schema)

    def find(request: JsonValue) -> Iterable[Violation]:
        try:
            return explainer.violations(request)
        except UnexplainedError:
            return _authority(urn)(request)

    return find


@lru_cache(maxsize=8)
def _authority(urn: str) -> FindViolations:
    # jsonschema takes a tenth of a second to import, which a clean file never needs.
    from batchlint.validating.authority import authority_on

    return authority_on(urn)
