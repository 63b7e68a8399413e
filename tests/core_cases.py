"""The cases of the core: `tests/cases/core/`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from support import CASES

Pieces = str | Sequence[str | tuple[str, int]]


def joined(pieces: Pieces) -> str:
    """A text that is given whole, or as pieces of which some are repeated: `[text, count]`."""
    if isinstance(pieces, str):
        return pieces
    return "".join(piece if isinstance(piece, str) else piece[0] * piece[1] for piece in pieces)


def text_of(case: dict[str, Any]) -> str:
    """What a case is about: its `text`, or the pieces of `repeat`."""
    return joined(case.get("repeat", case.get("text", "")))


def bytes_of(case: dict[str, Any]) -> bytes:
    """The same as bytes; `bytes` is the inside of a Python bytes literal."""
    if "bytes" in case:
        return case["bytes"].encode("ascii").decode("unicode_escape").encode("latin-1")
    return text_of(case).encode()


def read(name: str) -> Any:
    """The cases of one file."""
    return json.loads((CASES / "core" / f"{name}.json").read_bytes())


def parameters(cases: list[dict[str, Any]]) -> list[Any]:
    """The cases for `pytest.mark.parametrize`, each with its name or its text."""
    return [pytest.param(case, id=case.get("name", case.get("text"))) for case in cases]
