"""Keeping credentials out of what is shown of the request that holds them."""

from __future__ import annotations

from collections.abc import Iterable

_KEPT = 4
_TELLING = 8
"""A text shows a secret if it holds this many of its first characters; fewer say only what kind it is."""


class Redaction:
    """Shortens the secrets of one line; without secrets it changes nothing."""

    __slots__ = ("_beginnings",)

    def __init__(self, secrets: Iterable[str]) -> None:
        self._beginnings = frozenset([secret[:_TELLING] for secret in secrets])

    def __bool__(self) -> bool:
        return bool(self._beginnings)

    def of(self, text: str) -> str:
        """`text`, where each secret, cut off or not, ends after its first characters, up to a quotation mark."""
        if not self._beginnings:
            return text
        pieces: list[str] = []
        done = position = 0
        while position <= len(text) - _TELLING:
            if text[position : position + _TELLING] in self._beginnings:
                pieces.append(text[done : position + _KEPT] + "***")
                end = text.find('"', position)
                done = position = len(text) if end < 0 else end
            else:
                position += 1
        return "".join(pieces) + text[done:]
