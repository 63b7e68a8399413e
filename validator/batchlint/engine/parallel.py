"""Judging large files with several processes; the findings are the same for any number of them."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING

from batchlint.engine.options import EngineOptions
from batchlint.engine.run import FileRun, damage_of
from batchlint.engine.setup import engine_for
from batchlint.findings import Finding
from batchlint.reading.origins import Origin
from batchlint.reading.sources import Divisible, Source
from batchlint.reading.version import CUT_SHORT, Version
from batchlint.reports import FileReport

if TYPE_CHECKING:
    from batchlint.engine.fold import Fold
    from batchlint.engine.workers import WorkerDiedError, Workers


@dataclass(frozen=True, slots=True)
class Cutting:
    """How files are cut into ranges; it changes the time and the memory, never a finding.

    Attributes:
        smallest_file: files below this size, in bytes, are judged at once: starting processes would take longer.
        smallest_range, largest_range: bytes of one range; the largest bounds what a worker returns at a time.
        ranges_per_job: into how many ranges for each process a file is cut, within these bounds.
    """

    smallest_file: int = 12 * 1024 * 1024
    smallest_range: int = 1024 * 1024
    largest_range: int = 4 * 1024 * 1024
    ranges_per_job: int = 4

    def step(self, size: int, jobs: int) -> int:
        """The bytes of each range of a file of `size` bytes."""
        return max(self.smallest_range, min(self.largest_range, size // (jobs * self.ranges_per_job) + 1))


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Linter:
    """Lints inputs one after the other, large files by `jobs` processes. Use it as a context manager."""

    def __init__(self, options: EngineOptions, jobs: int = 1, cutting: Cutting = Cutting()) -> None:
        """Prepares; processes are started with the first large file.

        Raises:
            UsageError: an unknown profile or endpoint.
            DocumentError: a document is missing or broken.
        """
        self.engine = engine_for(options)
        self._options = options
        self._jobs = jobs
        self._cutting = cutting
        self._workers: Workers | None = None

    def __enter__(self) -> Linter:  # noqa: PYI034  # typing has Self from Python 3.11 on
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._workers is not None:
            self._workers.close()

    def lint(self, source: Source) -> Generator[Finding, None, FileReport]:
        """The findings of one input and its counts, as `Engine.lint` gives them."""
        is_divisible = self._jobs > 1 and not self.engine.compares_bodies
        if is_divisible and isinstance(source, Divisible) and (origin := source.origin()) is not None:
            version = origin.version()
            if version is not None and version.size >= self._cutting.smallest_file:
                return self._lint_ranges(source, origin, version)
        return self.engine.lint(source)

    def _lint_ranges(self, source: Divisible, origin: Origin, version: Version) -> Generator[Finding, None, FileReport]:
        from batchlint.engine.fold import Fold
        from batchlint.engine.ranges import Range
        from batchlint.engine.workers import WorkerDiedError, Workers

        if self._workers is None:
            self._workers = Workers(self._options, self._jobs)
        step = self._cutting.step(version.size, self._jobs)
        tasks = [
            Range(origin, version, start, min(start + step, version.size)) for start in range(0, version.size, step)
        ]
        run = FileRun(self.engine, origin.name)
        damage: str | None = None
        try:
            with origin.open(version) as file:
                fold = Fold(self.engine, run, file)
                try:
                    for task, part in zip(tasks, self._workers.judge(tasks), strict=True):
                        yield from fold.add(task, part)
                        if source.on_read is not None:
                            source.on_read(task.end - task.start)
                        damage = part.damage
                        if damage is not None:
                            break
                except WorkerDiedError as death:
                    self._workers.close()
                    self._workers = None
                    damage = yield from self._lint_before(death, fold)
                if damage is None and run.progress.bytes < version.size:
                    damage = CUT_SHORT
        except OSError as error:
            damage = damage_of(error)
        yield from run.finish(damage)
        return run.report(damage)

    def _lint_before(self, death: WorkerDiedError, fold: Fold) -> Generator[Finding, None, str]:
        """The findings up to the line at which a worker died; returns what is told of that."""
        from batchlint.engine.workers import WorkerDiedError, Workers

        with Workers(self._options, 1) as workers:
            found = workers.retrace(death.task)
        with suppress(WorkerDiedError), Workers(self._options, 1) as workers:
            if isinstance(found, int):
                before = replace(death.task, end=found)
                for part in workers.judge([before]):
                    yield from fold.add(before, part)
                    return f"{death} at line {fold.next_line:,}"
        # It does not die of the data: the system may have ended it, for want of memory.
        return f"{death} within {death.task.end - death.task.start:,} bytes from line {fold.next_line:,} on"

