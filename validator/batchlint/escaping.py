"""Text of the input as printable ASCII: what reaches a terminal, a log or a CI system."""

from __future__ import annotations

import json
import re

_COMMAND = re.compile(r"##(?=\[|[A-Za-z]+\[)")
"""CI systems take ``##[name]`` and ``##vso[name]`` anywhere in a line as a command."""

_PLAIN = re.compile(r"[A-Za-z0-9_.,:;/@()\[\]{}'+*=<>!?&%$|~^` -]*")


def show(text: str, longest: int = 80) -> str:
    """`text` as printable ASCII in JSON's escapes, cut to `longest` code points, safe within a line."""
    if len(text) <= longest and _PLAIN.fullmatch(text):
        return text
    cut = text if len(text) <= longest else text[: longest - 3] + "..."
    ascii_text = json.dumps(cut)[1:-1].replace('\\"', '"').replace("\x7f", "\\u007f")
    return _COMMAND.sub("\\\\u0023\\\\u0023", ascii_text)


def show_at_start(text: str, longest: int = 4096) -> str:
    """Like `show`, for text that begins a line of output, where ``::name::`` would be a CI command."""
    shown = show(text, longest)
    return shown.replace("::", "\\u003a:", 1) if shown.lstrip().startswith("::") else shown
