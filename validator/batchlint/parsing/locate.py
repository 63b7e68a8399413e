"""From steps into a request to the place in its line, by one pass over as much of the line as is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from batchlint.parsing.runs import end_of_elements
from batchlint.pointer import Path

_BLANKS = re.compile(r"[ \t\r\n]*")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Skipped values are decoded by the standard library in C; numbers stay unconverted, however long they are.
_SKIP = json.JSONDecoder(parse_int=len, parse_float=len).raw_decode


_FEW = 4
"""Up to so many paths are each looked for by name; for more of them one walk over the whole line costs less."""


_MANY = 16
"""Behind the last wanted element, so many are passed over one by one, and further ones together."""


class Place(NamedTuple):
    """Where a value stands in the text, and its member name where it has one; code points, end exclusive."""

    start: int
    end: int
    key_start: int
    key_end: int


class _Node:
    """Steps that lead to wanted values."""

    __slots__ = ("children", "paths")

    def __init__(self) -> None:
        self.children: dict[str | int, _Node] = {}
        self.paths: list[Path] = []


def locate(text: str, paths: Iterable[Path]) -> dict[Path, Place]:
    """The places of the values at `paths`; of repeated members the last one.

    Args:
        text: a valid JSON text, nested no deeper than the limit.
        paths: steps to values; the text has those of several steps, one of a single step is left out if not.
    """
    wanted = tuple(paths)
    roots: dict[_Start, _Node] = {}
    for path in wanted:
        start, steps = _nearest_start(text, path) if len(wanted) <= _FEW else (_whole(text), path)
        node = roots.setdefault(start, _Node())
        for step in steps:
            node = node.children.setdefault(step, _Node())
        node.paths.append(path)
    places: dict[Path, Place] = {}
    for start, root in roots.items():
        _visit(text, start.value, root, (start.key, start.key_end), places)
    return places


class _Start(NamedTuple):
    """A value from which to go on, and its member name."""

    value: int
    key: int
    key_end: int


def _nearest_start(text: str, path: Path) -> tuple[_Start, Path]:
    """The innermost value on the way of `path` that can be found by its name alone, and the steps from there."""
    # An escape may spell any letter of a name.
    if "\\u00" not in text:
        for index in range(len(path) - 1, 0, -1):
            name = path[index]
            if isinstance(name, str) and name.isidentifier() and name.isascii():
                only = _only_member(text, name)
                if only is not None:
                    return only, path[index + 1 :]
    return _whole(text), path


def _whole(text: str) -> _Start:
    start = _blank_end(text, 0)
    return _Start(start, start, start)


def _only_member(text: str, name: str) -> _Start | None:
    """The only member called `name` in the whole text; None where there are several, or none."""
    token = f'"{name}"'
    found = None
    at = text.find(token)
    while at >= 0:
        end = at + len(token)
        # Behind a backslash the first quotation mark is part of a string, and the other one ends that string.
        if text[at - 1] != "\\":
            colon = _blank_end(text, end)
            if text[colon] == ":":
                if found is not None:
                    return None
                found = _Start(_blank_end(text, colon + 1), at, end)
        at = text.find(token, end)
    return found


def _visit(text: str, start: int, node: _Node, key: tuple[int, int], places: dict[Path, Place]) -> int:
    """Notes the places at and below the value that begins at `start`; returns its end."""
    opening = text[start]
    if not node.children or opening not in "{[":
        end = _skipped(text, start)
    elif opening == "{":
        end = _visit_object(text, start, node, places)
    else:
        end = _visit_array(text, start, node, places)
    for path in node.paths:
        places[path] = Place(start, end, *key)
    return end


def _visit_object(text: str, start: int, node: _Node, places: dict[Path, Place]) -> int:
    children = node.children
    position = _blank_end(text, start + 1)
    while text[position] != "}":
        key_start = position
        key, position = _key(text, position)
        child = children.get(key)
        if child is None and not key.isascii():
            child = children.get(_SURROGATES.sub("\ufffd", key))
        key_end = position
        position = _blank_end(text, _blank_end(text, position) + 1)
        position = (
            _skipped(text, position) if child is None else _visit(text, position, child, (key_start, key_end), places)
        )
        position = _blank_end(text, position)
        if text[position] == ",":
            position = _blank_end(text, position + 1)
    return position + 1


def _visit_array(text: str, start: int, node: _Node, places: dict[Path, Place]) -> int:
    position = _blank_end(text, start + 1)
    index = 0
    many = _MANY + max((step for step in node.children if isinstance(step, int)), default=0)
    while text[position] != "]":
        if index > many and (further := end_of_elements(text, position)) > position:
            position = further
            continue
        child = node.children.get(index)
        at = (position, position)
        position = _skipped(text, position) if child is None else _visit(text, position, child, at, places)
        index += 1
        position = _blank_end(text, position)
        if text[position] == ",":
            position = _blank_end(text, position + 1)
    return position + 1


def _key(text: str, start: int) -> tuple[str, int]:
    """The member name that begins at `start`, and its end."""
    end = text.find('"', start + 1)
    if text[end - 1] != "\\" and "\\" not in (raw := text[start + 1 : end]):
        return raw, end + 1
    name: str
    name, end = _SKIP(text, start)
    return name, end


def _skipped(text: str, start: int) -> int:
    """The end of the value that begins at `start`."""
    if text[start] == '"':
        end = text.find('"', start + 1)
        if text[end - 1] != "\\":
            return end + 1
    return _SKIP(text, start)[1]


def _blank_end(text: str, position: int) -> int:
    # Most writers put one space or none, which needs no regular expression.
    if text[position] == " ":
        position += 1
    if text[position] not in " \t\r\n":
        return position
    blanks = _BLANKS.match(text, position)
    return blanks.end() if blanks else position
