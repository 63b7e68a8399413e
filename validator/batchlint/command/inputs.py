"""From the paths on the command line to inputs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from batchlint.reading.discovery import batch_files
from batchlint.reading.sources import OnRead, PathSource, Source, stdin_source

STDIN = "-"


class InputError(Exception):
    """A path that stands for nothing that can be linted; its text is one line."""


def inputs(
    paths: Sequence[str], stdin_filename: str | None, on_read: OnRead | None = None
) -> Iterator[Source | InputError]:
    """The inputs that `paths` stand for, in their order; an error takes the place of its path.

    `on_read` is told how many bytes are read of each file.
    """
    for path in paths:
        if path == STDIN and getattr(sys, "stdin", None) is None:
            yield InputError("standard input is closed")
        elif path == STDIN:
            yield stdin_source(stdin_filename)
        elif Path(path).is_dir():
            yield from _below(path, on_read)
        else:
            yield PathSource(path, on_read)


def _below(directory: str, on_read: OnRead | None) -> Iterator[Source | InputError]:
    is_empty = True
    try:
        for path in batch_files(directory):
            is_empty = False
            yield PathSource(path, on_read)
    except OSError as error:
        yield InputError(f"{directory}: cannot be listed: {(error.strerror or 'error').lower()}")
    else:
        if is_empty:
            yield InputError(f"{directory}: nothing to lint, no *.jsonl, *.jsonl.gz or *.jsonl.zst below it")
