"""JSON Pointers (RFC 6901) from the steps that lead to a value."""

from __future__ import annotations

import re
from collections.abc import Iterable

Path = tuple[str | int, ...]
"""Steps from the request to a value: member names and array indexes."""

_SURROGATES = re.compile("[\ud800-\udfff]")


def pointer_of(path: Iterable[str | int]) -> str:
    """The JSON Pointer of `path`; the empty string is the whole request.

    A lone surrogate in a name becomes U+FFFD, since strict readers of the report would refuse it.
    """
    steps = [str(step) for step in path]
    pointer = "/".join(["", *steps])
    if "~" in pointer or pointer.count("/") != len(steps):
        pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    return pointer if pointer.isascii() else _SURROGATES.sub("\ufffd", pointer)
