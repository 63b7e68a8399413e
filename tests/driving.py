"""Judging files by the driver, as the command and the library do."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from batchlint.engine.cutting import HERE, Cutting
from batchlint.engine.driver import Driver, Outcome
from batchlint.engine.options import EngineOptions
from batchlint.engine.workers import lane_of
from batchlint.findings import Finding
from batchlint.reading.sources import PathSource
from batchlint.reports import FileReport

Judged = tuple[list[Finding], FileReport]


@dataclass(frozen=True)
class Job:
    source: PathSource
    options: EngineOptions


def judged_by(options: EngineOptions, jobs: int, paths: Sequence[Path], cutting: Cutting = HERE) -> list[Judged]:
    rows = [Job(PathSource(path), options) for path in paths]
    open_lane = None if jobs == 1 else lambda: lane_of(jobs)
    with Driver(open_lane, cutting, in_flight=2 * jobs, jobs=jobs) as driver:
        return [taken(judged) for _, judged in driver.judge((row, row) for row in rows) if judged is not None]


def taken(judged: Generator[Finding, None, Outcome]) -> Judged:
    findings: list[Finding] = []
    while True:
        try:
            findings.append(next(judged))
        except StopIteration as end:
            return findings, end.value.report
