"""Text of the input as printable ASCII: what reaches a terminal, a log or a CI system."""

from __future__ import annotations

import json
import re
import unicodedata

_COMMAND = re.compile(r"##(?=\[|[A-Za-z]+\[)")
"""CI systems take ``##[name]`` and ``##vso[name]`` anywhere in a line as a command."""

_PLAIN = re.compile(r"[A-Za-z0-9_.,:;/@()\[\]{}'+*=<>!?&%$|~^` -]*")

_LEFT_TO_RIGHT = frozenset({"L", "EN", "ES", "ET", "CS", "NSM", "ON"})
"""Bidirectional classes (Unicode Standard Annex 9) that never turn the text around them."""


def show(text: str, longest: int = 80) -> str:
    """`text` as printable ASCII in JSON's escapes, cut to `longest` code points, safe within a line."""
    if len(text) <= longest and _PLAIN.fullmatch(text):
        return text
    cut = text if len(text) <= longest else text[: longest - 3] + "..."
    ascii_text = json.dumps(cut)[1:-1].replace('\\"', '"')
    return _COMMAND.sub("\\\\u0023\\\\u0023", ascii_text)


def json_text(value: object, indent: int | None = None) -> str:
    """`value` as JSON in ASCII, on one line unless there is an `indent`, in which no CI system sees a command."""
    # Outside strings JSON has no number sign, so the escape always stands in one.
    return json.dumps(value, indent=indent).replace("##", "\\u0023\\u0023")


def show_path(path: str, is_unicode: bool = False, longest: int = 4096) -> str:
    """The name of a file in one line; unlike `show`, it leaves backslashes and quotes as they are.

    Args:
        path: the name as findings carry it.
        is_unicode: whether letters beyond ASCII may stand as they are, where they run from left to right.
        longest: code points after which it is cut.
    """
    if len(path) <= longest and path.isascii() and path.isprintable() and "##" not in path:
        return path
    cut = path if len(path) <= longest else path[: longest - 3] + "..."
    shown = "".join(character if _is_plain(character, is_unicode) else json.dumps(character)[1:-1] for character in cut)
    return _COMMAND.sub("\\\\u0023\\\\u0023", shown)


def show_words(text: str) -> str:
    """Words of who wrote a policy, in one line: letters of any language that run from left to right stay."""
    return show_path(text, is_unicode=True, longest=1000)


def at_start(shown: str) -> str:
    """Shown text that begins a line of output, where ``::name::`` would be a CI command."""
    return shown.replace("::", "\\u003a:", 1) if shown.lstrip().startswith("::") else shown


def _is_plain(character: str, is_unicode: bool) -> bool:
    if character.isascii() or not is_unicode:
        return " " <= character <= "~"
    # Right-to-left letters and controls could make a line read as another one.
    return character.isprintable() and unicodedata.bidirectional(character) in _LEFT_TO_RIGHT
