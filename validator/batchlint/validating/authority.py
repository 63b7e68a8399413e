"""`jsonschema` over the closed registry: the authority on what the documents mean."""

from __future__ import annotations

from collections.abc import Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from batchlint.documents.linked import Linked
from batchlint.documents.registry import registry_of
from batchlint.parsing.values import JsonValue
from batchlint.validating.dialects import in_order
from batchlint.validating.keywords import NESTING
from batchlint.validating.violation import FindViolations, Violation


def authority_on(documents: Linked) -> FindViolations:
    """The judgement of `jsonschema` on values by `documents`."""
    validator = in_order(Draft202012Validator)(documents.root, registry=registry_of(documents))

    def find(
        request: JsonValue,
        *,
        is_plain: bool = False,  # noqa: ARG001  # any form will do
        first_only: bool = False,  # noqa: ARG001  # the next is looked for when it is asked for
    ) -> Iterator[Violation]:
        try:
            yield from map(_violation, validator.iter_errors(request))
        except RecursionError:
            # A policy may call itself several times on each level of the value; shipped documents do not.
            yield Violation((), NESTING, None, request, None)

    return find


def _violation(error: ValidationError) -> Violation:
    # The type stubs leave these attributes partly untyped; jsonschema documents all of them.
    path = tuple(error.absolute_path)
    if _is_about_name(tuple(error.absolute_schema_path)) and isinstance(error.instance, str):
        path = (*path, error.instance)
    return Violation(
        path,
        error.validator if isinstance(error.validator, str) else "",
        error.validator_value,
        error.instance,
        error.schema,
    )


def _is_about_name(steps: tuple[str | int, ...]) -> bool:
    """Whether the keyword at the end of `steps` through a document judges the name of a member."""
    return any(
        step == "propertyNames" and before not in ("properties", "patternProperties", "$defs")
        for before, step in zip(("", *steps), steps, strict=False)
    )
