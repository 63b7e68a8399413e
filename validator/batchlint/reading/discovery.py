"""Which files a directory stands for."""

from __future__ import annotations

import os
from collections.abc import Iterator

ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst")


def batch_files(directory: str) -> Iterator[str]:
    """The batch files below `directory`, in the order of their names.

    Symbolic links to directories are not followed, so that no loop is entered.

    Raises:
        OSError: a directory cannot be listed.
    """
    for folder, folders, names in os.walk(directory, onerror=_raise):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.lower().endswith(ENDINGS) and os.path.isfile(path):
                yield path


def _raise(error: OSError) -> None:
    raise error
