"""From steps into a request to the place in its line, by one pass over the line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from batchlint.pointer import Path

_BLANKS = re.compile(r"[ \t\r\n]*")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Skipped values are decoded by the standard library in C; numbers stay unconverted, however long they are.
_SKIP = json.JSONDecoder(parse_int=len, parse_float=len).raw_decode


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
        paths: steps to values; one that the text does not have is left out.
    """
    root = _Node()
    for path in paths:
        node = root
        for step in path:
            node = node.children.setdefault(step, _Node())
        node.paths.append(path)
    places: dict[Path, Place] = {}
    start = _blank_end(text, 0)
    _visit(text, start, root, (start, start), places)
    return places


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
    while text[position] != "]":
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
