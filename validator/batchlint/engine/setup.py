"""Putting an engine together from names and options."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.documents.profile import DEFAULT, Profile, profile_named
from batchlint.documents.store import Document, by_urn
from batchlint.engine.excerpts import Excerpts
from batchlint.engine.judge import Judge
from batchlint.engine.rulebook import Rulebook
from batchlint.engine.run import Engine
from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.limits import Limits
from batchlint.parsing.yajl import yajl_parser
from batchlint.rules.catalogue import rules


def engine_for(
    profile: str = DEFAULT, endpoint: str | None = None, limits: Limits | None = None, excerpt_width: int | None = None
) -> Engine:
    """An engine.

    Args:
        profile: ``provider@date``, or ``provider`` for its newest.
        endpoint: the endpoint of the job, one of the profile's.
        limits: other limits than the usual ones.
        excerpt_width: columns of the windows that findings carry; None for no windows.

    Raises:
        UsageError: an unknown profile or endpoint.
        DocumentError: a document is missing or broken.
        MissingPartError: the parser is missing.
    """
    from batchlint.validating.authority import authority_on

    contract = profile_named(profile)
    if endpoint is not None and endpoint not in contract.endpoints:
        known = ", ".join(contract.endpoints)
        raise UsageError(f'{contract.name} has no endpoint "{show(endpoint, 60)}"; it has: {known}')
    bounds = limits or Limits()
    judge = Judge(authority_on(contract.line), yajl_parser(), bounds, endpoint)
    excerpts = None
    if excerpt_width is not None:
        excerpts = Excerpts(excerpt_width, _vocabulary(contract), bounds.depth)
    return Engine(contract, Rulebook(rules(), contract), judge, excerpts)


def _vocabulary(profile: Profile) -> frozenset[str]:
    documents: list[Document] = [by_urn(profile.line), *map(by_urn, set(profile.endpoints.values()))]
    return frozenset(word for document in documents for word in _words(document))


def _words(schema: object) -> Iterator[str]:
    """Member names and the strings of closed lists in `schema`."""
    if isinstance(schema, list):
        for part in schema:
            yield from _words(part)
    elif isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword == "enum":
                yield from (word for word in value if isinstance(word, str))
            elif keyword == "const" and isinstance(value, str):
                yield value
            elif keyword not in ("examples", "default", "x-lint"):
                if keyword == "properties" and isinstance(value, dict):
                    yield from value
                yield from _words(value)
