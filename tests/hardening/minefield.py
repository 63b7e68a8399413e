"""JSON texts of our own, by family and group, and what has to be found in each: ``cases/minefield``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from support import CASES

FAMILIES = ("accept", "reject", "undefined")
GROUPS = ("numbers", "strings", "escapes", "encodings", "structure", "white space", "depth", "keys")

REFUSED = frozenset({"invalid-json", "invalid-utf8", "nesting-too-deep", "blank-line", "multiline-json"})
"""A line with one of these holds no value that could be judged."""

Place = tuple[str, int, int]
"""A rule, and the line and column of its finding, counted from 1 within the text."""


@dataclass(frozen=True)
class Mine:
    """One text.

    Attributes:
        family, group, name: what it is.
        data: its bytes, without a last newline.
        expect: what has to be found, in the order of places.
    """

    family: str
    group: str
    name: str
    data: bytes
    expect: tuple[Place, ...]

    @property
    def findings(self) -> tuple[Place, ...]:
        """What has to be found, and that a value is no object, where it is one and not that."""
        bare = re.sub(rb"^(?:\xef\xbb\xbf)+", b"", self.data)
        start = bare.lstrip(b" \t\r")
        if start[:1] == b"{" or REFUSED & {rule for rule, line, _ in self.expect if line == 1}:
            return self.expect
        column = 1 + len(bare) - len(start) + (bare != self.data)
        # At the same place, rules stand in alphabetical order.
        return tuple(
            sorted((*self.expect, ("not-an-object", 1, column)), key=lambda place: (place[1], place[2], place[0]))
        )


def tables() -> dict[str, dict[str, Any]]:
    """The three files as they are."""
    return {family: json.loads((CASES / "minefield" / f"{family}.json").read_bytes()) for family in FAMILIES}


def mines() -> list[Mine]:
    """All texts, in the order of the files."""
    return [
        Mine(family, group["group"], case["name"], _data(case), tuple(map(tuple, case.get("expect", ()))))
        for family, table in tables().items()
        for group in table["groups"]
        for case in group["cases"]
    ]


def _data(case: dict[str, Any]) -> bytes:
    if "bytes" in case:
        return case["bytes"].encode("ascii").decode("unicode_escape").encode("latin-1")
    if "repeat" in case:
        return "".join(_repeated(text, count) for text, count in case["repeat"]).encode()
    return case["text"].encode()


def _repeated(text: str, count: int) -> str:
    return "".join(text.replace("{n}", str(n)) for n in range(1, count + 1)) if "{n}" in text else text * count
