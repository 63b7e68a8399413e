"""Writing a file so that it is either there complete or as it was before."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from batchlint.errors import FixError
from batchlint.reading.sources import refuse_unreadable


@dataclass(frozen=True, slots=True)
class Original:
    """A regular file as it was when its repair began.

    Attributes:
        path: the file itself, symbolic links followed.
        status: its status.
    """

    path: str
    status: os.stat_result

    def is_unchanged(self) -> bool:
        """Whether the path still names the same file with the same content, as far as its status tells."""
        try:
            now = os.stat(self.path)
        except OSError:
            return False
        before = self.status
        return (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) == (
            before.st_dev,
            before.st_ino,
            before.st_size,
            before.st_mtime_ns,
        )


def original_at(path: str | os.PathLike[str]) -> Original:
    """The regular file at `path`.

    Raises:
        OSError: there is none, or it cannot be looked at.
        NotReadableError: it is a directory, a device or a socket.
        FixError: it is a pipe, or is write-protected.
    """
    real = os.path.realpath(path)
    status = os.stat(real)
    refuse_unreadable(status.st_mode)
    if stat.S_ISFIFO(status.st_mode):
        raise FixError("is a pipe, so it is not repaired")
    if not os.access(real, os.W_OK):
        raise FixError("is write-protected, so it is not repaired")
    return Original(real, status)


@contextlib.contextmanager
def beside(path: str, mode: int) -> Iterator[tuple[str, BinaryIO]]:
    """A new temporary file in the folder of `path`, removed in the end unless it was renamed.

    Args:
        path: the file beside which it stands.
        mode: its permissions, less those that the user's mask takes away.

    Raises:
        OSError: it cannot be made.
    """
    folder, name = os.path.split(path)
    # A long name leaves no room for an addition.
    temporary = os.path.join(folder, f".{name[:64]}.{secrets.token_hex(8)}.tmp")
    try:
        with open(
            os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode), "wb"
        ) as file:
            yield temporary, file
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def commit(file: BinaryIO, temporary: str, target: str) -> None:
    """Makes the temporary file, written to its end, the file at `target`.

    Raises:
        OSError: it cannot be written out or renamed.
    """
    file.flush()
    os.fsync(file.fileno())
    os.replace(temporary, target)
    with contextlib.suppress(OSError):
        # Not every system can write out a folder; the file itself is safe already.
        folder = os.open(os.path.dirname(target) or ".", os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def take_over(file: BinaryIO, status: os.stat_result) -> None:
    """Gives `file` the permissions of a file with `status`, and its owner where that is possible.

    Raises:
        OSError: the permissions cannot be set.
    """
    if hasattr(os, "fchown"):
        with contextlib.suppress(OSError):
            # Only a privileged user can give a file away.
            os.fchown(file.fileno(), status.st_uid, status.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
