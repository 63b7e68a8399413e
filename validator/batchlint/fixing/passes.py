"""Repairing a file as often as it takes: until a pass finds nothing more to repair."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from batchlint.engine.run import Engine
from batchlint.errors import FixError
from batchlint.findings import Finding
from batchlint.fixing.hunks import Hunk, composed
from batchlint.fixing.replacing import beside
from batchlint.fixing.rewriting import Rewriting
from batchlint.reading.sources import PathSource, Source

_PASSES = 10
"""One repair may uncover another: a request in a wrapping array is judged only when the array is opened."""

DAMAGED = "damaged-input"
"""The rule whose finding says why a file could not be read to its end."""

PRIVATE = 0o600
"""A file with requests in it is nobody else's business, until it takes the place of another one."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A repaired copy of a file.

    Attributes:
        path: where it is for now.
        file: the same, open for writing, at its end.
        rules: how many findings of which rule were repaired.
        hunks: the places that differ, in the order of the lines; empty if nobody asked for them.
    """

    path: str
    file: BinaryIO
    rules: Counter[str]
    hunks: tuple[Hunk, ...]


@contextlib.contextmanager
def repaired_copy(
    engine: Engine, path: str, place: str, *, unsafe: bool, mode: int = PRIVATE, with_hunks: bool = False
) -> Iterator[Copy | None]:
    """A repaired copy of the file at `path`, or None if there is nothing to repair.

    It is removed in the end, unless it was renamed.

    Each pass reads the file of the one before and holds only the line that it repairs; a last one, which
    only reads, finds nothing more.

    Args:
        engine: which rules are on, and what is a fault.
        path: the file; it is opened several times.
        place: the path beside which the copy is made.
        unsafe: whether repairs that may change the meaning are wanted too.
        mode: the permissions of the copy.
        with_hunks: whether the places that differ are noted, in memory.

    Raises:
        OSError: the file cannot be read, or the copy cannot be written.
        FixError: the file could not be read to its end.
    """
    copy: Copy | None = None
    with contextlib.ExitStack() as kept:
        source: Source = PathSource(path)
        for _ in range(_PASSES):
            findings = _repairable(engine, source, unsafe=unsafe)
            first = next(findings, None)
            if first is None:
                break
            with contextlib.ExitStack() as newer:
                temporary, file = newer.enter_context(beside(place, mode))
                noted: list[Hunk] = []
                rewriting = Rewriting(engine, source, noted.append if with_hunks else _ignore, unsafe=unsafe)
                rewriting.write(chain([first], findings), file)
                file.flush()
                kept.close()
                kept.push(newer.pop_all())
            if copy is not None:
                noted = list(composed(copy.hunks, noted))
            rules = rewriting.rules + (copy.rules if copy else Counter())
            copy = Copy(temporary, file, rules, tuple(noted))
            source = PathSource(temporary)
            if not rewriting.rules:
                break
        yield copy


def _repairable(engine: Engine, source: Source, *, unsafe: bool) -> Iterator[Finding]:
    """The findings of `source` that can be repaired, as it is read to its end."""
    for finding in engine.lint(source):
        if finding.rule == DAMAGED:
            raise FixError(f"is not repaired: {finding.message}")
        if finding.repair == "safe" or (unsafe and finding.repair == "unsafe"):
            yield finding


def _ignore(_: Hunk) -> None:
    """Notes nothing."""
