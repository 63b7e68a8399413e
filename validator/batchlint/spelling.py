"""What a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def meant(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that is closest to `name`, or None where none is close."""
    from difflib import get_close_matches

    close = get_close_matches(name.replace("_", "-").lower(), list(known), 1)
    return close[0] if close else None


def no_such(kind: str, name: str, known: Iterable[str], otherwise: str) -> str:
    """One line that says that there is no `kind` called `name`, and what was probably meant.

    Args:
        kind: what was looked for, such as "rule".
        name: as it was given.
        known: the names that there are.
        otherwise: what to say where none is close.
    """
    from batchlint.escaping import show

    close = meant(name, known)
    return f'there is no {kind} "{show(name, 40)}"; ' + (f'did you mean "{close}"?' if close else otherwise)
