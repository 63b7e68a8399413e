"""Faults of a valid JSON line that its value no longer shows."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from batchlint.escaping import show
from batchlint.faults import Anchor, Fault
from batchlint.parsing.builder import SAFE_INTEGER
from batchlint.parsing.guard import lone_surrogates
from batchlint.parsing.scanner import Kind, Token, scan

_SAFE_DIGITS = len(str(SAFE_INTEGER))


def lexical_faults(text: str, depth: int) -> Iterator[Fault]:
    """Repeated members, lone surrogates and unsafe numbers of `text`, in the order of their places."""
    for token, path, repeated in _walk(text, depth):
        raw = text[token.start : token.end]
        span = (token.start, token.end)
        if repeated:
            yield Fault(
                "duplicate-key",
                f'the object already has a member "{show(str(path[-1]), 40)}"; only the last one counts',
                "remove or rename one of them",
                tuple(path),
                Anchor.KEY,
                span,
            )
        if token.kind is Kind.NUMBER:
            if problem := _number_problem(raw):
                yield Fault("unsafe-number", problem, None, tuple(path), Anchor.VALUE, span)
            continue
        for start in lone_surrogates(raw):
            yield Fault(
                "lone-surrogate",
                "an escape of half a surrogate pair stands alone; it is no character",
                "the text was cut within a character; cut between characters, not UTF-16 units",
                tuple(path),
                Anchor.KEY if token.kind is Kind.KEY else Anchor.VALUE,
                (token.start + start, token.start + start + 6),
            )


def _walk(text: str, depth: int) -> Iterator[tuple[Token, list[str | int], bool]]:
    """Keys, strings and numbers with the path to them, and whether a key repeats one of its object.

    The path is one list that changes with each step: copy it to keep it.
    """
    path: list[str | int] = []
    seen: list[set[str]] = []
    for token in scan(text, depth):
        kind = token.kind
        if kind is Kind.OPEN_OBJECT or kind is Kind.OPEN_ARRAY:
            seen.append(set())
            path.append("" if kind is Kind.OPEN_OBJECT else 0)
        elif kind is Kind.CLOSE_OBJECT or kind is Kind.CLOSE_ARRAY:
            seen.pop()
            path.pop()
        elif kind is Kind.COMMA:
            step = path[-1]
            if isinstance(step, int):
                path[-1] = step + 1
        elif kind is Kind.KEY:
            key: str = json.loads(text[token.start : token.end])
            path[-1] = key
            yield token, path, key in seen[-1]
            seen[-1].add(key)
        elif kind is Kind.STRING or kind is Kind.NUMBER:
            yield token, path, False


def _number_problem(raw: str) -> str | None:
    if not raw.lstrip("-").isdigit():
        return "the number overflows a double" if math.isinf(float(raw)) else None
    digits = raw.lstrip("-")
    if len(digits) < _SAFE_DIGITS or (len(digits) == _SAFE_DIGITS and int(digits) <= SAFE_INTEGER):
        return None
    return f"the integer has {len(digits):,} digits and is beyond 2^53; many readers change it"
