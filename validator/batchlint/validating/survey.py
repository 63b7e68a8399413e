"""What has to be known of a request before a validator is asked for all that is wrong with it."""

from __future__ import annotations

from enum import Enum
from typing import Any

from batchlint.parsing.builder import SAFE_INTEGER
from batchlint.parsing.values import JsonValue


class Form(Enum):
    """What a request is like.

    ODD: jsonschema-rs does not see all of it as it is. It takes an infinite number for null, divides large ones in
    another way, leaves empty member names out of paths, and tells there of other names that read as numbers only
    the number: of "007" and "+7" a 7.
    """

    PLAIN = "plain"
    ODD = "odd"
    LARGE = "large"


def form_of(request: JsonValue, most: int | None = None) -> Form:
    """What `request` is like; LARGE is one that holds more than `most` values, on all levels."""
    waiting: list[Any] = [request]
    count = 0
    is_odd = False
    # The types themselves: no value of JSON is of a subclass, and most are strings, which have to pass quickly.
    for value in waiting:
        kind = type(value)
        if kind is str:
            continue
        if kind is dict or kind is list:
            count += len(value)
            if most is not None and count > most:
                return Form.LARGE
            if kind is dict:
                waiting += value.values()
                is_odd = is_odd or _has_odd_names(value)
            else:
                waiting += value
        elif kind is float and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
            is_odd = True
    return Form.ODD if is_odd else Form.PLAIN


_ODD_BEGINNINGS = frozenset({"", "0", "+"})
_BEHIND_ODD = "1"
"""No name from here on begins oddly."""


def _has_odd_names(value: dict[str, Any]) -> bool:
    if not value or min(value) >= _BEHIND_ODD:
        return False
    return any(name[:1] in _ODD_BEGINNINGS and name != "0" for name in value)
