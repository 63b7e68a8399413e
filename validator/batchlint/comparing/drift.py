"""Where a provider's OpenAPI file and a profile differ: what a new dated profile has to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from batchlint.comparing.members import Asked, members
from batchlint.comparing.openapi import OpenApi
from batchlint.comparing.profiles import described
from batchlint.comparing.tables import Sides, differences
from batchlint.documents.profile import Profile

_SIDES = Sides("only in the file", "only in the profile", "in the file", "in the profile")


def drift(file: OpenApi, profile: Profile) -> Iterator[str]:
    """Lines that say how the request bodies of `file` differ from those of `profile`, endpoint by endpoint.

    Whether null is allowed is not compared, since profiles take it for any member that may be absent; nor
    whether further members are, since OpenAPI files seldom say.
    """
    for url, urn in profile.endpoints.items():
        path = file.path_of(url)
        if path is None:
            yield f"{url}: the file has no such path"
            continue
        if urn is None:
            yield f"{url}: the profile has no document for it"
            continue
        theirs = members(file.bodies[path], "", file.resolve, with_severity=False)
        ours = described(urn, with_severity=False)
        lines = list(differences(_comparable(theirs), _comparable(ours), _SIDES))
        yield f"{url}: {len(lines) or 'no'} difference{'' if len(lines) == 1 else 's'}"
        yield from (f"  {line}" for line in lines)


def _comparable(table: Mapping[str, Asked]) -> dict[str, Asked]:
    return {path: _without_null(asked) for path, asked in table.items()}


def _without_null(asked: Asked) -> Asked:
    kinds = {
        kind: values - {"null"} if kind in ("type", "values") else values
        for kind, values in asked.items()
        if kind != "other members"
    }
    return {kind: values for kind, values in kinds.items() if values}
