"""`jsonschema` over the closed registry: the authority on what the documents mean."""

from __future__ import annotations

from collections.abc import Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from batchlint.documents.registry import registry_for
from batchlint.documents.store import by_urn
from batchlint.parsing.values import JsonValue
from batchlint.validating.violation import FindViolations, Violation


def authority_on(urn: str) -> FindViolations:
    """The judgement of `jsonschema` on requests by the document `urn`.

    Raises:
        DocumentError: the document, or one that it refers to, is missing.
    """
    validator = Draft202012Validator(by_urn(urn), registry=registry_for(urn))

    def find(request: JsonValue) -> Iterator[Violation]:
        return map(_violation, validator.iter_errors(request))

    return find


def _violation(error: ValidationError) -> Violation:
    # The type stubs leave these attributes partly untyped; jsonschema documents all of them.
    return Violation(
        tuple(error.absolute_path),
        error.validator if isinstance(error.validator, str) else "",
        error.validator_value,
        error.instance,
        error.schema,
    )
