"""The parts while they are written: under temporary names, until all of them are complete."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import BinaryIO

from batchlint.splitting.plan import Bounds, part_name

_OPEN_AT_ONCE = 64
"""Parts of different groups are written in turn; systems allow a few hundred open files."""

_MODE = 0o666


@dataclass(slots=True)
class Part:
    """A part that is being written.

    Attributes:
        number: from 1, in the order of the first lines.
        temporary: where it is for now.
        requests, bytes: what it holds.
    """

    number: int
    temporary: str
    requests: int = 0
    bytes: int = 0


class Parts:
    """All parts of one file."""

    def __init__(self, folder: str, stem: str, bounds: Bounds) -> None:
        """Begins without any part.

        Args:
            folder: where they are to stand.
            stem: what their names begin with.
            bounds: the largest part.
        """
        self.all: list[Part] = []
        self._folder = folder
        self._stem = stem
        self._bounds = bounds
        self._current: dict[str | None, Part] = {}
        self._open: OrderedDict[int, BinaryIO] = OrderedDict()

    def add(self, line: bytes, group: str | None) -> None:
        """Writes `line` to the current part of its group, or to a new one where it does not fit any more.

        Raises:
            OSError: it cannot be written.
        """
        part = self._current.get(group)
        if part is None or part.requests >= self._bounds.requests or part.bytes + len(line) > self._bounds.bytes:
            if part is not None:
                self._close(part.number)
            part = self._begin(group)
        self._file(part).write(line)
        part.requests += 1
        part.bytes += len(line)

    def commit(self) -> list[str]:
        """Gives all parts their names; returns their paths.

        Raises:
            OSError: a part cannot be written out or renamed; those that already have their names are removed, and
                files that stood there before are put back.
        """
        for part in self.all:
            self._close(part.number, sync=True)
        done: list[str] = []
        replaced: list[tuple[str, str]] = []
        try:
            for part in self.all:
                path = os.path.join(self._folder, part_name(self._stem, part.number))
                # Each step is noted before it is taken, so that it is undone whatever happens.
                if os.path.lexists(path):
                    replaced.append((self._temporary(part.number), path))
                    os.replace(path, replaced[-1][0])
                done.append(path)
                os.replace(part.temporary, path)
        except BaseException:
            _remove(done)
            for old, path in replaced:
                with contextlib.suppress(OSError):
                    os.replace(old, path)
            raise
        _remove([old for old, _ in replaced])
        return done

    def discard(self) -> None:
        """Removes whatever has only a temporary name."""
        for file in self._open.values():
            with contextlib.suppress(OSError):
                file.close()
        _remove([part.temporary for part in self.all])

    def _begin(self, group: str | None) -> Part:
        number = len(self.all) + 1
        temporary = self._temporary(number)
        part = Part(number, temporary)
        # Noted before it is made, so that it is removed whatever happens.
        self.all.append(part)
        self._current[group] = part
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE))
        return part

    def _temporary(self, number: int) -> str:
        return os.path.join(self._folder, f".{self._stem[:64]}.part-{number:04}.{secrets.token_hex(8)}.tmp")

    def _file(self, part: Part) -> BinaryIO:
        file = self._open.get(part.number)
        if file is None:
            while len(self._open) >= _OPEN_AT_ONCE:
                self._open.popitem(last=False)[1].close()
            file = self._open[part.number] = open(part.temporary, "ab")  # noqa: SIM115  # closed when its turn is over
        self._open.move_to_end(part.number)
        return file

    def _close(self, number: int, *, sync: bool = False) -> None:
        file = self._open.pop(number, None)
        if sync and file is None:
            file = open(self.all[number - 1].temporary, "ab")  # noqa: SIM115  # closed below
        if file is not None:
            with file:
                file.flush()
                if sync:
                    os.fsync(file.fileno())


def _remove(paths: list[str]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            os.unlink(path)
