"""What a run reads is none of what it writes: nothing is replaced, and nothing is read that grows with the report."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TextIO

from batchlint.command.inputs import Input, InputError
from batchlint.errors import UsageError
from batchlint.escaping import show_path
from batchlint.reading.sources import STDIN, PathSource, Source, StreamSource
from batchlint.urls import is_url

_GROWS = "is where standard output goes, so it is not read"


class Written(NamedTuple):
    """A file that a run puts in its place: the path, and what it is, such as "report"."""

    path: str
    what: str


class Overlap:
    """Compares what a run reads with what it writes.

    Attributes:
        written: the files that the run puts in their places.
    """

    def __init__(self, written: Sequence[Written], stdout: TextIO | None) -> None:
        """Takes what the run writes.

        Args:
            written: its files.
            stdout: standard output, or None where nothing is written to it.
        """
        self.written = written
        self._stdout = None if stdout is None else _regular(stdout)

    def refuse(self, path: str, role: str = "an input") -> None:
        """Raises UsageError if the run would replace what it reads.

        Args:
            path: what it reads, or ``-`` for standard input.
            role: what that is to it.
        """
        for one in self.written:
            try:
                is_same = os.path.samestat(_found(path), os.stat(one.path))
            except OSError:
                continue
            if is_same:
                raise UsageError(f"{show_path(one.path)}: is {role}, the {one.what} would replace it")

    def refuse_all(self, paths: Iterable[str], role: str) -> None:
        """Raises UsageError if the run would replace one of the files `paths`; what is a URL is none."""
        for path in paths:
            if not is_url(path):
                self.refuse(path, role)

    def apart(self, given: Iterable[Input | InputError]) -> Iterator[Input | InputError]:
        """`given`, with an error for an input that standard output goes to.

        Raises:
            UsageError: an input is a file that the run would replace.
        """
        for one in given:
            if isinstance(one, InputError):
                yield one
                continue
            path = _path_of(one.source)
            if path is None:
                yield one
                continue
            self.refuse(path)
            yield InputError(f"{one.source.name}: {_GROWS}") if self._is_stdout(path) else one

    def _is_stdout(self, path: str) -> bool:
        if self._stdout is None:
            return False
        try:
            return os.path.samestat(_found(path), self._stdout)
        except OSError:
            # Whoever opens it says why.
            return False


def _path_of(source: Source) -> str | None:
    """Where this machine finds the bytes of `source`, ``-`` for standard input; None for what lies elsewhere."""
    if isinstance(source, PathSource):
        return source.path
    return STDIN if isinstance(source, StreamSource) else None


def _found(path: str) -> os.stat_result:
    """What stands at `path`; where that is ``-``, what standard input is read from."""
    if path != STDIN:
        return os.stat(path)
    if sys.stdin is None:
        raise FileNotFoundError
    return os.fstat(sys.stdin.fileno())


def _regular(stream: TextIO) -> os.stat_result | None:
    """The regular file that `stream` writes to, or None: devices and pipes may be both read and written."""
    try:
        found = os.fstat(stream.fileno())
    except OSError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None
