"""Where an input lies that can be read in ranges of bytes, also by another process or machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, Protocol

from batchlint.reading.lines import LineStream, LongLine, is_unended, open_lines, read_batches
from batchlint.reading.version import CHANGED, CUT_SHORT, ChangedError, FileVersion, Version


class SeekableLines(LineStream, Protocol):
    """A stream whose lines can be read from anywhere."""

    def seek(self, offset: int, /) -> int:
        """Goes to a byte."""

    def tell(self) -> int:
        """The byte at which reading goes on."""


def read_range(file: SeekableLines, longest: int, end: int, size: int) -> Iterator[list[bytes] | LongLine]:
    """The batches of lines from where `file` stands up to the byte `end`, before which the last of them begins.

    Args:
        file: the input.
        longest: bytes of the longest line that is held, without its newline.
        end: a byte of the input, behind where `file` stands.
        size: the bytes that the input has.

    Raises:
        ChangedError: the system says that the input ends within one of the lines.
        OSError: it cannot be read.
    """
    for batch in read_batches(file, longest, end - file.tell()):
        if is_unended(batch) and file.tell() < size:
            raise ChangedError(CUT_SHORT)
        yield batch


class Origin(Protocol):
    """An input that lies somewhere as a whole. A plain value: it can be pickled, and holds nothing open."""

    @property
    def name(self) -> str:
        """The name that findings carry, as valid Unicode."""

    def version(self) -> Version | None:
        """What the input is now; None where it is nothing that can be read in ranges, or cannot be asked."""

    def open(self, version: Version, upto: int | None = None) -> AbstractContextManager[SeekableLines]:
        """The bytes of the input, open for reading.

        Args:
            version: what the input has to be.
            upto: the byte up to which it will be read for certain, so that so much may be fetched at once; what
                lies behind it can be read too. None where it is not known.

        Raises:
            ChangedError: the input is another than `version`, when it is opened or when it is left.
            OSError: it cannot be read.
        """


class LocalFile(NamedTuple):
    """A file of the file system.

    Attributes:
        path: where it is; an absolute path means the same to every process.
        name: the name that findings carry.
    """

    path: str
    name: str

    def version(self) -> FileVersion | None:
        """What the file is now; None where it is no regular file, or cannot be asked."""
        try:
            return FileVersion.of(os.stat(self.path))
        except OSError:
            return None

    @contextmanager
    def open(self, version: Version, upto: int | None = None) -> Iterator[SeekableLines]:  # noqa: ARG002  # the system reads ahead by itself
        """The bytes of the file; arguments and errors as for `Origin`."""
        with open_lines(self.path) as file:
            found = FileVersion.of(os.fstat(file.fileno()))
            if found is None or found != version:
                raise ChangedError(CHANGED)
            yield file
            if change := found.change(file.fileno(), self.path):
                raise ChangedError(change)
