"""Who finds the violations: the compiled documents where they can be had, `jsonschema` otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from batchlint.documents.linked import Linked
from batchlint.parsing.values import JsonValue
from batchlint.validating.violation import FindViolations, Violation


@lru_cache(maxsize=8)
def finder_for(documents: Linked) -> FindViolations:
    """The way to find violations of `documents`."""
    from batchlint.validating.compiled import Explainer, UnexplainedError, compiled

    schema = compiled(documents)
    if schema is None:
        return _authority(documents)
    explainer = Explainer(documents, schema)

    def find(request: JsonValue) -> Iterable[Violation]:
        try:
            return explainer.violations(request)
        except UnexplainedError:
            return _authority(documents)(request)

    return find


@lru_cache(maxsize=8)
def _authority(documents: Linked) -> FindViolations:
    # jsonschema takes a tenth of a second to import, which a clean file never needs.
    from batchlint.validating.authority import authority_on

    return authority_on(documents)
