"""Python values from parser events, noting on the way what a plain value would hide."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from batchlint.parsing.values import JsonValue

SAFE_INTEGER = 2**53
"""Integers up to this size survive a reader that keeps doubles (RFC 8259, section 6)."""


class NestingError(Exception):
    """The value is nested deeper than the limit."""


class Builder:
    """Builds one value from ijson's ``basic_parse`` events.

    Integers stay int, other numbers become float: with ijson's Decimal, ``1.0`` would not be an integer
    and ``0.1`` would violate ``minimum: 0.1``.
    """

    __slots__ = ("_container", "_depth", "_key", "_root", "_stack", "duplicate_keys", "unsafe_numbers")

    def __init__(self, depth: int) -> None:
        self.duplicate_keys = False
        self.unsafe_numbers = False
        self._depth = depth
        self._root: list[JsonValue] = []
        self._container: dict[str, JsonValue] | list[JsonValue] = self._root
        self._key = ""
        self._stack: list[tuple[dict[str, JsonValue] | list[JsonValue], str]] = []

    @property
    def value(self) -> JsonValue:
        """The value, once all its events were taken."""
        return self._root[0]

    def take(self, events: Iterable[tuple[str, Any]]) -> None:  # noqa: C901  # the hottest loop of the road
        """Adds events.

        Raises:
            NestingError: a container opens below the depth allowed.
        """
        stack = self._stack
        container: Any = self._container
        key = self._key
        for event, value in events:
            if event == "map_key":
                if value in container:
                    self.duplicate_keys = True
                key = value
                continue
            # Strings are by far the most values, so they are asked for first.
            if event != "string":
                if event == "end_map" or event == "end_array":  # noqa: PLR1714  # two comparisons beat a set here
                    container, key = stack.pop()
                    continue
                if event == "number":
                    value = self._number(value)  # noqa: PLW2901  # one name, whatever the value becomes
                elif event == "start_map" or event == "start_array":  # noqa: PLR1714  # the same
                    if len(stack) >= self._depth:
                        raise NestingError
                    stack.append((container, key))
                    inner: Any = {} if event == "start_map" else []
                    if type(container) is dict:
                        container[key] = inner
                    else:
                        container.append(inner)
                    container = inner
                    continue
            if type(container) is dict:
                container[key] = value
            else:
                container.append(value)
        self._container = container
        self._key = key

    def _number(self, value: Any) -> int | float:
        if isinstance(value, int):
            if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
                self.unsafe_numbers = True
            return value
        number = float(value)
        if math.isinf(number):
            self.unsafe_numbers = True
        return number
