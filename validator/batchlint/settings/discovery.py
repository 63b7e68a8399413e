"""Which configuration file holds for a folder: the closest one, from the folder itself up to the root."""

from __future__ import annotations

import os
from collections.abc import Iterator

PYPROJECT = "pyproject.toml"
NAMES = (".batchlint.toml", "batchlint.toml", PYPROJECT)
"""The names of configuration files; in one folder the first that holds a configuration wins."""


def candidates(folder: str) -> Iterator[str]:
    """The configuration files of the absolute `folder` itself, the strongest first."""
    for name in NAMES:
        path = os.path.join(folder, name)
        if os.path.lexists(path):
            yield path
