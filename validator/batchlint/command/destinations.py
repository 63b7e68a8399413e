"""``FORMAT[:PATH]``: which reports are asked for, and where each of them goes."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import NamedTuple

import click

from batchlint.errors import UsageError
from batchlint.escaping import show_path
from batchlint.formats.base import Format
from batchlint.formats.registry import ALIASES, DEFAULT, FORMATS
from batchlint.reading.sources import STDIN
from batchlint.spelling import no_such

STDOUT = STDIN
"""The path that stands for standard output."""


class Destination(NamedTuple):
    """One report: the name of its format, and its file or None for standard output."""

    name: str
    path: str | None = None

    @property
    def format(self) -> Format:
        """The format of the report."""
        return FORMATS[self.name]

    @property
    def target(self) -> str | None:
        """The place in the file system by which two paths are the same; the last part is no link yet followed."""
        if self.path is None:
            return None
        folder, name = os.path.split(os.path.abspath(self.path))
        return os.path.normcase(os.path.join(os.path.realpath(folder), name))


def check_formats(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """``FORMAT`` or ``FORMAT:PATH``, given any number of times, as it was given.

    Raises:
        BadParameter: there is no such format, or no path after the colon; exit status 2.
    """
    try:
        read_destinations(values)
    except UsageError as error:
        raise click.BadParameter(str(error)) from None
    return values


def read_destinations(values: Sequence[str]) -> tuple[Destination, ...]:
    """What ``FORMAT`` or ``FORMAT:PATH``, given any number of times, stands for.

    Raises:
        UsageError: there is no such format, or no path after the colon.
    """
    return tuple(map(_destination, values))


def complete_format(
    _context: click.Context, _option: click.Parameter, incomplete: str
) -> list[click.shell_completion.CompletionItem]:
    """The formats that begin with what was typed; behind the colon, what the shell itself knows of files."""
    from click.shell_completion import CompletionItem

    _, colon, path = incomplete.partition(":")
    if colon:
        return [CompletionItem(path, type="file")]
    return [CompletionItem(name, help=FORMATS[name].summary) for name in FORMATS if name.startswith(incomplete)]


def _destination(value: str) -> Destination:
    name, colon, path = value.partition(":")
    known = ALIASES.get(name, name)
    if known not in FORMATS:
        raise UsageError(_unknown(name))
    if colon and not path:
        raise UsageError(f'"{known}:" needs a path after the colon')
    return Destination(known, path if path and path != STDOUT else None)


def destinations(asked: Sequence[Destination], output_file: str | None) -> list[Destination]:
    """All reports of a run.

    Args:
        asked: the values of ``--output-format``.
        output_file: the value of ``--output-file``, or None.

    Raises:
        UsageError: two reports go to one place, or a place cannot be that of a report.
    """
    chosen = list(asked) or [Destination(DEFAULT)]
    if output_file is not None and output_file != STDOUT:
        if len(chosen) > 1 or chosen[0].path is not None:
            raise UsageError("--output-file is for one --output-format without a path; write FORMAT:PATH for several")
        if not output_file:
            raise UsageError("--output-file needs a path")
        chosen = [chosen[0]._replace(path=output_file)]
    seen: set[str | None] = set()
    for one in chosen:
        if one.path is not None:
            check_place(one.path, "report")
        if one.target in seen:
            place = "standard output" if one.path is None else show_path(one.path)
            raise UsageError(f"two reports go to {place}; write FORMAT:PATH with different paths")
        seen.add(one.target)
    return chosen


def check_place(path: str, what: str) -> None:
    """Refuses what can be seen to be no place for a file before anything is linted.

    Args:
        path: where `what` is to be written.
        what: what is to be written, such as "report".

    Raises:
        UsageError: it is no place for it.
    """
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise UsageError(f"{show_path(path)}: the folder of the {what} does not exist")
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return
    if not stat.S_ISREG(mode):
        kind = "a link" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "no regular file"
        raise UsageError(f"{show_path(path)}: is {kind}; a {what} is written to a regular file")


def _unknown(name: str) -> str:
    return no_such("format", name, [*FORMATS, *ALIASES], f"there are: {', '.join(FORMATS)}")
