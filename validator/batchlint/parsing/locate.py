"""From steps into a request to the place in its line, by one pass over the line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from batchlint.pointer import Path

_BLANKS = re.compile(r"[ \t\r\n]*")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Skipped values are decoded by the standard library in C; numbers stay unconverted, however long they are.
_SKIP = json.JSONDecoder(parse_int=len, parse_float=len).raw_decode


@dataclass(frozen=True, slots=True)
class Place:
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
    _visit(text, start, root, start, start, places)
    return places


def _visit(text: str, start: int, node: _Node | None, key_start: int, key_end: int, places: dict[Path, Place]) -> int:
    """Notes the places at and below the value that begins at `start`; returns its end."""
    if node is None or not node.children or text[start] not in "{[":
        end = _SKIP(text, start)[1]
    elif text[start] == "{":
        end = _visit_object(text, start, node, places)
    else:
        end = _visit_array(text, start, node, places)
    if node is not None:
        for path in node.paths:
            places[path] = Place(start, end, key_start, key_end)
    return end


def _visit_object(text: str, start: int, node: _Node, places: dict[Path, Place]) -> int:
    position = _blank_end(text, start + 1)
    while text[position] != "}":
        key, key_end = _SKIP(text, position)
        child = node.children.get(key)
        if child is None and not key.isascii():
            child = node.children.get(_SURROGATES.sub("\ufffd", key))
        value_start = _blank_end(text, _blank_end(text, key_end) + 1)
        position = _blank_end(text, _visit(text, value_start, child, position, key_end, places))
        if text[position] == ",":
            position = _blank_end(text, position + 1)
    return position + 1


def _visit_array(text: str, start: int, node: _Node, places: dict[Path, Place]) -> int:
    position = _blank_end(text, start + 1)
    index = 0
    while text[position] != "]":
        end = _visit(text, position, node.children.get(index), position, position, places)
        index += 1
        position = _blank_end(text, end)
        if text[position] == ",":
            position = _blank_end(text, position + 1)
    return position + 1


def _blank_end(text: str, position: int) -> int:
    blanks = _BLANKS.match(text, position)
    return blanks.end() if blanks else position
