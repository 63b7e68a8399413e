"""Which files a directory stands for."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst")

Skips = Callable[[str, bool], bool]
"""Whether an absolute path is passed over; the second argument says whether it is a folder."""


def batch_files(directory: str, skips: Skips) -> Iterator[str]:
    """The batch files below `directory` that `skips` leaves, in the order of their names.

    Symbolic links to directories are not followed, so that no loop is entered.

    Raises:
        OSError: a directory cannot be listed.
    """
    for folder, folders, names in os.walk(directory, onerror=_raise):
        place = os.path.abspath(folder)
        folders[:] = sorted(name for name in folders if not skips(os.path.join(place, name), True))
        for name in sorted(names):
            path = os.path.join(folder, name)
            is_batch_file = name.lower().endswith(ENDINGS) and _is_file(path)
            if is_batch_file and not skips(os.path.join(place, name), False):
                yield path


def _is_file(path: str) -> bool:
    """Whether there is a file at `path`, as far as can be seen: reading it will tell what hinders that."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _raise(error: OSError) -> None:
    raise error
