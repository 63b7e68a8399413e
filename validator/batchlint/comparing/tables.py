"""Two tables of members beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from batchlint.comparing.members import Asked
from batchlint.escaping import show

_LONGEST = 200
_NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Sides:
    """How the two sides are called in the lines about them.

    Attributes:
        only_first, only_second: for a member that one side has.
        first, second: for what one side asks.
    """

    only_first: str
    only_second: str
    first: str
    second: str


CHANGES = Sides("removed", "added", "was", "is")
"""The words for an older and a newer contract."""


def differences(first: Mapping[str, Asked], second: Mapping[str, Asked], sides: Sides) -> Iterator[str]:
    """A line for each member that only one table has, and for each demand that differs; sorted by member.

    Below a member that only one side has, nothing more is told.
    """
    told: list[str] = []
    for path in sorted({*first, *second}):
        if path in first and path in second:
            yield from _demands(path, first[path], second[path], sides)
        elif not any(path.startswith((f"{above}.", f"{above}[]")) for above in told):
            told.append(path)
            word = sides.only_first if path in first else sides.only_second
            asked = (first if path in first else second)[path]
            yield f"{word}: {_name(path)}{_described(asked)}"


def _demands(path: str, first: Asked, second: Asked, sides: Sides) -> Iterator[str]:
    for kind in sorted({*first, *second}):
        before, after = first.get(kind, frozenset()), second.get(kind, frozenset())
        if before == after:
            continue
        if before and after and kind in ("type", "values"):
            gone, new = _joined(before - after), _joined(after - before)
            changes = [f"only {sides.first} {gone}"] * bool(gone) + [f"only {sides.second} {new}"] * bool(new)
            yield f"differs: {_name(path)}: {kind}: {', '.join(changes)}"
        else:
            old, new = _joined(before) or _NOTHING, _joined(after) or _NOTHING
            yield f"differs: {_name(path)}: {kind}: {sides.first} {old}, {sides.second} {new}"


def _described(asked: Asked) -> str:
    parts = [f"{kind} {_joined(values)}" for kind, values in sorted(asked.items()) if values]
    return f" ({'; '.join(parts)})" if parts else ""


def _name(path: str) -> str:
    return show(path, _LONGEST) or "(the whole)"


def _joined(values: frozenset[str]) -> str:
    return show(" or ".join(sorted(values)), _LONGEST)
