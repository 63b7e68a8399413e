"""A small reader of JSON texts that are known to be good, which notes where everything stands. Nothing of it is ours.

It exists to check positions by another calculation than the product's, so it shares no code with that, and is written
for clearness alone.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field

BLANKS = " \t\r\n"
STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


@dataclass(frozen=True)
class Place:
    """Where a value and its member name stand, in code points from 0, the ends exclusive."""

    start: int
    end: int
    key_start: int
    key_end: int


@dataclass
class Places:
    """What stands where in one text.

    Attributes:
        values: the place of each value by its pointer; of a repeated member the last one.
        repeated: the places of names that their object has already, with their pointers.
        halves: the places of escapes that are half a surrogate pair, with their pointers.
        unsafe: the places of integers beyond 2^53 and numbers that overflow a double, with their pointers.
        deepest: the levels of nesting.
    """

    values: dict[str, Place] = field(default_factory=dict)
    repeated: list[tuple[int, str]] = field(default_factory=list)
    halves: list[tuple[int, str]] = field(default_factory=list)
    unsafe: list[tuple[int, str]] = field(default_factory=list)
    deepest: int = 0


def places_of(text: str) -> Places:
    """The places of `text`, which is JSON."""
    reader = _Reader(text)
    reader.value("", (0, 0), 1)
    return reader.places


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places = Places()

    def blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in BLANKS:
            self.at += 1

    def value(self, pointer: str, key: tuple[int, int], level: int) -> None:
        self.blanks()
        start = self.at
        sign = self.text[start]
        if sign == "{":
            self.object(pointer, level)
        elif sign == "[":
            self.array(pointer, level)
        elif sign == '"':
            self.string(pointer)
        else:
            while self.at < len(self.text) and self.text[self.at] not in BLANKS + ",]}":
                self.at += 1
            self.number(self.text[start : self.at], start, pointer)
        self.places.values[pointer] = Place(start, self.at, *key)

    def object(self, pointer: str, level: int) -> None:
        self.places.deepest = max(self.places.deepest, level)
        names: list[str] = []
        self.at += 1
        self.blanks()
        while self.text[self.at] != "}":
            start = self.at
            raw_end = self.end_of_string()
            name = json.loads(self.text[start:raw_end])
            below = pointer + "/" + name.replace("~", "~0").replace("/", "~1")
            if name in names:
                self.places.repeated.append((start, below))
            names.append(name)
            self.string(below)
            self.blanks()
            assert self.text[self.at] == ":"
            self.at += 1
            self.value(below, (start, raw_end), level + 1)
            self.blanks()
            if self.text[self.at] == ",":
                self.at += 1
                self.blanks()
        self.at += 1

    def array(self, pointer: str, level: int) -> None:
        self.places.deepest = max(self.places.deepest, level)
        self.at += 1
        self.blanks()
        index = 0
        while self.text[self.at] != "]":
            self.value(f"{pointer}/{index}", (self.at, self.at), level + 1)
            index += 1
            self.blanks()
            if self.text[self.at] == ",":
                self.at += 1
                self.blanks()
        self.at += 1

    def end_of_string(self) -> int:
        found = STRING.match(self.text, self.at)
        assert found
        return found.end()

    def string(self, pointer: str) -> None:
        start, end = self.at, self.end_of_string()
        if "\\u" not in self.text[start:end]:
            self.at = end
            return
        self.at = start + 1
        units: list[tuple[int, int]] = []
        while self.at < end - 1:
            if self.text[self.at : self.at + 2] == "\\u":
                units.append((int(self.text[self.at + 2 : self.at + 6], 16), self.at))
                self.at += 6
            else:
                units.append((-1, self.at))
                self.at += 2 if self.text[self.at] == "\\" else 1
        self.at = end
        index = 0
        while index < len(units):
            unit, place = units[index]
            following = units[index + 1][0] if index + 1 < len(units) else -1
            if 0xD800 <= unit < 0xDC00 <= following < 0xE000:
                index += 2
                continue
            if 0xD800 <= unit < 0xE000:
                self.places.halves.append((place, pointer))
            index += 1

    def number(self, word: str, start: int, pointer: str) -> None:
        if word in ("true", "false", "null"):
            return
        digits = word.removeprefix("-")
        is_beyond = digits.isdigit() and (len(digits) > 16 or int(digits) > 2**53)
        if is_beyond or (not digits.isdigit() and math.isinf(float(word))):
            self.places.unsafe.append((start, pointer))
