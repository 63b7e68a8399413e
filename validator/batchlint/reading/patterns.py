"""Patterns of files in the form of ``.gitignore``; the library ``pathspec`` says what they match."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from batchlint.errors import UsageError
from batchlint.escaping import show

_BLANKS_AT_END = re.compile(r"(?<!\\) +$")
_INSIDE = re.compile(r"/\*\*(/?)$")
_SLASH = "ps_d"  # the group of pathspec's expressions that holds the slash after the name of a folder
_SPECIAL = re.compile(r"([\\*?\[])")


class Pattern(NamedTuple):
    """One pattern.

    Attributes:
        base: the absolute folder that it is relative to; "" for a name that is meant wherever it stands.
        text: the pattern, such as ``*.bak.jsonl``, ``/drafts/`` or ``!keep.jsonl``.
    """

    base: str
    text: str

    @property
    def is_name(self) -> bool:
        """Whether it matches names, in whatever folder below its base, and not whole paths."""
        return "/" not in _BLANKS_AT_END.sub("", self.text)[:-1]

    def from_root(self) -> str:
        """The same pattern relative to the root of the file system."""
        negation = "!" if self.text.startswith("!") else ""
        # To git a/** is what lies in a folder; pathspec takes it for the folder too.
        inner = _INSIDE.sub(r"/**/*\1", _BLANKS_AT_END.sub("", self.text.removeprefix("!")))
        base = _from_root(self.base)
        root = "/" + _SPECIAL.sub(r"\\\1", base) if base else ""
        return f"{negation}{root}{'/**/' if self.is_name else '/'}{inner.removeprefix('/')}"


class Patterns:
    """Compiled patterns; of several that match a path the last one decides, as in ``.gitignore``."""

    def __init__(self, patterns: Iterable[Pattern], *, lenient: bool = False) -> None:
        """Compiles `patterns`.

        Args:
            patterns: in ascending order of weight.
            lenient: whether a line that is no pattern is passed over, as git does.

        Raises:
            UsageError: a text is no pattern.
        """
        rows = list(patterns)
        self._spec = None
        if rows:
            from pathspec import GitIgnoreSpec

            lines = []
            for row in rows:
                try:
                    GitIgnoreSpec.from_lines([row.text])
                except ValueError:
                    if lenient:
                        continue
                    raise UsageError(f'"{show(row.text, 60)}" is no pattern of files') from None
                lines.append(row.from_root())
            self._spec = GitIgnoreSpec.from_lines(lines)

    def match_entry(self, path: str, *, is_folder: bool) -> bool:
        """Whether the absolute `path` itself is matched; whether a folder above it is, has been asked before."""
        if self._spec is None:
            return False
        text = _from_root(path) + "/" * is_folder
        is_matched = False
        for pattern in self._spec.patterns:
            found = pattern.match_file(text)
            if found is not None and pattern.include is not None:
                # Where it stops at a slash before the end, it is a folder above that it matches.
                slash = found.match.groupdict().get(_SLASH) and found.match.end(_SLASH)
                is_matched = is_matched if slash and slash < len(text) else pattern.include
        return is_matched

    def match(self, path: str, *, is_folder: bool = False) -> bool:
        """Whether the absolute `path`, or a folder above it, is matched."""
        folder = os.path.dirname(path)
        while folder != os.path.dirname(folder):
            if self.match_entry(folder, is_folder=True):
                return True
            folder = os.path.dirname(folder)
        return self.match_entry(path, is_folder=is_folder)


def below(patterns: Iterable[Pattern], folder: str) -> Iterator[Pattern]:
    """Those of `patterns` that hold below the absolute `folder`, which the user gave by name.

    A name holds for what lies below the folder, and a path that matches the folder itself does not hold.
    """
    for row in patterns:
        if row.is_name and (not row.base or os.path.join(folder, "").startswith(os.path.join(row.base, ""))):
            yield Pattern(folder, row.text)
        elif not Patterns([row], lenient=True).match(folder, is_folder=True):
            yield row


def _from_root(path: str) -> str:
    return path.replace(os.sep, "/").strip("/")
