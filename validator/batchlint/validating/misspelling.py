"""Which known name or value a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

_SHORTEST = 4
"""Shorter names differ too little from each other to be corrected by more than their capitals and hyphens."""

_SHORT = 5
"""Names below this differ from each other in one letter, as top_k and top_p do; two letters swapped are a slip."""

_LONGEST = 64
"""Longer names misspell none; comparing takes quadratic time."""


def meant_name(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `name` misspells, or None where it is not clear which.

    Capitals, blanks, hyphens and underscores do not count; beyond that one slip of the pen is allowed, two in
    a name of ten letters or more.
    """
    return None if len(name) > _LONGEST else _meant(name, tuple(known))


@lru_cache(maxsize=512)
def _meant(name: str, known: tuple[str, ...]) -> str | None:
    folded = _folded(name)
    same = [one for one in known if _folded(one) == folded]
    if same:
        return same[0] if len(same) == 1 else None
    if len(folded) < _SHORTEST:
        return None
    most = 1 if len(folded) < 10 else 2
    distances = sorted((_distance(folded, _folded(one), most), one) for one in known)
    if not distances or distances[0][0] > most:
        return None
    return distances[0][1] if len(distances) == 1 or distances[1][0] > distances[0][0] else None


def has_same_letters(one: str, other: str) -> bool:
    """Whether two names differ in capitals, blanks, hyphens and underscores at most."""
    return _folded(one) == _folded(other)


def _distance(one: str, other: str, most: int) -> int:
    if max(len(one), len(other)) < _SHORT and sorted(one) != sorted(other):
        return most + 1
    return slips(one, other, most)


def slips(one: Sequence[str], other: Sequence[str], most: int) -> int:
    """How many letters to add, drop, change or swap with the next one, to get from `one` to `other`.

    More than `most` counts as `most` + 1.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return min(row[-1], most + 1)


def _folded(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter not in " \t\r\n_-")
