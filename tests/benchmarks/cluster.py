"""What many files take on many machines: measured here, and reckoned with the real driver and stub workers.

    python tests/benchmarks/cluster.py [--objects 100000] [--workers 1,10,100,1000] [--price 0.05] [--json FILE]

One worker's cost of an object and of a range is measured on this machine. Then the driver that a cluster has judges
objects that do not exist: its executor answers after the measured time, by a clock that goes on with the driver's own
time and otherwise jumps to the next answer. Both are times of the processor, so that others on this machine do not
matter. So the table tells what a run takes in which the driver is one process
as on this machine, workers are as fast as it, and storage is not what they wait for.
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

from batchlint.engine.cutting import ELSEWHERE
from batchlint.engine.driver import Driver
from batchlint.engine.hidden import UNBOUNDED, Hidden
from batchlint.engine.lane import Lane
from batchlint.engine.options import EngineOptions
from batchlint.engine.part import Part
from batchlint.engine.ranges import Range
from batchlint.engine.repeats import RECORD, IdRun
from batchlint.engine.scope import LineStart
from batchlint.engine.work import Answer, FilesWork, Large, Parcel, RangeWork, RepeatsWork, Whole, packed, perform
from batchlint.reading.origins import LocalFile
from batchlint.reading.sources import PathSource
from batchlint.reading.version import FileVersion
from batchlint.reports import FileReport
from batchlint.version import VERSION
from corpora import CORPORA

MB = 1024 * 1024
RANGE = ELSEWHERE.largest_range
CORPUS = next(corpus for corpus in CORPORA if corpus.name == "chat")
OPTIONS = EngineOptions()
WITHOUT_LIMITS = EngineOptions("vllm")
"""For files that do not exist: to tell where a limit is exceeded, the file would be read."""


@dataclass(frozen=True)
class Cost:
    """What a worker takes for a piece of work: bytes taken in, seconds, bytes sent back, and lines."""

    bytes: int
    seconds: float
    sent_back: int
    lines: int


def measured(rounds: int, scale: float) -> tuple[Cost, Cost]:
    """The cost of an object and of a range of a large file, the best of some rounds."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(CORPUS.file(Path(folder), scale))
        source = PathSource(path)
        version = LocalFile(path, path).version()
        assert version is not None
        size = version.size
        whole = packed(OPTIONS, FilesWork((source,), 2**62, UNBOUNDED))
        task = Range(LocalFile(path, path), version, 0, min(RANGE, size), 1)
        ranged = packed(OPTIONS, RangeWork(task, UNBOUNDED))
        costs = []
        for sent in (whole, ranged):
            answer, best = perform(VERSION, sent), float("inf")
            for _ in range(rounds):
                start = time.process_time()
                answer = perform(VERSION, sent)
                best = min(best, time.process_time() - start)
            result = pickle.loads(answer.data)  # noqa: S301  # from this process
            lines = result.lines if isinstance(result, Part) else result[0].report.lines
            costs.append(Cost(answer.bytes, best, len(answer.data) + len(answer.records), lines))
        return costs[0], costs[1]


class StubSource(PathSource):
    """An object that does not exist."""

    def __init__(self, number: int) -> None:
        super().__init__(f"/bucket/run-7/part-{number:06}.jsonl")


class Stubs:
    """An executor whose workers only wait, by a clock of its own.

    Attributes:
        clock: seconds since the start: the driver's own, and those in which it waited.
        driver: the driver's own seconds.
    """

    def __init__(self, workers: int, object_size: int, whole: Cost, ranged: Cost, latency: float) -> None:
        self.clock = 0.0
        self.driver = 0.0
        self.tasks = 0
        self._since = time.process_time()
        self._free = [0.0] * workers
        self._running: list[tuple[float, int, StubPending]] = []
        self._size = object_size
        self._latency = latency
        self._whole = whole
        self._ranged = ranged
        self._records = bytes(RECORD) * ranged.lines

    def submit(self, _function: object, _version: str, sent: Parcel, /) -> StubPending:
        self._pass()
        self.tasks += 1
        _, work = pickle.loads(sent.data)  # noqa: S301  # from this process
        seconds = self._answered(work, sent)[1]
        start = max(self.clock, heappop(self._free))
        end = start + seconds + self._latency
        heappush(self._free, end)
        # The answer is made when its time has come: until then it would lie with the worker.
        pending = StubPending(lambda: self._answered(work, sent)[0])
        heappush(self._running, (end, self.tasks, pending))
        self._since = time.process_time()
        return pending

    def advance(self) -> None:
        self._pass()
        end, _, pending = heappop(self._running)
        self.clock = max(self.clock, end)
        pending.make()
        self._since = time.process_time()
        pending.finish()

    def _pass(self) -> None:
        """Adds what the driver took since the last time; what the stubs themselves take is left out."""
        passed = time.process_time() - self._since
        self.clock += passed
        self.driver += passed

    def _answered(self, work: object, sent: Parcel) -> tuple[Answer, float]:
        whole, ranged = self._whole, self._ranged
        if isinstance(work, FilesWork):
            if self._size > work.largest:
                found: tuple[object, ...] = (Large(FileVersion(1, 1, self._size, 1)),) * len(work.sources)
                return Answer(pickle.dumps(found), b"", self._size * len(found), True), 0.01
            share = self._size / whole.bytes
            lines = round(whole.lines * share)
            found = tuple(
                Whole((), Hidden(), FileReport(source.name, self._size, lines, lines, 0, 0, 0, True))
                for source in work.sources
            )
            return Answer(pickle.dumps(found), b"", self._size * len(found)), whole.seconds * share * len(found)
        if isinstance(work, RangeWork):
            task = work.task
            lines = ranged.lines
            ends = array("I", (lines * (number + 1) // task.prefixes for number in range(task.prefixes)))
            run = IdRun(LineStart(0, 0), b"", ends)
            size = task.end - task.start
            part = Part(task.start, lines, size, lines, 0, (), {}, array("Q"), {}, {}, id_runs=(run,))
            data = pickle.dumps(part, pickle.HIGHEST_PROTOCOL)
            return Answer(data, self._records, size), ranged.seconds * size / ranged.bytes
        assert isinstance(work, RepeatsWork)
        records = len(sent.records) // RECORD
        return Answer(pickle.dumps(b""), b"", 0), records * 1e-6


class StubPending:
    """An answer that is there when its time has come."""

    def __init__(self, make: Callable[[], Answer]) -> None:
        self._make = make
        self._answer: Answer | None = None
        self._calls: list[Callable[[StubPending], object]] = []

    def make(self) -> None:
        self._answer = self._make()

    def result(self) -> Answer:
        assert self._answer is not None
        return self._answer

    def cancel(self) -> bool:
        return False

    def add_done_callback(self, call: Callable[[StubPending], object], /) -> None:
        self._calls.append(call)

    def finish(self) -> None:
        for call in self._calls:
            call(self)
        self._answer = None


@dataclass(frozen=True)
class Job:
    source: PathSource
    options: EngineOptions


@dataclass(frozen=True)
class Simulated:
    """A run by the clock of the stubs.

    Attributes:
        workers, objects, bytes, tasks: what was run.
        seconds: from its start to its end.
        driver: seconds of the driver's own.
        peak: the most memory that this process had until then, in MB.
    """

    workers: int
    objects: int
    bytes: int
    tasks: int
    seconds: float
    driver: float
    peak: float


def simulated(workers: int, objects: int, size: int, costs: tuple[Cost, Cost], latency: float) -> Simulated:
    """What `objects` objects of `size` bytes take."""
    stubs = Stubs(workers, size, *costs, latency)
    in_flight = max(16, 4 * workers)
    done = 0
    with Driver(lambda: Lane(stubs), ELSEWHERE, in_flight=in_flight) as driver:
        jobs = (Job(StubSource(number), WITHOUT_LIMITS) for number in range(objects))
        rows: Iterator[tuple[Job, Job]] = ((job, job) for job in jobs)
        for _, judged in driver.judge(rows):
            assert judged is not None
            done += sum(1 for _ in judged) == 0
    stubs._pass()  # noqa: SLF001  # the end of the run is the driver's too
    assert done == objects
    return Simulated(workers, objects, objects * size, stubs.tasks, stubs.clock, stubs.driver, peak_bytes() / MB)


def peak_bytes() -> int:
    """The most memory that this process had until now."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage says begins with what the process had that started this one.
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=100_000, help="objects of the run (default: 100,000)")
    parser.add_argument("--bytes", type=float, default=10e12, help="their bytes together (default: 10 TB)")
    parser.add_argument("--workers", default="1,10,100,1000", help="numbers of workers, with commas")
    parser.add_argument("--price", type=float, default=0.05, help="of one vCPU for an hour, in dollars (default: 0.05)")
    parser.add_argument("--latency", type=float, default=0.02, help="seconds that each piece of work takes beside")
    parser.add_argument("--rounds", type=int, default=5, help="of each measurement; the best one counts")
    parser.add_argument("--quick", action="store_true", help="small figures that mean nothing, to see that it runs")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    given = parser.parse_args()
    objects = 300 if given.quick else given.objects
    costs = measured(1 if given.quick else given.rounds, 0.02 if given.quick else 1)
    size = round(given.bytes / given.objects)
    counts = [int(count) for count in given.workers.split(",")]
    runs = [simulated(count, objects, size, costs, given.latency) for count in counts]
    large = 500 * RANGE
    files = 1 if given.quick else max(1, given.objects // 500)
    cut = simulated(min(100, counts[-1]), files, large, costs, given.latency)
    tiny = simulated(counts[-1], objects, 20_000, costs, given.latency)
    print(table(costs, runs, cut, tiny, given))
    if given.json is not None:
        rows: dict[str, Any] = {"costs": [asdict(cost) for cost in costs], "objects": [asdict(run) for run in runs]}
        given.json.write_text(json.dumps({**rows, "ranges": asdict(cut), "tiny": asdict(tiny)}, indent=2))


def table(
    costs: tuple[Cost, Cost], runs: list[Simulated], cut: Simulated, tiny: Simulated, given: argparse.Namespace
) -> str:
    """What README.md shows."""
    whole, ranged = costs
    rate = whole.bytes / whole.seconds / 1e6
    per_object = runs[-1].driver / runs[-1].tasks
    limit = whole.seconds * (runs[0].bytes / runs[0].objects) / whole.bytes / per_object
    lines = [
        f"One worker on this machine: an object of {whole.bytes / 1e6:,.0f} MB takes {whole.seconds:.2f} s",
        f"({rate:,.0f} MB/s) and sends back {whole.sent_back:,} bytes; a range of {ranged.bytes / 1e6:,.0f} MB takes",
        f"{ranged.seconds:.2f} s and sends back {ranged.sent_back / 1e6:.2f} MB, {RECORD} bytes for each id.",
        "",
        f"The driver: {per_object * 1e3:.2f} ms for each object; {cut.driver / cut.tasks * 1e3:.2f} ms for each of",
        f"{cut.tasks:,} ranges and comparisons of ids, {cut.bytes / 1e12:,.1f} TB in {cut.objects:,} files;",
        f"{tiny.driver / tiny.objects * 1e3:.3f} ms for each of {tiny.objects:,} objects of 20 KB, sent in",
        f"{tiny.tasks:,} batches. Its peak memory: {max(run.peak for run in (*runs, cut, tiny)):,.0f} MB.",
        "",
        f"{runs[0].bytes / 1e12:,.1f} TB in {runs[0].objects:,} objects, at ${given.price} for a vCPU and hour:",
        "",
        "| workers | hours | TB/h | driver busy | dollars |",
        "| --- | --- | --- | --- | --- |",
    ]
    for run in runs:
        hours = run.seconds / 3600
        lines.append(
            f"| {run.workers:,} | {hours:,.2f} | {run.bytes / 1e12 / hours:,.1f} | {run.driver / run.seconds:.1%} "
            f"| {(run.workers + 1) * hours * given.price:,.2f} |"
        )
    lines += ["", f"The driver becomes the limit at some {limit:,.0f} workers."]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
