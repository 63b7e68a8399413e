"""How text for people looks: colours and the width it is wrapped to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

WINDOW = 96
"""The widest window of a line, so that it stands with its margin within 100 columns."""

MARGIN = "  | "
"""What a window stands behind."""

RESET = "\x1b[0m"

LOOKS: Mapping[str, str] = MappingProxyType(
    {
        "error": "\x1b[1;31m",
        "warning": "\x1b[1;33m",
        "info": "\x1b[1;36m",
        "place": "\x1b[1m",
        "margin": "\x1b[2m",
        "hint": "\x1b[32m",
    }
)
"""Sequences of ECMA-48 (SGR) that every terminal with colours knows."""


class Style(NamedTuple):
    """How text for people looks.

    Attributes:
        has_color: whether it is coloured.
        columns: the width that it is wrapped to; None does not wrap.
        is_unicode: whether names of files may hold letters beyond ASCII.
    """

    has_color: bool = False
    columns: int | None = None
    is_unicode: bool = False

    def paint(self, text: str, look: str) -> str:
        """`text` in one of the `LOOKS`."""
        return f"{LOOKS[look]}{text}{RESET}" if self.has_color else text

    def wrap(self, text: str, indent: str) -> list[str]:
        """`text` in lines of at most `columns`; the further ones begin with `indent`. Words stay whole."""
        if self.columns is None or len(text) <= self.columns:
            return [text]
        import textwrap

        return textwrap.wrap(
            text,
            self.columns,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )


PLAIN = Style()
"""No colours, no wrapping, ASCII."""
