"""What a split is to do: limits, names of the parts, and by which member the requests are grouped."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal, get_args

from batchlint.documents.profile import Profile
from batchlint.errors import SplitError, UsageError
from batchlint.limits import Limits
from batchlint.parsing.line import RefusedError, parse_line
from batchlint.parsing.yajl import Parse
from batchlint.reading.compression import SUFFIXES

By = Literal["model", "url"]
"""The member by whose value requests are kept apart."""

_ENDING = ".jsonl"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest part: requests, and bytes with all line ends."""

    requests: int
    bytes: int


def bounds_of(profile: Profile, max_requests: int | None, max_bytes: int | None) -> Bounds:
    """The bounds asked for; in their place the profile's, below which no finding about size remains.

    Raises:
        UsageError: a bound is below 1, or neither the caller nor the profile states it.
    """
    requests = max_requests if max_requests is not None else min((b.above for b in profile.request_bounds), default=0)
    size = max_bytes if max_bytes is not None else min((b.above for b in profile.byte_bounds), default=0)
    for option, value, given in (("max_requests", requests, max_requests), ("max_bytes", size, max_bytes)):
        if value < 1:
            why = (
                f"{option} has to be at least 1" if given is not None else f"{profile.name} states no {option}; give it"
            )
            raise UsageError(why)
    return Bounds(requests, size)


def by_named(by: str | None) -> By | None:
    """The member called `by`.

    Raises:
        UsageError: requests are not grouped by it.
    """
    for known in get_args(By):
        if by == known:
            return known  # type: ignore[no-any-return]  # typing does not say what get_args returns
    if by is None:
        return None
    raise UsageError("by has to be one of model and url")


def stem_of(name: str) -> str:
    """What the names of the parts of `name` begin with: ``a/requests`` for ``a/requests.jsonl.gz``."""
    stem = name
    for suffix in SUFFIXES:
        if stem.lower().endswith(suffix):
            stem = stem[: -len(suffix)]
            break
    return stem[: -len(_ENDING)] if stem.lower().endswith(_ENDING) else stem


def part_name(stem: str, number: int) -> str:
    """The name of a part, numbered from 1."""
    return f"{stem}.part-{number:04}{_ENDING}"


def is_part_of(name: str, stem: str) -> bool:
    """Whether `name` is that of a part of `stem`, whatever its number."""
    number = name.removeprefix(f"{stem}.part-").removesuffix(_ENDING)
    return number.isdecimal() and number.isascii() and name == f"{stem}.part-{number}{_ENDING}"


def group_of(line: bytes, number: int, by: By, parse: Parse) -> str | None:
    """The value of the member `by` of the request in `line`; None where it has none that is a string.

    Raises:
        SplitError: the line is no JSON object.
    """
    body = line.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n")
    try:
        value = parse_line(body, body.decode(), Limits().depth, parse).value
    except (UnicodeDecodeError, RefusedError):
        value = None
    if not isinstance(value, dict):
        raise SplitError(f"line {number:,} is no JSON object, so its {by} is not known; batchlint lint says more")
    request = value.get("body") if by == "model" else value
    found = request.get(by) if isinstance(request, dict) else None
    return found if isinstance(found, str) else None


def existing_parts(folder: str, stem: str) -> list[str]:
    """The names of the parts of `stem` that stand in `folder`, sorted.

    Raises:
        OSError: the folder cannot be listed.
    """
    return sorted(name for name in os.listdir(folder) if is_part_of(name, stem))
