"""What the terminal can show: colours, columns, letters beyond ASCII."""

from __future__ import annotations

import codecs
import os
from collections.abc import Mapping
from typing import Literal, TextIO

ColorChoice = Literal["auto", "always", "never"]

COLOR_CHOICES: tuple[ColorChoice, ...] = ("auto", "always", "never")


USUAL_COLUMNS = 80
"""The width of a terminal that does not tell its own."""


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sees `stream`, which is None where it was closed before the process began."""
    return stream is not None and stream.isatty()


def has_color(choice: ColorChoice, stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether text on `stream` is coloured: by the option, then NO_COLOR, FORCE_COLOR, then the terminal.

    The two variables count where they are set and not empty, whatever they hold (https://no-color.org,
    https://force-color.org).
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    if os.name == "nt" and not (environment.get("WT_SESSION") or environment.get("TERM")):
        return False  # the old console of Windows prints the sequences
    return stream.isatty() and environment.get("TERM") != "dumb"


def columns(stream: TextIO, environment: Mapping[str, str]) -> int | None:
    """The width of the terminal behind `stream`; None where there is none. The variable COLUMNS may say another."""
    if not stream.isatty():
        return None
    stated = environment.get("COLUMNS", "")
    if stated.isdecimal() and int(stated) > 0:
        return int(stated)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL_COLUMNS
    except OSError:
        return USUAL_COLUMNS


def is_utf8(stream: TextIO) -> bool:
    """Whether `stream` is read as UTF-8."""
    try:
        return codecs.lookup(stream.encoding or "ascii").name == "utf-8"
    except LookupError:
        return False
