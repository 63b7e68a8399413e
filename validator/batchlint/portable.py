"""Paths as other programs know them: below the root of a project, with forward slashes, the same on every system."""

from __future__ import annotations

import os

from batchlint.urls import is_url


def portable_path(path: str, root: str) -> str:
    """The name of a finding's file as seen from the folder `root`.

    Args:
        path: the name as findings carry it; a relative one starts at the working directory.
        root: an absolute path.

    Returns:
        The path below `root` with forward slashes; an absolute one where it lies elsewhere. Names of what is
        no file, such as ``<stdin>`` or a URL, are left as they are.
    """
    if names_no_file(path):
        return path
    absolute = os.path.abspath(path)
    try:
        is_below = os.path.commonpath((absolute, root)) == os.path.normpath(root)
    except ValueError:  # two drives of Windows have nothing in common
        is_below = False
    return (os.path.relpath(absolute, root) if is_below else absolute).replace(os.sep, "/")


def names_no_file(path: str) -> bool:
    """Whether `path` is the name of something else than a file, such as ``<stdin>`` or a URL."""
    return (path.startswith("<") and path.endswith(">")) or is_url(path)


class PortablePaths:
    """Portable paths of findings, which come file by file: the last one is remembered."""

    def __init__(self, root: str) -> None:
        """Starts a run whose paths are seen from the folder `root`, absolute."""
        self._root = root
        self._path = self._portable = ""

    def of(self, path: str) -> str:
        """`path` as seen from the root."""
        if path != self._path:
            self._path, self._portable = path, portable_path(path, self._root)
        return self._portable
