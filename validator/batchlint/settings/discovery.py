"""Which configuration file holds for a folder: the closest one, from the folder itself up to the root."""

from __future__ import annotations

import os
from collections.abc import Iterator

from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.reading.sources import display_name

PYPROJECT = "pyproject.toml"
NAMES = (".batchlint.toml", "batchlint.toml", PYPROJECT)
"""The names of configuration files; in one folder the first that holds a configuration wins."""


def candidates(folder: str) -> Iterator[str]:
    """The configuration files of the absolute `folder` itself, the strongest first.

    A folder that may not be entered has none: it may lie above the user's own.

    Raises:
        UsageError: it cannot be told whether there is one; the text names it.
    """
    for name in NAMES:
        path = os.path.join(folder, name)
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            if isinstance(error, PermissionError) and not os.access(folder, os.X_OK):
                continue
            why = (error.strerror or "error").lower()
            raise UsageError(f"{show(display_name(path), 200)}: the configuration cannot be read: {why}") from None
        yield path
