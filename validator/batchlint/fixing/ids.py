"""Endings that make a repeated id unique in the whole file, whatever ids come later in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from batchlint.engine.ids import IdIndex
from batchlint.engine.scope import WholeIds
from batchlint.fixing.edits import with_ending
from batchlint.fixing.line import fits
from batchlint.fixing.raw import raw_lines
from batchlint.reading.lines import LineStream
from batchlint.repairs import applied

# The name may be misspelt, and be corrected in the same run.
_ID = re.compile(rb'"[cC]ustom[ _-]?[iI][dD]"[ \t\r]*:[ \t\r]*(?:"((?:[^"\\]|\\.){0,2000})"|(-?[0-9]{1,2000}))')


class UniqueIds:
    """Keeps the ids of the file that is written different from each other.

    The index of the ids before is that of the engine, which reads the file no further than the line that is
    being repaired: so a line after it that has an id of a repaired one is found by the engine. That alone makes
    ids unique. An ending is chosen so that no id of the original has to give way to it later: for that the ids
    of the file are read once more, when the first repeated one is met. What looks like an id there and is none
    only makes an ending longer than need be. `IdIndex` says how much memory both take.
    """

    def __init__(
        self,
        index: WholeIds,
        identity_of: Callable[[str], str | None],
        opened: Callable[[], AbstractContextManager[LineStream]],
        longest: int,
    ) -> None:
        """Prepares for one file.

        Args:
            index: the ids of the lines before.
            identity_of: tells the id of a request that stands on one line.
            opened: opens the file anew.
            longest: the longest line that is looked into, in bytes.
        """
        self._index = index
        self._identity_of = identity_of
        self._opened = opened
        self._longest = longest
        self._later: IdIndex | None = None
        self._next: dict[str, int] = {}

    def is_taken(self, identity: str, line: int) -> bool:
        """Whether a request before has `identity`; else it is noted as that of `line`."""
        if self._index.first_line(identity) is not None:
            return True
        self._index.add(identity, line, 0)
        return False

    def renamed(self, text: str, identity: str, line: int, longest: int) -> str | None:
        """The request `text` of `line` with another id than `identity`, such as one that ends with ``-2``.

        None if its id cannot be edited, or the request would be longer than `longest` bytes.

        Raises:
            OSError: the file cannot be read any more.
        """
        ending = self._ending(identity)
        edit = with_ending(text, ("custom_id",), ending)
        if edit is None:
            return None
        new = applied(text, [edit])
        if not fits(new, longest) or self._identity_of(new) != identity + ending:
            return None
        self._index.add(identity + ending, line, 0)
        return new

    def _ending(self, identity: str) -> str:
        if self._later is None:
            self._later = IdIndex()
            with self._opened() as stream:
                for each in _ids(stream, self._longest):
                    self._later.add(each, 1, 0)
        number = self._next.get(identity, 2)
        while any(index.first_line(f"{identity}-{number}") is not None for index in (self._later, self._index)):
            number += 1
        self._next[identity] = number + 1
        return f"-{number}"


def _ids(stream: LineStream, longest: int) -> Iterator[str]:
    for raw in raw_lines(stream, longest):
        if raw.is_whole:
            yield from map(_text, _ID.finditer(raw.data))


def _text(match: re.Match[bytes]) -> str:
    if match[1] is None:
        return match[2].decode()
    try:
        text = json.loads(b'"%s"' % match[1])
    except ValueError:
        return match[1].decode("utf-8", "replace")
    return str(text)
