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

# The regular expression engine keeps a state for each repetition, so all of them are bounded.
_RUN = 200
_WITHIN = 8
_ESCAPES = 16
_OPENED = 128

_STRING = f'"{PLAIN}*(?:{ESCAPE}{PLAIN}*){{0,{_ESCAPES}}}"'
_NAME = f"{_STRING}{BLANKS}:{BLANKS}"
_SCALAR = f"(?:{_STRING}|{NUMBER}|true|false|null)"
_ITEMS = f"{BLANKS}(?:{_SCALAR}{BLANKS}(?:,{BLANKS}{_SCALAR}{BLANKS}){{0,{_WITHIN}}})?"
_MEMBERS = f"{BLANKS}(?:{_NAME}{_SCALAR}{BLANKS}(?:,{BLANKS}{_NAME}{_SCALAR}{BLANKS}){{0,{_WITHIN}}})?"
_FLAT = rf"(?:{_SCALAR}|\[{_ITEMS}\]|\{{{_MEMBERS}\}})"
"""A value of one level at most: a pattern of more takes longer to compile than most files to lint."""

_NAMES = re.compile(f"{BLANKS}{_NAME}")
_OPENERS = re.compile(rf"{BLANKS}((?:\[{BLANKS}|\{{{BLANKS}{_NAME}){{1,{_OPENED}}})")
_NO_OPENER = re.compile(rf"{_STRING}|[^\[{{]")
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
        if inner and (expect in KEYS or (expect in VALUES and inner == "[")):
            run = _pattern(inner, len(brackets) < depth).match(text, position, end)
            if run is not None and (run["last"] or run["comma"]):
                position, comma = run.end(), run.start("comma")
                expect = AFTER_VALUE[inner] if run["last"] else AFTER_COMMA[inner]
                continue
        if expect in KEYS and (found := _NAMES.match(text, position, end)) is not None:
            position, expect = found.end(), Expect.VALUE
            continue
        if expect in VALUES and (found := _OPENERS.match(text, position, end)) is not None:
            opened = _NO_OPENER.sub("", found[1])
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
    run = _pattern("[", True).match(text, position)
    return position if run is None else run.end()


@lru_cache
def _pattern(bracket: str, may_open: bool) -> re.Pattern[str]:
    """Members or elements in a row, of which the last one of its container is `last`."""
    value = _FLAT if may_open else _SCALAR
    item = f"{_NAME}{value}{BLANKS}" if bracket == "{" else f"{value}{BLANKS}"
    return re.compile(f"{BLANKS}(?:{item}(?P<comma>,){BLANKS}){{0,{_RUN}}}(?P<last>{item}(?=[\\]}}]))?")
