"""The file that is to be repaired in place, and whether it is still the same."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

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
