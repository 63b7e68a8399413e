r"""Regular expressions that every tool reads alike and that cannot run away on a hostile text.

The subset: literal characters, classes in brackets, groups, alternatives, ``^``, ``$``, ``.`` and repetition.
What is left out means different things to Python, to ECMAScript (ECMA-262, which JSON Schema names) and to
RE2-like engines, or takes exponential time: shorthand classes such as ``\d``, look-around, back-references,
flags, and repetition within repetition.
"""

from __future__ import annotations

import re

_ESCAPED = frozenset("^$\\.*+?()[]{}|/")
_ESCAPED_IN_CLASS = _ESCAPED | {"-"}
_CONTROLS = frozenset("nrtfv")
_CODE = re.compile(r"x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}")
_BRACES = re.compile(r"\{([0-9]{1,4})(,([0-9]{0,4}))?\}")
_MARKS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_MOST_GROUPS = 50


class PatternError(Exception):
    """A pattern that is refused; its text says why and where, from character 1."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason}, at character {position + 1}")


def check_pattern(pattern: str) -> None:
    """Refuses a pattern outside the subset.

    Raises:
        PatternError: with the reason and the place.
    """
    reader = _Reader(pattern)
    reader.alternatives(0)
    if reader.position < len(pattern):
        raise PatternError('")" closes no group', reader.position)
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(f"this is no regular expression ({error})", 0) from None


class _Reader:
    """Reads a pattern once, from its start to its end."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    def alternatives(self, depth: int) -> bool:
        """Reads up to the end of a group; returns whether anything in it repeats in several lengths."""
        varies = False
        while self.position < len(self.pattern) and self.pattern[self.position] != ")":
            if self.pattern[self.position] == "|":
                self.position += 1
                continue
            start = self.position
            atom_varies, can_repeat = self._atom(depth)
            varies |= self._repetition(start, can_repeat, atom_varies) or atom_varies
        return varies

    def _atom(self, depth: int) -> tuple[bool, bool]:
        """Reads what a repetition would repeat; returns whether it varies in length, and whether it can repeat."""
        start = self.position
        character = self.pattern[start]
        self.position += 1
        if character == "(":
            return self._group(start, depth), True
        if character == "[":
            self._class(start)
        elif character == "\\":
            self._escape(start, _ESCAPED)
        elif character in "^$":
            return False, False
        elif character in "*+?":
            raise PatternError(f'"{character}" repeats nothing', start)
        elif character in "{}]":
            raise PatternError(f'"{character}" has to be written as "\\{character}" to stand for itself', start)
        return False, True

    def _group(self, start: int, depth: int) -> bool:
        """Reads the rest of a group; returns whether anything in it repeats in several lengths."""
        if depth >= _MOST_GROUPS:
            raise PatternError("groups are nested too deep", start)
        if self.pattern.startswith("?:", self.position):
            self.position += 2
        elif self.pattern.startswith("?", self.position):
            raise PatternError("look-around, flags and named groups are not taken", start)
        varies = self.alternatives(depth + 1)
        if not self.pattern.startswith(")", self.position):
            raise PatternError("this group is not closed", start)
        self.position += 1
        return varies

    def _class(self, start: int) -> None:
        if self.pattern.startswith("^", self.position):
            self.position += 1
        first = self.position
        while self.position < len(self.pattern):
            here = self.position
            character = self.pattern[here]
            self.position += 1
            if character == "]":
                if here == first:
                    raise PatternError("this class is empty", start)
                return
            if character == "\\":
                self._escape(here, _ESCAPED_IN_CLASS)
            elif character == "[" or self.pattern[here : here + 2] in ("&&", "||", "~~", "--"):
                raise PatternError("set operations within a class are not taken; escape the character", here)
        raise PatternError("this class is not closed", start)

    def _escape(self, start: int, punctuation: frozenset[str]) -> None:
        character = self.pattern[self.position : self.position + 1]
        if character in _CONTROLS or character in punctuation:
            self.position += 1
        elif code := _CODE.match(self.pattern, self.position):
            self.position = code.end()
        elif character in set("dDwWsSbB"):
            raise PatternError(f'"\\{character}" differs from tool to tool; write a class such as [0-9]', start)
        elif character.isdigit():
            raise PatternError("back-references are not taken", start)
        else:
            raise PatternError("this escape is not taken; only punctuation needs one", start)

    def _repetition(self, start: int, can_repeat: bool, varies: bool) -> bool:
        """Reads the repetition of what begins at `start`, if any; returns whether it repeats in several lengths."""
        here = self.position
        mark = self.pattern[here : here + 1]
        if braces := _BRACES.match(self.pattern, here):
            least = int(braces[1])
            most: int | None = least if braces[2] is None else int(braces[3]) if braces[3] else None
            self.position = braces.end()
        elif mark and mark in _MARKS:
            least, most = _MARKS[mark]
            self.position += 1
        else:
            return False
        if not can_repeat:
            raise PatternError("a place cannot be repeated", here)
        if varies and (most is None or most > 1):
            raise PatternError("a repetition stands within a repetition, which can take exponential time", start)
        if self.pattern.startswith("?", self.position):
            self.position += 1
        if self.pattern[self.position : self.position + 1] in ("*", "+", "?") or _BRACES.match(
            self.pattern, self.position
        ):
            raise PatternError("a repetition follows a repetition", self.position)
        return most != least
