"""What has to be known of a line before yajl may see it.

yajl keeps lone surrogates as question marks, takes vertical tabs and form feeds for blanks, and its ijson
binding crashes the process at an integer of 4,301 digits. Cheap tests on the bytes decide whether a line
can hold any of this; only then is it rewritten, token by token, into one that means the same to a schema.
"""

from __future__ import annotations

import math
import re

from batchlint.parsing.scanner import Kind, finish, scan

LONGEST_DIGITS = 4300
"""CPython converts no longer integer by default; ijson does not check the failure."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)")
_LONG_EXPONENT = re.compile(r"[eE][+-]?[0-9]{10}")
_DIGITS_AS_ZERO = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_TOO_MANY_DIGITS = b"0" * (LONGEST_DIGITS + 1)


def has_forbidden_byte(line: bytes) -> bool:
    """Whether `line` holds a byte that no JSON text holds but that yajl or a terminal may mistake."""
    return b"\x00" in line or b"\x0b" in line or b"\x0c" in line


def needs_rewriting(line: bytes) -> bool:
    """Whether `line` may hold a lone surrogate or a run of digits that must not reach yajl.

    It may say so needlessly; it never says no where there is one.
    """
    if len(line) > LONGEST_DIGITS and _TOO_MANY_DIGITS in line.translate(_DIGITS_AS_ZERO):
        return True
    if b"\\u" not in line:
        return False
    found = len(_SURROGATE.findall(line))
    return found > 0 and (b"\\\\u" in line or found != 2 * len(_PAIR.findall(line)))


def rewritten(text: str, depth: int) -> str:
    """`text` with lone surrogates as U+FFFD and endless numbers shortened, for judging only.

    An integer that is cut stays too large for a double, so every schema keyword answers alike.

    Raises:
        ScanFault: the text is not JSON.
    """
    pieces: list[str] = []
    done = 0
    tokens = scan(text, depth)
    while True:
        try:
            token = next(tokens)
        except StopIteration as end:
            finish(text, end.value)
            break
        if token.kind is Kind.NUMBER:
            raw = text[token.start : token.end]
            new = _shortened(raw)
        elif token.kind in (Kind.STRING, Kind.KEY):
            raw = text[token.start : token.end]
            new = _without_lone_surrogates(raw)
        else:
            continue
        if new != raw:
            pieces += (text[done : token.start], new)
            done = token.end
    pieces.append(text[done:])
    return "".join(pieces)


def _shortened(raw: str) -> str:
    """A number that yajl may see: the same double, or an integer that is as good as endless."""
    if len(raw) <= LONGEST_DIGITS and not _LONG_EXPONENT.search(raw):
        return raw
    sign = raw[: raw.startswith("-")]
    if raw[len(sign) :].isdigit():
        return raw[: len(sign) + LONGEST_DIGITS]
    # Digits and exponent make up for each other, so that neither can be cut by itself.
    number = float(raw)
    return repr(number) if math.isfinite(number) else f"{sign}1e999"


def lone_surrogates(raw: str) -> list[int]:
    """Where in the raw text of a string, quotes included, the escapes of lone surrogates begin."""
    if "\\u" not in raw:
        return []
    lone: list[int] = []
    high: int | None = None
    for escape in _ESCAPE.finditer(raw):
        code = int(escape[1], 16) if escape[1] else 0
        if high is not None and 0xDC00 <= code <= 0xDFFF and escape.start() == high + 6:
            high = None
            continue
        if high is not None:
            lone.append(high)
            high = None
        if 0xD800 <= code <= 0xDBFF:
            high = escape.start()
        elif 0xDC00 <= code <= 0xDFFF:
            lone.append(escape.start())
    if high is not None:
        lone.append(high)
    return lone


def _without_lone_surrogates(raw: str) -> str:
    pieces: list[str] = []
    done = 0
    for start in lone_surrogates(raw):
        pieces += (raw[done:start], "\\ufffd")
        done = start + 6
    pieces.append(raw[done:])
    return "".join(pieces)
