"""What git ignores below a folder: ``.gitignore`` from the repository's top down, and ``.git/info/exclude``."""

from __future__ import annotations

import os

from batchlint.errors import UsageError
from batchlint.portable import portable_path
from batchlint.reading.patterns import Pattern, Patterns, below
from batchlint.reading.sources import display_name
from batchlint.reading.whole import read_whole

NAME = ".gitignore"


class GitIgnored:
    """The ignore files that hold below one folder; each is read once, when it is needed."""

    def __init__(self, folder: str) -> None:
        """Looks for the repository.

        Args:
            folder: an absolute path, given by the user; what ignores the folder itself does not hold below it.
        """
        self._given = folder
        self._top = _top_of_repository(folder) or folder
        self._known: dict[str, tuple[tuple[Pattern, ...], Patterns]] = {}

    def covers(self, path: str, *, is_folder: bool) -> bool:
        """Whether the absolute `path` below the folder is ignored.

        Raises:
            UsageError: an ignore file cannot be read; the text names it.
        """
        return self._of(os.path.dirname(path))[1].match_entry(path, is_folder=is_folder)

    def _of(self, folder: str) -> tuple[tuple[Pattern, ...], Patterns]:
        """The patterns that hold for the entries of `folder`, those of the outermost file first."""
        known = self._known.get(folder)
        if known is None:
            if folder == self._top:
                known = ((), Patterns(()))
                rows = _patterns(os.path.join(folder, ".git", "info", "exclude"), folder)
            else:
                known = self._of(os.path.dirname(folder))
                rows = []
            rows += _patterns(os.path.join(folder, NAME), folder)
            rows = list(below(rows, self._given))
            if rows:
                together = (*known[0], *rows)
                known = (together, Patterns(together, lenient=True))
            self._known[folder] = known
        return known


def _top_of_repository(folder: str) -> str | None:
    while not _is_there(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
    return folder


def _is_there(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        # A folder that may not be entered may lie above the user's own.
        return False
    except OSError as error:
        raise _unreadable(path, "the repository", error) from None
    return True


def _unreadable(path: str, what: str, error: OSError) -> UsageError:
    name = portable_path(display_name(path), os.getcwd())
    return UsageError(f"{name}: {what} cannot be read: {(error.strerror or 'error').lower()}")


def _patterns(path: str, base: str) -> list[Pattern]:
    try:
        lines = read_whole(path).splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise _unreadable(path, "the ignore file", error) from None
    # Names in patterns are bytes to git; they become text in the same way as the names of files.
    return [Pattern(base, os.fsdecode(line)) for line in lines if line.strip() and not line.startswith(b"#")]
