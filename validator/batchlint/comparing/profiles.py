"""What changed between two profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from batchlint.comparing.members import Asked, Resolve, members
from batchlint.comparing.tables import CHANGES, differences
from batchlint.documents.linked import Linked, definition, linked
from batchlint.documents.profile import Bound, Profile
from batchlint.documents.store import Document


def profile_differences(first: Profile, second: Profile) -> Iterator[str]:
    """Lines that say what `second` has otherwise than `first`; what belongs to a headline is indented."""
    yield from _section("endpoints", _only(first.endpoints, second.endpoints))
    yield from _section("limits", _limits(first, second))
    yield from _section("rules", _severities(first.severities, second.severities))
    lines = differences(_envelope(first), _envelope(second), CHANGES)
    yield from _section("line", lines)
    for url in [url for url in first.endpoints if url in second.endpoints]:
        before, after = (described(profile.endpoints[url], with_severity=True) for profile in (first, second))
        yield from _section(f"body of {url}", differences(before, after, CHANGES))


def described(urn: str | None, *, with_severity: bool) -> dict[str, Asked]:
    """The members that the shipped document `urn` describes; none where any object will do."""
    if urn is None:
        return {}
    documents = linked(urn)
    return members(documents.root, urn, _resolver(documents), with_severity=with_severity)


def _section(headline: str, lines: Iterator[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield headline
        yield from (f"  {line}" for line in told)


def _envelope(profile: Profile) -> dict[str, Asked]:
    table = described(profile.line, with_severity=True)
    return {path: asked for path, asked in table.items() if not path.startswith(("body.", "body["))}


def _only(first: Mapping[str, object], second: Mapping[str, object]) -> Iterator[str]:
    yield from (f"{CHANGES.only_first}: {name}" for name in first if name not in second)
    yield from (f"{CHANGES.only_second}: {name}" for name in second if name not in first)


def _limits(first: Profile, second: Profile) -> Iterator[str]:
    for what, before, after in (
        ("requests in a file", first.request_bounds, second.request_bounds),
        ("bytes of a file", first.byte_bounds, second.byte_bounds),
        ("inputs in a file", first.input_bounds, second.input_bounds),
    ):
        if before != after:
            yield f"differs: {what}: {CHANGES.first} {_bounds(before)}, {CHANGES.second} {_bounds(after)}"


def _bounds(bounds: tuple[Bound, ...]) -> str:
    return " and ".join(f"at most {bound.above:,} ({bound.severity})" for bound in bounds) or "without limit"


def _severities(first: Mapping[str, str], second: Mapping[str, str]) -> Iterator[str]:
    usual = "as usual"
    for rule in sorted({*first, *second}):
        before, after = first.get(rule, usual), second.get(rule, usual)
        if before != after:
            yield f"differs: {rule}: {CHANGES.first} {before}, {CHANGES.second} {after}"


def _resolver(documents: Linked) -> Resolve:
    def resolve(reference: str, document: str) -> tuple[str, Document] | None:
        uri, mark, fragment = reference.partition("#")
        return definition(documents, f"{uri or document}{mark}{fragment}")

    return resolve
