"""Python values from parser events, noting on the way what a plain value would hide."""

from __future__ import annotations

import math
from collections.abc import Iterable

from batchlint.parsing.values import JsonValue

SAFE_INTEGER = 2**53
"""Integers up to this size survive a reader that keeps doubles (RFC 8259, section 6)."""

_OPENING = frozenset({"start_map", "start_array"})
_CLOSING = frozenset({"end_map", "end_array"})


class NestingError(Exception):
    """The value is nested deeper than the limit."""


class Builder:
    """Builds one value from ijson's ``basic_parse`` events.

    Integers stay int, other numbers become float: with ijson's Decimal, ``1.0`` would not be an integer
    and ``0.1`` would violate ``minimum: 0.1``.
    """

    __slots__ = ("_containers", "_depth", "_keys", "_root", "duplicate_keys", "unsafe_numbers")

    def __init__(self, depth: int) -> None:
        self.duplicate_keys = False
        self.unsafe_numbers = False
        self._depth = depth
        self._root: list[JsonValue] = []
        self._containers: list[dict[str, JsonValue] | list[JsonValue]] = [self._root]
        self._keys: list[str] = [""]

    @property
    def value(self) -> JsonValue:
        """The value, once all its events were taken."""
        return self._root[0]

    def take(self, events: Iterable[tuple[str, object]]) -> None:
        """Adds events.

        Raises:
            NestingError: a container opens below the depth allowed.
        """
        containers = self._containers
        keys = self._keys
        container = containers[-1]
        for event, given in events:
            value = given
            if event == "map_key":
                if value in container:
                    self.duplicate_keys = True
                keys[-1] = value  # type: ignore[call-overload]  # the value of a map_key event is its name
                continue
            if event in _CLOSING:
                containers.pop()
                keys.pop()
                container = containers[-1]
                continue
            opens = event in _OPENING
            if opens:
                value = {} if event == "start_map" else []
            elif event == "number":
                value = self._number(value)
            if type(container) is dict:
                container[keys[-1]] = value  # type: ignore[assignment]  # only JSON values reach this line
            else:
                container.append(value)  # type: ignore[union-attr,arg-type]  # the same; a container is a dict or a list
            if opens:
                if len(containers) > self._depth:
                    raise NestingError
                container = value  # type: ignore[assignment]  # the dict or list made above
                containers.append(container)
                keys.append("")

    def _number(self, value: object) -> int | float:
        if isinstance(value, int):
            if not -SAFE_INTEGER <= value <= SAFE_INTEGER:
                self.unsafe_numbers = True
            return value
        number = float(value)  # type: ignore[arg-type]  # a Decimal, as ijson documents
        if math.isinf(number):
            self.unsafe_numbers = True
        return number
