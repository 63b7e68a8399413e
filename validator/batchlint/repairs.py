"""How a fault can be repaired: a value that says what to change, before it becomes edits of bytes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple


class Action(Enum):
    """What a repair does.

    All but the last three change one line by itself.
    """

    EDIT = "replace places of the line that are known"
    REPLACE = "write another value in place of the one at the path"
    QUOTE = "put the number at the path in quotes"
    UNQUOTE = "write the JSON text that is the string at the path in place of the string"
    RENAME = "give the member at the path another name"
    REMOVE = "remove the member at the path"
    INSERT = "add a member to the object at the path, with the only value that the document allows"
    OPEN_ARRAY = "write each element of the array on a line of its own"
    JOIN = "write a value that is spread over several lines on one line, or open the array around them"
    LINE = "change the bytes around the text, or remove the line: the rule says which"
    NEW_ID = "give a repeated id an ending that makes it unique"


class TextEdit(NamedTuple):
    """Code points `start` to `end` of a line's text, the end exclusive, become `replacement`."""

    start: int
    end: int
    replacement: str


class Repair(NamedTuple):
    """The repair of one fault. Whether it is safe is a property of the rule.

    Attributes:
        action: what to do.
        argument: the JSON text to write (REPLACE), the new name (RENAME) or the name to add (INSERT).
        edits: the places (EDIT).
    """

    action: Action
    argument: str = ""
    edits: tuple[TextEdit, ...] = ()


def applied(text: str, edits: Iterable[TextEdit]) -> str:
    """`text` after `edits`; of edits that overlap the first one counts."""
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start >= done:
            pieces += (text[done : edit.start], edit.replacement)
            done = edit.end
    pieces.append(text[done:])
    return "".join(pieces)
