"""What may stand where in a JSON text (RFC 8259)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Expect(Enum):
    """What may stand at a place; the value completes "expected ..."."""

    VALUE = "a value"
    VALUE_OR_END = 'a value or "]"'
    KEY = "a member name in double quotes"
    KEY_OR_END = 'a member name in double quotes or "}"'
    COLON = '":"'
    COMMA_OR_END_OF_ARRAY = '"," or "]"'
    COMMA_OR_END_OF_OBJECT = '"," or "}"'
    END = "the end of the line"


@dataclass(frozen=True, slots=True)
class ScanState:
    """Where a scan stands between two tokens: the open brackets, outermost first, and what may follow."""

    brackets: str = ""
    expect: Expect = Expect.VALUE


START = ScanState()

# Tuples, since members of an enumeration are compared by identity and hashed by a function in Python.
VALUES = (Expect.VALUE, Expect.VALUE_OR_END)
KEYS = (Expect.KEY, Expect.KEY_OR_END)
COMMAS = (Expect.COMMA_OR_END_OF_ARRAY, Expect.COMMA_OR_END_OF_OBJECT)
CLOSABLE = (*COMMAS, Expect.VALUE_OR_END, Expect.KEY_OR_END)

AFTER_OPEN = {"{": Expect.KEY_OR_END, "[": Expect.VALUE_OR_END}
AFTER_VALUE = {"": Expect.END, "{": Expect.COMMA_OR_END_OF_OBJECT, "[": Expect.COMMA_OR_END_OF_ARRAY}
AFTER_COMMA = {"{": Expect.KEY, "[": Expect.VALUE}
"""What may stand behind a bracket, a value and a comma, by the innermost open bracket."""

# Patterns of whole tokens; whatever repeats within them is bounded or one class of characters, because the
# regular expression engine keeps a state for each repetition of more than that.
BLANKS = r"[ \t\r\n]*"
NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
ESCAPE = r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
PLAIN = r'[^"\\\x00-\x1f]'
"""A character of a string that stands for itself."""
