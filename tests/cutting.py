"""A file judged in ranges of bytes by this process alone, and put together again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from batchlint.engine.fold import Fold
from batchlint.engine.options import EngineOptions
from batchlint.engine.part import Part
from batchlint.engine.ranges import Range
from batchlint.engine.run import FileRun
from batchlint.engine.setup import engine_for
from batchlint.findings import Finding
from batchlint.reading.origins import LocalFile
from batchlint.reports import FileReport

OPTIONS = EngineOptions()
Judged = tuple[list[Finding], FileReport]


def ranges(path: Path, cuts: Sequence[int]) -> list[Range]:
    origin = LocalFile(str(path), "f")
    version = origin.version()
    assert version is not None
    return [Range(origin, version, start, end) for start, end in pairwise(cuts)]


def cut_points(rng: random.Random, size: int, count: int) -> list[int]:
    return [0, *sorted(rng.randrange(size + 1) for _ in range(count)), size]


def folded(path: Path, pairs: Sequence[tuple[Range, Part]], options: EngineOptions = OPTIONS) -> Judged:
    engine = engine_for(options)
    run = FileRun(engine, "f")
    with path.open("rb") as file:
        fold = Fold(engine, run, file)
        findings = [finding for task, part in pairs for finding in run.settled(fold.add(task, part))]
    findings += run.settled(run.judge.finish(None))
    return findings, run.report(None)
