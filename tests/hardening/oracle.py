"""What a line of bytes is by the standard library, made strict, and by a small reader of our own."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

from hardening.places import BLANKS, Places, places_of

Told = tuple[str, int]
"""A rule of the family syntax, and a column from 1."""

MARK = b"\xef\xbb\xbf"
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)|([\[{])|([\]}])')
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4})?\r?")
_CONSTANT = re.compile(r"-?Infinity|NaN")
_SLIP = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)|(-?(?:Infinity|NaN|inf|nan)\b)|(,)(?=[ \t\r]*[\]}])')


class ConstantError(ValueError):
    """NaN or an infinity, which the standard library takes."""


def _refuse(word: str) -> Any:
    raise ConstantError(word)


# Numbers stay as they are written: only the grammar is asked for.
_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=str, parse_float=str)


def told_of(data: bytes, depth: int) -> tuple[list[Told], Places | None]:
    """What has to be told of a line, and where everything stands in it if it is JSON that can be judged.

    Args:
        data: the line without its newline.
        depth: the nesting allowed.
    """
    told: list[Told] = []
    # Several marks in a row are one mistake.
    marks = marks_before(data)
    if marks:
        told.append(("byte-order-mark", 1))
        data = data[marks * len(MARK) :]
    first = 1 + marks
    if not data.strip(b" \t\r"):
        return [*told, ("blank-line", first)], None
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return [*told, ("invalid-utf8", first + len(data[: error.start].decode()))], None
    deep = _too_deep(text, depth)
    wrong = _first_fault(text if deep is None else text[: deep + 1])
    # A bracket that cannot stand there at all is no matter of depth.
    if deep is not None and (wrong is None or wrong > deep):
        return [*told, ("nesting-too-deep", first + deep)], None
    if wrong is not None:
        return [*told, ("invalid-json", first + wrong)], None
    places = places_of(text)
    told += (("duplicate-key", first + start) for start, _ in places.repeated)
    told += (("lone-surrogate", first + start) for start, _ in places.halves)
    told += (("unsafe-number", first + start) for start, _ in places.unsafe)
    start = len(text) - len(text.lstrip(BLANKS))
    if text[start] != "{":
        told.append(("not-an-object", first + start))
    return sorted(told, key=lambda each: (each[1], each[0])), places


def marks_before(data: bytes) -> int:
    """How many byte order marks a line begins with."""
    return next(count for count in itertools.count() if not data.startswith(MARK, count * len(MARK)))


def is_open(data: bytes, depth: int) -> bool:
    """Whether a line that is no JSON only ends too early, but for slips, so that the next one might go on with it."""
    text = data[marks_before(data) * len(MARK) :].decode("utf-8", "replace")
    text = _SLIP.sub(_without_slip, text)
    fault = _first_fault(text) if _too_deep(text, depth) is None else None
    return fault is not None and fault >= len(text.rstrip(BLANKS))


def _without_slip(found: re.Match[str]) -> str:
    return "0".ljust(len(found[0])) if found[1] else " " if found[2] else found[0]


def _too_deep(text: str, depth: int) -> int | None:
    """Where the first bracket below `depth` levels stands, were the text JSON."""
    if text.count("[") + text.count("{") <= depth:
        return None
    level = 0
    for found in _BRACKETS.finditer(text):
        if found[1]:
            level += 1
            if level > depth:
                return found.start()
        elif found[2]:
            level -= 1
    return None


def _first_fault(text: str) -> int | None:
    """Where the standard library refuses `text`, as the first character that cannot stand where it does."""
    try:
        _DECODER.decode(text)
    except ConstantError:
        return _constant(text)
    except json.JSONDecodeError as error:
        return _moved(text, error)
    return None


def _constant(text: str) -> int:
    """Where the first NaN or infinity stands outside of strings."""
    outside = _BRACKETS.sub(lambda found: "_" * len(found[0]), text)
    found = _CONSTANT.search(outside)
    assert found is not None
    return found.start()


def _moved(text: str, error: json.JSONDecodeError) -> int:
    """The place of `error`, by the conventions of ``cases/disagreements.json``, "places"."""
    at = error.pos
    if "\\" in error.msg:
        backslash = text.rindex("\\", 0, at + 1)
        return _opening(text) if _ESCAPE.fullmatch(text, backslash) else backslash
    if error.msg.startswith("Unterminated string"):
        return at
    if error.msg.startswith("Invalid control character"):
        # At the end of a line a carriage return is part of the line end.
        return at if at < len(text) - 1 or text[at] != "\r" else _opening(text)
    if error.msg.startswith("Illegal trailing comma"):
        at += 1
        while text[at] in BLANKS:
            at += 1
        return at
    if at >= len(text.rstrip(BLANKS)):
        return len(text.rstrip(BLANKS))
    # A literal that goes on is a word of its own.
    for word in ("true", "false", "null"):
        if text.endswith(word, 0, at) and re.match("[A-Za-z0-9_]", text[at]):
            return at - len(word)
    return at


def _opening(text: str) -> int:
    """Where the string opens that the line leaves open."""
    *_, last = _BRACKETS.finditer(text)
    return last.start()
