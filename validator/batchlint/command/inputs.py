"""From the paths on the command line to inputs, each with the linter that judges it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from batchlint.command.linters import Judging, Linters
from batchlint.engine.options import EngineOptions
from batchlint.errors import DocumentError, MissingPartError, UsageError
from batchlint.reading.discovery import Skips, batch_files
from batchlint.reading.sources import STDIN, OnRead, PathSource, Source, display_name, source_at, stdin_source
from batchlint.settings.values import Settings
from batchlint.urls import is_url, refuse_unknown, shown_url

_NO_FILES = "no *.jsonl, *.jsonl.gz or *.jsonl.zst below it"


class Input(NamedTuple):
    """One input, and how it is judged."""

    source: Source
    judging: Judging

    @property
    def options(self) -> EngineOptions:
        """What its engine is made of."""
        return self.judging.options


class InputError(Exception):
    """A path that stands for nothing that can be linted; its text is one line."""


class ExcludedError(InputError):
    """A path that was given by name and is excluded, as the user asked for."""


def inputs(
    paths: Sequence[str],
    stdin_filename: str | None,
    linters: Linters,
    settings: Settings,
    on_read: OnRead | None = None,
) -> Iterator[Input | InputError]:
    """The inputs that `paths` stand for, in their order; an error takes the place of its path.

    A configuration that is wrong is told once, however many inputs it holds for.

    Args:
        paths: files, directories, URLs, or ``-``.
        stdin_filename: the name of standard input, or None.
        linters: the configuration and the linters.
        settings: what holds for the run.
        on_read: is told how many bytes are read of each file.
    """
    told: set[str] = set()
    for path in paths:
        for given in _of_path(path, stdin_filename, linters, settings, on_read):
            if isinstance(given, InputError) and not isinstance(given, ExcludedError):
                if str(given) in told:
                    continue
                told.add(str(given))
            yield given


def _of_path(
    path: str, stdin_filename: str | None, linters: Linters, settings: Settings, on_read: OnRead | None
) -> Iterator[Input | InputError]:
    name = stdin_filename if path == STDIN else path
    try:
        is_remote = is_url(path)
        is_folder = path != STDIN and not is_remote and os.path.isdir(path)
        if settings.force_exclude and name is not None and linters.excludes(name, is_folder):
            yield ExcludedError(f"{shown_url(name) if is_remote else display_name(name)}: excluded")
        elif path == STDIN and getattr(sys, "stdin", None) is None:
            yield InputError("standard input is closed")
        elif path == STDIN:
            yield Input(stdin_source(stdin_filename), linters.judging(name))
        elif is_remote:
            yield from _of_url(path, linters, on_read)
        elif is_folder:
            yield from _below(path, linters, linters.skips(os.path.abspath(path), settings.respect_gitignore), on_read)
        else:
            yield Input(PathSource(path, on_read), linters.judging(path))
    except (DocumentError, UsageError) as error:
        yield InputError(str(error))


def _of_url(url: str, linters: Linters, on_read: OnRead | None) -> Iterator[Input | InputError]:
    from batchlint.reading.remote.listing import is_pattern, is_prefix, objects_below, objects_like

    refuse_unknown(url)
    if not (is_prefix(url) or is_pattern(url)):
        yield Input(source_at(url, on_read), linters.judging(url))
        return
    name = shown_url(url)
    found = skipped = 0
    try:
        for each in objects_like(url) if is_pattern(url) else objects_below(url):
            if linters.excludes(each, False):
                skipped += 1
            else:
                found += 1
                yield Input(source_at(each, on_read), linters.judging(each))
    except FileNotFoundError:
        yield InputError(f"{name}: there is no such place")
    except OSError as error:
        yield InputError(f"{name}: cannot be listed: {error.strerror or error}")
    except MissingPartError as error:
        yield InputError(f"{name}: {error}")
    else:
        if not found:
            left_out = f"; {skipped:,} excluded" if skipped else ""
            reason = "nothing matches it" if is_pattern(url) else _NO_FILES
            yield InputError(f"{name}: nothing to lint, {reason}{left_out}")


def _below(directory: str, linters: Linters, skips: Skips, on_read: OnRead | None) -> Iterator[Input | InputError]:
    is_empty = True
    skipped = 0

    def counted(path: str, is_folder: bool) -> bool:
        nonlocal skipped
        is_skipped = skips(path, is_folder)
        skipped += is_skipped
        return is_skipped

    try:
        for path in batch_files(directory, counted):
            is_empty = False
            yield Input(PathSource(path, on_read), linters.judging(path))
    except OSError as error:
        yield InputError(f"{display_name(directory)}: cannot be listed: {(error.strerror or 'error').lower()}")
    else:
        if is_empty:
            left_out = f"; {skipped:,} excluded or ignored by git" if skipped else ""
            yield InputError(f"{display_name(directory)}: nothing to lint, {_NO_FILES}{left_out}")
