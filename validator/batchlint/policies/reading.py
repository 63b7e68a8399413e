"""Reading a document of the user: bounded, strict JSON."""

from __future__ import annotations

import json
import os
from typing import Any, NoReturn

from batchlint.documents.store import Document

MOST_BYTES = 4 * 1024 * 1024
MOST_LEVELS = 100
"""Deeper nesting than any schema needs; recursive tools, ours among them, have to follow it."""


class UnreadableError(Exception):
    """A file that holds no document; its text says why."""


def read_document(path: str | os.PathLike[str]) -> Document:
    """The JSON object in the file at `path`; the same member twice is refused, as no tool would see the first.

    Raises:
        UnreadableError: it cannot be read, is too large, or is not a JSON object.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "this is no path"
        raise UnreadableError(f"it cannot be read: {why.lower()}") from None
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"it has more than {MOST_BYTES:,} bytes")
    try:
        document = json.loads(data, object_pairs_hook=_object, parse_float=_float, parse_constant=_no_constant)
        json.dumps(document, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise UnreadableError(f"it is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError:
        raise UnreadableError("it is not UTF-8") from None
    except UnicodeEncodeError:
        raise UnreadableError("a string in it holds half of a surrogate pair") from None
    except ValueError:
        # The one ValueError that is left: an integer beyond the interpreter's limit of digits.
        raise UnreadableError("it holds a number of too many digits") from None
    except RecursionError:
        raise UnreadableError(f"it is nested deeper than {MOST_LEVELS} levels") from None
    if not isinstance(document, dict):
        raise UnreadableError("it is not a JSON object")
    if _levels(document) > MOST_LEVELS:
        raise UnreadableError(f"it is nested deeper than {MOST_LEVELS} levels")
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for index, name in enumerate(names) if name in names[:index])
        raise UnreadableError(f'the member "{twice}" stands twice in one object')
    return members


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise UnreadableError("it holds a number beyond a double")
    return number


def _no_constant(name: str) -> NoReturn:
    raise UnreadableError(f"it is not JSON: {name} is no number of JSON")


def _levels(document: object) -> int:
    levels = 0
    row: list[object] = [document]
    while row:
        inside = [value for value in row if isinstance(value, (dict, list))]
        row = [item for value in inside for item in (value.values() if isinstance(value, dict) else value)]
        levels += bool(inside)
    return levels
