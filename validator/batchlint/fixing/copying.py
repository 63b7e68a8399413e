"""A repaired copy of a file, in one pass: the engine reads ahead to the next finding, the copy follows it.

So that one pass is enough, what a line becomes is judged again until nothing in it can be repaired; and no repair
changes to which value the lines around it belong.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from batchlint.engine.run import Engine, FileRun, damage_of
from batchlint.errors import FixError
from batchlint.findings import Finding
from batchlint.fixing.hunks import Hunk
from batchlint.fixing.ids import UniqueIds
from batchlint.fixing.line import LineRepairs
from batchlint.fixing.rewriting import Rewriting
from batchlint.reading.compression import read_errors
from batchlint.reading.lines import read_batches
from batchlint.reading.sources import NotReadableError, PathSource, Source
from batchlint.whole_file import PRIVATE, WholeFile


@dataclass(frozen=True, slots=True)
class Copy:
    """A repaired copy of a file.

    Attributes:
        file: the copy, written to its end and not yet in its place.
        rules: how many findings of which rule were repaired.
    """

    file: WholeFile
    rules: Counter[str]


@contextlib.contextmanager
def repaired_copy(
    engine: Engine,
    path: str,
    place: str,
    *,
    unsafe: bool,
    mode: int = PRIVATE,
    note: Callable[[Hunk], None] | None = None,
) -> Iterator[Copy | None]:
    """A repaired copy of the file at `path`, or None if there is nothing to repair.

    It is removed in the end, unless it was committed.

    Args:
        engine: which rules are on, and what is a fault.
        path: the file; it is opened several times.
        place: where the copy is to go; until it is committed it stands beside.
        unsafe: whether repairs that may change the meaning are wanted too.
        mode: the permissions of the copy, where no file stands at `place`.
        note: is told of each place that changes.

    Raises:
        OSError: the file cannot be read, or the copy cannot be written.
        FixError: the file could not be read to its end, or changed meanwhile.
    """
    source = PathSource(path)
    run = FileRun(engine, source.name)
    with contextlib.closing(_repairable(engine, run, source, unsafe=unsafe)) as groups, contextlib.ExitStack() as kept:
        first = next(groups, None)
        if first is None:
            yield None
            return
        file = WholeFile(place, mode)
        kept.callback(file.discard)
        limits = engine.options.limits
        repairs = LineRepairs(engine, unsafe=unsafe)
        ids = None
        if unsafe and engine.road.rulebook.is_on("duplicate-custom-id"):
            ids = UniqueIds(run.ids, repairs.identity_of, PathSource(path).open, limits.line_bytes)
        rewriting = Rewriting(repairs, ids, note or _ignore, longest=limits.line_bytes, depth=limits.depth)
        rewriting.write(chain([first], groups), PathSource(path), file.file)
        file.file.flush()
        yield Copy(file, +repairs.rules)


def _repairable(engine: Engine, run: FileRun, source: Source, *, unsafe: bool) -> Generator[list[Finding], None, None]:
    """The findings of each line of `source` that can be repaired; it is read no further than is asked for.

    Raises:
        FixError: it could not be read to its end.
    """
    try:
        with source.open() as stream:
            for findings in run.steps(read_batches(stream, engine.options.limits.line_bytes)):
                yield from _by_line(findings, unsafe=unsafe)
    except (FileNotFoundError, NotADirectoryError, NotReadableError):
        raise
    except read_errors() as error:
        raise FixError(f"is not repaired: {damage_of(error)}") from None
    if damage := source.damage():
        raise FixError(f"is not repaired: {damage}")
    yield from _by_line(run.finish(None), unsafe=unsafe)


def _by_line(findings: Iterable[Finding], *, unsafe: bool) -> Iterator[list[Finding]]:
    wanted = [each for each in findings if each.repair == "safe" or (unsafe and each.repair == "unsafe")]
    for _, group in groupby(wanted, lambda finding: finding.line):
        yield list(group)


def _ignore(_: Hunk) -> None:
    """Notes nothing."""
