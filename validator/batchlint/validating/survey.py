"""What has to be known of a request before a validator is asked for all that is wrong with it."""

from __future__ import annotations

from enum import Enum
from typing import Any

from batchlint.parsing.builder import SAFE_INTEGER
from batchlint.parsing.values import JsonValue


class Form(Enum):
    """What a request is like.

    ODD: it has numbers that jsonschema-rs does not see as they are: it takes an infinite one for null, and divides
    large ones in another way.
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
            waiting += value.values() if kind is dict else value
        elif kind is float and not -SAFE_INTEGER <= value <= SAFE_INTEGER:
            is_odd = True
    return Form.ODD if is_odd else Form.PLAIN
