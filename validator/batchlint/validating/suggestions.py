"""The known name or value that a wrong one was probably meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_LONGEST = 40
"""Names that are longer resemble none; comparing takes quadratic time."""

_LEAST_LIKENESS = 0.8
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def closest(wrong: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `wrong` resembles: but for capitals and joints, or by most of its letters."""
    return None if len(wrong) > _LONGEST else _closest(wrong, tuple(known))


@lru_cache(maxsize=512)
def _closest(wrong: str, known: tuple[str, ...]) -> str | None:
    plain: dict[str, str] = {}
    for name in known:
        plain.setdefault(_plain(name), name)
    wanted = _plain(wrong)
    if len(wanted) <= 2:
        return plain.get(wanted)
    close = get_close_matches(wanted, plain, 1, _LEAST_LIKENESS)
    return plain[close[0]] if close else None


def _plain(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())
