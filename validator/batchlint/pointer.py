"""JSON Pointers (RFC 6901) from the steps that lead to a value."""

from __future__ import annotations

from collections.abc import Iterable

Path = tuple[str | int, ...]
"""Steps from the request to a value: member names and array indexes."""


def pointer_of(path: Iterable[str | int]) -> str:
    """The JSON Pointer of `path`; the empty string is the whole request."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
