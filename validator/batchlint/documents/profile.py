"""A profile: one provider's contract at one date."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, cast

from batchlint.documents.store import Document, load, schemas_folder
from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.findings import Severity

DEFAULT = "together@2026-02-15"


class Bound(NamedTuple):
    """A limit of a provider: from which value on which severity holds."""

    above: int
    severity: Severity


class Profile(NamedTuple):
    """What one provider accepted at one date.

    Attributes:
        name: ``provider@date``.
        title: the provider's own name for it, for people.
        line: URN of the document of a line.
        endpoints: from each value that `url` may have to the URN of its body's document; None where no
            document describes it, so that any object will do.
        severities: rules whose severity differs from their own; "off" leaves the rule out.
        request_bounds: limits of the number of requests in a file, ascending.
        byte_bounds: limits of the size of a file in bytes, ascending.
        counted_endpoint: the endpoint whose bodies' inputs are counted over a file, or None.
        input_bounds: limits of the number of those inputs, ascending.
        sources: addresses of the documents that it follows.
    """

    name: str
    title: str
    line: str
    endpoints: Mapping[str, str | None]
    severities: Mapping[str, str]
    request_bounds: tuple[Bound, ...]
    byte_bounds: tuple[Bound, ...]
    counted_endpoint: str | None
    input_bounds: tuple[Bound, ...]
    sources: tuple[str, ...]


def profile_names() -> tuple[str, ...]:
    """The names of all profiles, by provider and then by date."""
    paths = schemas_folder().glob("*/*/profile.json")
    return tuple(sorted(f"{path.parent.parent.name}@{path.parent.name}" for path in paths))


def find_profile_name(name: str) -> str | None:
    """The full name of the profile called `name`, or of the newest of the provider `name`; None for none."""
    matching = [each for each in profile_names() if name in (each, each.split("@")[0])]
    return matching[-1] if matching else None


@lru_cache(maxsize=16)
def profile_named(name: str) -> Profile:
    """The profile called `name`: ``provider@date``, or ``provider`` for its newest.

    Raises:
        UsageError: there is none; the text names those that there are.
        DocumentError: its file cannot be read.
    """
    found = find_profile_name(name)
    if found is None:
        raise UsageError(f'there is no profile "{show(name, 40)}"; there are: {", ".join(profile_names())}')
    return _read(found)


def _read(name: str) -> Profile:
    provider, date = name.split("@")
    document = load(schemas_folder() / provider / date / "profile.json")
    limits = document.get("limits", {})
    inputs = limits.get("inputs", {})
    return Profile(
        name=name,
        title=document["title"],
        line=document["line"],
        endpoints=MappingProxyType({url: row["document"] for url, row in document["endpoints"].items()}),
        severities=MappingProxyType({rule: row["severity"] for rule, row in document.get("rules", {}).items()}),
        request_bounds=_bounds(limits, "requests"),
        byte_bounds=_bounds(limits, "bytes"),
        counted_endpoint=inputs.get("endpoint"),
        input_bounds=_bounds(inputs, "total"),
        sources=tuple(source["url"] for source in document["sources"]),
    )


def _bounds(limits: Document, name: str) -> tuple[Bound, ...]:
    rows = sorted(limits.get(name, ()), key=lambda row: cast(int, row["above"]))
    return tuple(Bound(row["above"], row["severity"]) for row in rows)
