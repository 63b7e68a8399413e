"""Where NaN and Infinity may become null: where the document has nothing against a null."""

from __future__ import annotations

from collections.abc import Callable

from batchlint.parsing.locate import locate
from batchlint.parsing.mending import NULL
from batchlint.repairs import TextEdit, applied
from batchlint.validating.keywords import MORE
from batchlint.validating.violation import Violation

_FORMS = frozenset({"anyOf", "oneOf"})
"""Keywords that fail at a container when one of its items is wrong."""

_MOST_FORMS = 100
"""A request with more values of a wrong form than this is not looked into."""


def edits_allowed(
    text: str, edits: tuple[TextEdit, ...], violations_of: Callable[[str], list[Violation] | None]
) -> tuple[TextEdit, ...]:
    """Those of `edits` after which no null stands where the document refuses one.

    Args:
        text: the line before the edits.
        edits: all that it takes to make JSON of the line, in their order.
        violations_of: judges a text; None says that it is no request.
    """
    if all(edit.replacement != NULL for edit in edits):
        return edits
    after = applied(text, edits)
    violations = violations_of(after)
    if violations is None or any(violation.keyword == MORE for violation in violations):
        return ()
    places = locate(after, {violation.path for violation in violations})
    refused = {places[violation.path].start for violation in violations if violation.found is None}
    forms = [places[violation.path] for violation in violations if violation.keyword in _FORMS]
    if len(forms) > _MOST_FORMS:
        return ()
    kept: list[TextEdit] = []
    shift = 0
    for edit in edits:
        start = edit.start + shift
        shift += len(edit.replacement) - (edit.end - edit.start)
        is_refused = start in refused or any(form.start <= start < form.end for form in forms)
        if edit.replacement != NULL or not is_refused:
            kept.append(edit)
    return tuple(kept)
