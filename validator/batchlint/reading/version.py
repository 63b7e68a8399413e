"""What tells a file from itself at another time."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import Protocol

CHANGED = "the file changed while it was read"
CUT_SHORT = "the system gave fewer bytes of the file than it has"
REMOVED = "the file was removed while it was read"
REPLACED = "the file was replaced while it was read"


class ChangedError(OSError):
    """An input is no longer what it was when reading began; its text says what happened."""


class Version(Protocol):
    """What an input is at one moment, as a plain value; two equal versions hold the same bytes."""

    @property
    def size(self) -> int:
        """Its bytes."""


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A regular file as it was at one moment; two equal versions hold the same bytes."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> FileVersion | None:
        """The version that `found` describes; None where it is no regular file."""
        if not stat.S_ISREG(found.st_mode):
            return None
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def change(self, descriptor: int, path: str) -> str | None:
        """What happened meanwhile to the open file `descriptor` that stood at `path`, or None."""
        if FileVersion.of(os.fstat(descriptor)) != self:
            return CHANGED
        try:
            now = os.stat(path)
        except OSError:
            return REMOVED
        return None if (now.st_dev, now.st_ino) == (self.device, self.inode) else REPLACED
