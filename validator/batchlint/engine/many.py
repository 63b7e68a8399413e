"""A report of each of many inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from batchlint.engine.cutting import ELSEWHERE, Cutting
from batchlint.engine.driver import Driver, Outcome
from batchlint.engine.lane import Executor, Lane
from batchlint.engine.options import EngineOptions
from batchlint.engine.run import Engine, FileRun, damage_of
from batchlint.findings import Finding
from batchlint.reading.sources import NotReadableError, Source
from batchlint.reports import Report


@dataclass(frozen=True, slots=True)
class _Job:
    source: Source
    options: EngineOptions


def reports(
    engine: Engine,
    sources: Iterable[Source],
    executor: Executor | None,
    on_report: Callable[[Report], object] | None,
    in_flight: int,
    max_findings: int | None,
    cutting: Cutting = ELSEWHERE,
) -> Iterator[Report]:
    """The reports of `sources`, in their order; the arguments are those of ``batchlint.validate_many``."""
    open_lane = None if executor is None else lambda: Lane(executor)
    jobs = (_Job(source, engine.options) for source in sources)
    rows = ((job, job) for job in jobs)
    with Driver(open_lane, cutting, in_flight=in_flight, max_findings=max_findings) as driver:
        for job, judged in driver.judge(rows):
            if judged is None:
                continue
            findings: list[Finding] = []
            try:
                while True:
                    finding = next(judged)
                    if max_findings is None or len(findings) < max_findings:
                        findings.append(finding)
            except StopIteration as end:
                outcome: Outcome = end.value
                file = outcome.report
            except (FileNotFoundError, NotADirectoryError, NotReadableError) as error:
                run = FileRun(engine, job.source.name)
                damage = str(error) if isinstance(error, NotReadableError) else damage_of(error)
                findings = list(run.finish(damage))[:max_findings]
                file = run.report(damage)
            report = Report(engine.profile.name, (file,), tuple(findings))
            if on_report is not None:
                on_report(report)
            yield report
