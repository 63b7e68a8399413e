"""``--config KEY=VALUE``: single settings on the command line, written as TOML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import cast

from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.parsing.values import JsonValue
from batchlint.settings.layers import KeyPath, Layer

_PART = r"""(?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY_VALUE = re.compile(rf"\s*{_PART}(?:\s*\.\s*{_PART})*\s*=")


def is_inline(text: str) -> bool:
    """Whether `text` is KEY=VALUE; a file whose name looks like that is given as ``./NAME``."""
    return _KEY_VALUE.match(text) is not None


def inline_layers(texts: Iterable[str], current: str) -> tuple[Layer, ...]:
    """One layer for each of `texts`.

    Args:
        texts: settings, such as ``severity.blank-line="error"``.
        current: the current directory, which paths and patterns in them are relative to.

    Raises:
        UsageError: one is not TOML or no setting.
    """
    return tuple(_layer(text, current) for text in texts)


def _layer(text: str, current: str) -> Layer:
    from batchlint.settings.check import complaint
    from batchlint.settings.toml import parse_toml

    origin = f"--config {show(text, 60)}"
    try:
        values = cast("dict[str, JsonValue]", parse_toml(text))
    except (ValueError, RecursionError):
        key = text.partition("=")[0].strip()
        raise UsageError(f"{origin}: not TOML; a text stands in quotes: --config '{show(key, 40)}=\"...\"'") from None
    if wrong := complaint(values):
        raise UsageError(f"{origin}: {wrong.text}")
    if "extend" in values:
        raise UsageError(f'{origin}: "extend" has its place in a file; --config FILE names one')
    return Layer(current, values, partial(_place, origin))


def _place(origin: str, _: KeyPath) -> str:
    return origin
