"""A file that is written whole or not at all: under a temporary name beside its place, until it is complete."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import BinaryIO

PUBLIC = 0o666
"""The mode of a new file that others may read, as far as the user's mask lets them."""

PRIVATE = 0o600
"""The mode of a file that is nobody else's business."""


class WholeFile:
    """A file on its way: bytes go to a temporary file beside the target, which it replaces in the end.

    A link that stands at the target is replaced, never followed. Either `commit` or `discard` ends it.

    Attributes:
        temporary: where it is for now.
        file: the same, open for writing.
    """

    def __init__(self, path: str, mode: int = PUBLIC) -> None:
        """Opens the temporary file.

        Args:
            path: the target.
            mode: the permissions of the temporary file, less those that the user's mask takes away.

        Raises:
            OSError: it cannot be created.
        """
        self._path = path
        self.temporary = temporary_beside(path)
        self.file: BinaryIO = create(self.temporary, mode)
        self._is_there = True

    def write(self, data: bytes) -> None:
        """Writes `data`. Raises OSError as the system does."""
        self.file.write(data)

    def commit(self) -> None:
        """Puts the file in its place, with the permissions of the file that stands there, and its owner if possible.

        Raises:
            OSError: it cannot be written out or put there; the target is as it was.
        """
        with contextlib.suppress(FileNotFoundError):
            self._take_over(os.lstat(self._path))
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        os.replace(self.temporary, self._path)
        self._is_there = False
        sync_folder(self._path)

    def discard(self) -> None:
        """Removes the temporary file, unless it was committed."""
        with contextlib.suppress(OSError):
            self.file.close()
        if self._is_there:
            self._is_there = False
            with contextlib.suppress(OSError):
                os.unlink(self.temporary)

    def _take_over(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            return
        mode = stat.S_IMODE(status.st_mode)
        if hasattr(os, "fchown"):
            with contextlib.suppress(OSError):
                # Only a privileged user can give a file away.
                os.fchown(self.file.fileno(), status.st_uid, status.st_gid)
            os.fchmod(self.file.fileno(), mode)
        else:
            os.chmod(self.temporary, mode)


def temporary_beside(path: str) -> str:
    """A new name in the folder of `path`, hidden and told apart by chance."""
    folder, name = os.path.split(path)
    # A long name leaves no room for an addition; cut in bytes, it may end within a character.
    start = os.fsdecode(os.fsencode(name)[:64])
    return os.path.join(folder, f".{start}.{os.urandom(8).hex()}.tmp")


def create(path: str, mode: int) -> BinaryIO:
    """Creates the file at `path` and opens it for writing.

    Raises:
        OSError: it exists, or cannot be created.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return open(os.open(path, flags, mode), "wb")


def sync_folder(path: str) -> None:
    """Writes out the folder of `path`, and with it the names in it, on systems that can."""
    with contextlib.suppress(OSError):
        folder = os.open(os.path.dirname(path) or os.curdir, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
