"""A file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat


class WholeFile:
    """A report on its way: bytes go to a temporary file beside the target, which it replaces in the end.

    The target's permissions are kept where it exists; else the process's umask decides. A link that stands
    there is replaced, never followed. Either `commit` or `discard` ends it.
    """

    def __init__(self, path: str) -> None:
        """Opens the temporary file.

        Raises:
            OSError: it cannot be created.
        """
        self._path = path
        self._temporary = os.path.join(os.path.dirname(path), f".batchlint-{os.urandom(8).hex()}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        self._file = open(os.open(self._temporary, flags, 0o666), "wb")  # noqa: SIM115  # commit or discard closes it
        self._is_there = True

    def write(self, data: bytes) -> None:
        """Writes `data`. Raises OSError as the system does."""
        self._file.write(data)

    def commit(self) -> None:
        """Puts the file in its place.

        Raises:
            OSError: it cannot be written out or put there; the target is as it was.
        """
        self._keep_permissions()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._temporary, self._path)
        self._is_there = False

    def discard(self) -> None:
        """Removes the temporary file, unless it was committed."""
        with contextlib.suppress(OSError):
            self._file.close()
        if self._is_there:
            self._is_there = False
            with contextlib.suppress(OSError):
                os.unlink(self._temporary)

    def _keep_permissions(self) -> None:
        with contextlib.suppress(OSError):
            mode = os.lstat(self._path).st_mode
            if stat.S_ISREG(mode):
                os.chmod(self._temporary, stat.S_IMODE(mode) & 0o777)
