"""Reading a small file at once: configuration, baseline, ignore file."""

from __future__ import annotations

import errno
import os
import stat


def read_whole(path: str) -> bytes:
    """All bytes of the file or pipe at `path`.

    Raises:
        OSError: it cannot be read, or is a device or a socket, which might never end.
    """
    status = os.stat(path)
    mode = status.st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "Neither a regular file nor a pipe")
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < status.st_size and stat.S_ISREG(mode):
        raise OSError(errno.EIO, "The system gave fewer bytes of the file than it has")
    return data
