"""Passing over what is plainly JSON, for a scan that looks for something else.

A token at a time costs many times what a regular expression takes for it, and a hostile line has one in each byte.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from batchlint.parsing.grammar import (
    AFTER_COMMA,
    AFTER_VALUE,
    BLANKS,
    CLOSABLE,
    ESCAPE,
    KEYS,
    NUMBER,
    PLAIN,
    VALUES,
    Expect,
)

_LEVELS = 1
"""How deep the containers of a run may be nested; deeper ones are entered, and what they hold is a run again.

More levels would make a pattern that takes longer to compile than most files to lint.
"""

# The regular expression engine keeps a state for each repetition, so all of them are bounded.
_RUN = 200
_WITHIN = 8
_ESCAPES = 16
_OPENED = 128

_STRING = f'"{PLAIN}*(?:{ESCAPE}{PLAIN}*){{0,{_ESCAPES}}}"'
_OPENERS = re.compile(rf"{BLANKS}((?:\[{BLANKS}|\{{{BLANKS}{_STRING}{BLANKS}:{BLANKS}){{1,{_OPENED}}})")
_NAME = re.compile(f"{BLANKS}{_STRING}{BLANKS}:{BLANKS}")
_STRINGS = re.compile(_STRING)
_NO_OPENER = re.compile(r"[^\[{]+")
_CLOSERS = re.compile(rf"{BLANKS}([\]}}]{{1,{_OPENED}}})")
_COMMA = re.compile(f"{BLANKS},")
_CLOSING = str.maketrans("[{", "]}")


class Passed(NamedTuple):
    """Where a scan stands after what was passed over.

    Attributes:
        position: in code points.
        brackets: those that are open, outermost first.
        expect: what may follow.
        comma: where the last comma stands, or what was given.
    """

    position: int
    brackets: str
    expect: Expect
    comma: int | None


def pass_over(start: Passed, text: str, end: int, depth: int) -> Passed:
    """Passes over plain JSON between `start` and `end`, as far as it goes; the rest is for whoever looks closely.

    Args:
        start: where to begin.
        text: the text.
        end: nothing is passed over that reaches beyond.
        depth: how many levels of nesting may be open.
    """
    position, brackets, expect, comma = start
    while position < end:
        inner = brackets[-1:]
        if inner and (expect in KEYS or (expect in VALUES and inner == "[")) and not _is_nested(text, position):
            run = _pattern(inner, max(0, min(depth - len(brackets), _LEVELS))).match(text, position, end)
            if run is not None and (run["last"] is not None or run["comma"] is not None):
                position, expect = run.end(), AFTER_COMMA[inner] if run["last"] is None else AFTER_VALUE[inner]
                comma = comma if run["comma"] is None else run.start("comma")
                continue
        if expect in KEYS and (found := _NAME.match(text, position, end)) is not None:
            position, expect = found.end(), Expect.VALUE
            continue
        if expect in VALUES and (found := _OPENERS.match(text, position, end)) is not None:
            opened = _opened(found[1])
            if len(brackets) + len(opened) > depth:
                break
            position, brackets = found.end(), brackets + opened
            expect = Expect.VALUE_OR_END if opened[-1] == "[" else Expect.VALUE
            continue
        if expect not in CLOSABLE or (found := _CLOSERS.match(text, position, end)) is None:
            break
        count = len(found[1])
        if brackets[-count:][::-1].translate(_CLOSING) != found[1]:
            break
        position, brackets = found.end(), brackets[:-count]
        expect = AFTER_VALUE[brackets[-1:]]
        if brackets and (found := _COMMA.match(text, position, end)) is not None:
            position, comma, expect = found.end(), found.end() - 1, AFTER_COMMA[brackets[-1]]
    return Passed(position, brackets, expect, comma)


def end_of_elements(text: str, position: int) -> int:
    """Where a run of plain elements ends that begins at `position`: at a further one or at the closing bracket."""
    run = _pattern("[", _LEVELS).match(text, position)
    return position if run is None else run.end()


def _is_nested(text: str, position: int) -> bool:
    """Whether what begins at `position` is plainly more than a run may hold."""
    return text[position] in "[{]}" and text[position + 1 : position + 2] in ("[", "{")


def _opened(openers: str) -> str:
    """The brackets of `openers`, without the names of members and the blanks between."""
    return _NO_OPENER.sub("", _STRINGS.sub("", openers) if '"' in openers else openers)


@lru_cache
def _pattern(bracket: str, levels: int) -> re.Pattern[str]:
    """Members or elements in a row, plain and with so many levels at most; `last` is the last of its container."""
    item, closing = (_member(_value(levels)), "}") if bracket == "{" else (_value(levels), "]")
    return re.compile(
        f"{BLANKS}(?:{item}{BLANKS}(?P<comma>,){BLANKS}){{0,{_RUN}}}(?P<last>{item}{BLANKS}(?={closing}))?"
    )


def _value(levels: int) -> str:
    choices = [_STRING, NUMBER, "true", "false", "null"]
    if levels:
        inner = _value(levels - 1)
        choices += [rf"\[{_listed(inner)}\]", rf"\{{{_listed(_member(inner))}\}}"]
    return f"(?:{'|'.join(choices)})"


def _member(value: str) -> str:
    return f"{_STRING}{BLANKS}:{BLANKS}{value}"


def _listed(item: str) -> str:
    return f"{BLANKS}(?:{item}{BLANKS}(?:,{BLANKS}{item}{BLANKS}){{0,{_WITHIN}}})?"
