"""A body that was written for another endpoint: one finding instead of the many that follow from it."""

from __future__ import annotations

from collections.abc import Iterable

from batchlint.faults import Fault
from batchlint.parsing.values import JsonValue
from batchlint.pointer import Path
from batchlint.rules.catalogue import rules
from batchlint.validating.faults import faults_of
from batchlint.validating.violation import FindViolations, Violation

_SUBJECTS = frozenset({"messages", "prompt", "input"})
"""The members that say what a request is about; endpoints differ in which one they need, or in its type."""


def by_fitting_endpoint(
    request: dict[str, JsonValue],
    faults: list[Fault],
    asked: str | None,
    endpoints: tuple[str, ...],
    find: FindViolations,
) -> list[Fault]:
    """The faults of a request, with those of its body as the endpoint has them that the body fits.

    Args:
        request: the request.
        faults: its faults as a request to its own endpoint.
        asked: its endpoint where it has no `url`.
        endpoints: those that a request may be for.
        find: the violations of a request.

    Returns:
        `faults`, unless the body breaks the document of its own endpoint and not that of another one.
    """
    own = request.get("url", asked)
    if own not in endpoints or not isinstance(own, str) or not any(_is_telling(fault) for fault in faults):
        return faults
    for other in endpoints:
        if other != own:
            of_body = _warnings({**request, "url": other}, find)
            if of_body is not None:
                outside = [fault for fault in faults if not _is_in_body(fault.path)]
                return [*outside, _wrong("url" in request, own, other), *of_body]
    return faults


def _warnings(request: dict[str, JsonValue], find: FindViolations) -> list[Fault] | None:
    """The faults of the body of `request`; None if one is an error, which is known as soon as one is found.

    The body of a request for another endpoint breaks the document in as many places as it has values.
    """
    if _has_error(find(request, first_only=True)):
        return None
    violations = list(find(request))
    if _has_error(violations):
        return None
    return [fault for fault in faults_of(violations) if _is_in_body(fault.path)]


def _has_error(violations: Iterable[Violation]) -> bool:
    faults = (fault for violation in violations for fault in faults_of((violation,)))
    return any(_is_in_body(fault.path) and _is_error(fault) for fault in faults)


def _wrong(has_url: bool, own: str, other: str) -> Fault:
    subject = f'"url" is "{own}"' if has_url else f'the endpoint asked for is "{own}"'
    return Fault(
        "wrong-endpoint",
        f'{subject}, but the body fits "{other}"',
        f'write "{other}", or write the body for "{own}"',
        ("url",) if has_url else ("body",),
    )


def _is_telling(fault: Fault) -> bool:
    if not _is_error(fault) or fault.path is None or fault.path[:1] != ("body",):
        return False
    return len(fault.path) == 1 or (len(fault.path) <= 3 and fault.path[1] in _SUBJECTS)


def _is_in_body(path: Path | None) -> bool:
    return path is not None and path[:1] == ("body",)


def _is_error(fault: Fault) -> bool:
    # A rule that the table does not have is one of a house policy, which says nothing about endpoints.
    rule = rules().get(fault.rule)
    return rule is not None and (fault.severity or rule.severity) == "error"
