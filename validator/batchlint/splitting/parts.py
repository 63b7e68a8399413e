"""The parts while they are written: under temporary names, until all of them are complete."""

from __future__ import annotations

import contextlib
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import BinaryIO

from batchlint.splitting.plan import Bounds, part_name
from batchlint.whole_file import PUBLIC, create, sync_folder, temporary_beside

_OPEN_AT_ONCE = 64
"""Parts of different groups are written in turn; systems allow a few hundred open files."""


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

        Parts of an earlier split keep a second name until all the new ones stand in their places, so that they can
        be put back. Only a process that is killed between two renames leaves both: the old parts that were replaced
        so far under hidden names that end in ``.tmp``, the new ones that were not yet renamed likewise.

        Raises:
            OSError: a part cannot be written out or renamed; what stood there before stands there again.
        """
        for part in self.all:
            self._close(part.number, sync=True)
        places = [os.path.join(self._folder, part_name(self._stem, part.number)) for part in self.all]
        replaced: dict[str, str] = {}
        done: list[str] = []
        try:
            for part, path in zip(self.all, places, strict=True):
                replaced[path] = temporary_beside(path)
                if not _keep(path, replaced[path]):
                    del replaced[path]
                # Noted before it happens, so that it is undone wherever a signal comes in.
                done.append(path)
                os.replace(part.temporary, path)
        except BaseException:
            _to_its_end(lambda: self._undo(done, replaced))
            raise
        try:
            sync_folder(places[0])
        finally:
            _remove(replaced.values())
        return places

    def discard(self) -> None:
        """Removes whatever has only a temporary name."""
        for file in self._open.values():
            with contextlib.suppress(OSError):
                file.close()
        _remove([part.temporary for part in self.all])

    def _undo(self, done: list[str], replaced: dict[str, str]) -> None:
        for part, path in zip(self.all, done, strict=False):
            if not os.path.lexists(part.temporary) and path not in replaced:
                _remove([path])
        for path, second in replaced.items():
            with contextlib.suppress(OSError):
                # Where both are still names of one file, a rename does nothing, and need not be possible.
                if not _is_one_file(path, second):
                    os.replace(second, path)
                _remove([second])

    def _begin(self, group: str | None) -> Part:
        number = len(self.all) + 1
        part = Part(number, temporary_beside(os.path.join(self._folder, part_name(self._stem, number))))
        # Noted before it is made, so that it is removed whatever happens.
        self.all.append(part)
        self._current[group] = part
        create(part.temporary, PUBLIC).close()
        return part

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


def _is_one_file(path: str, second: str) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.lstat(second))
    except FileNotFoundError:
        return False


def _keep(path: str, second: str) -> bool:
    """Gives the file at `path`, if there is one, a second name."""
    try:
        os.link(path, second, follow_symlinks=False)
    except FileNotFoundError:
        return False
    except (OSError, NotImplementedError):
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise
        # Some file systems have no links; there nothing stands at the place until the new part does.
        os.replace(path, second)
    return True


def _remove(paths: Collection[str]) -> None:
    _to_its_end(lambda: _unlink(paths))


def _unlink(paths: Collection[str]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            os.unlink(path)


def _to_its_end(step: Callable[[], None]) -> None:
    """Takes `step`, which may be taken twice, to its end even where a signal comes in; that is heard afterwards."""
    try:
        step()
    except BaseException:
        step()
        raise
