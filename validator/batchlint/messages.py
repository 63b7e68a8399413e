"""Comparing messages of findings."""

from __future__ import annotations

import re

_LINE = re.compile(r"\bline [0-9][0-9,]*")


def message_without_lines(message: str) -> str:
    """`message` without the numbers of other lines that it names, which move as lines do."""
    return _LINE.sub("line", message)
