"""Endings that make a repeated id unique in the whole file, whatever ids come later in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from batchlint.engine.ids import IdIndex
from batchlint.fixing.raw import raw_lines
from batchlint.reading.lines import LineStream

_ID = re.compile(rb'"custom_id"[ \t\r]*:[ \t\r]*(?:"((?:[^"\\]|\\.){0,2000})"|(-?[0-9]{1,2000}))')


class FreeIds:
    """Finds ids that no request of a file has.

    The ids of the file are read once, when the first repeated one is met; `IdIndex` says how much memory they
    take. What looks like an id and is none only makes an ending longer than need be.
    """

    def __init__(self, opened: Callable[[], AbstractContextManager[LineStream]], longest: int) -> None:
        """Prepares for one file.

        Args:
            opened: opens the file anew.
            longest: the longest line that is looked into, in bytes.
        """
        self._opened = opened
        self._longest = longest
        self._taken: IdIndex | None = None
        self._next: dict[str, int] = {}

    def ending(self, identity: str) -> str:
        """What to add to `identity`, such as ``-2``; the id that it makes is taken from then on.

        Raises:
            OSError: the file cannot be read any more.
        """
        if self._taken is None:
            self._taken = IdIndex()
            with self._opened() as stream:
                for each in _ids(stream, self._longest):
                    self._taken.add(each, 1, 0)
        number = self._next.get(identity, 2)
        while self._taken.first_line(f"{identity}-{number}") is not None:
            number += 1
        self._taken.add(f"{identity}-{number}", 1, 0)
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
