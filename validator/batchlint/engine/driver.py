"""Judging many inputs, with the help of an executor: cuts, sends, and puts together again in the order given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from batchlint.engine.cutting import HERE, Cutting
from batchlint.engine.options import EngineOptions
from batchlint.engine.setup import engine_for
from batchlint.errors import BatchlintError
from batchlint.findings import Finding
from batchlint.reading.sources import Divisible, Source
from batchlint.reports import FileReport

if TYPE_CHECKING:
    # Loaded with the first input that is not judged here.
    from batchlint.engine.hidden import Hidden
    from batchlint.engine.lane import Lane
    from batchlint.engine.sending import Sender, Sent


class Job(Protocol):
    """An input, and how it is judged."""

    @property
    def source(self) -> Source:
        """The input."""

    @property
    def options(self) -> EngineOptions:
        """What its engine is made of."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one input: its counts, and its findings that were only counted, if there are any."""

    report: FileReport
    hidden: Hidden | None = None


Judged = Generator[Finding, None, Outcome]
"""The findings of one input in the order of the report, and its end."""

_Row = TypeVar("_Row")


@dataclass(slots=True)
class _Planned(Generic[_Row]):
    """A row that was taken, its job, and what was sent of that."""

    row: _Row
    job: Job | None
    sent: Sent | None


class Driver:
    """Judges inputs. Use it as a context manager; the executor is used with the first input that is worth it."""

    def __init__(
        self,
        open_lane: Callable[[], Lane] | None = None,
        cutting: Cutting = HERE,
        *,
        in_flight: int = 1,
        jobs: int = 1,
        max_findings: int | None = None,
    ) -> None:
        """Prepares.

        Args:
            open_lane: gives the way to the executor; None where all is judged here.
            cutting: which inputs are cut or sent.
            in_flight: how many pieces of work may be sent and not yet answered.
            jobs: how many pieces a file is to be cut into, where it is not too large.
            max_findings: so many findings of each input are given out, the others may be only counted; None for all.
        """
        self._open_lane = open_lane
        self._cutting = cutting
        self._in_flight = in_flight
        self._jobs = jobs
        self._max_findings = max_findings
        self._lane: Lane | None = None
        self._sender: Sender | None = None

    def __enter__(self) -> Driver:  # noqa: PYI034  # typing has Self from Python 3.11 on
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._lane is not None:
            self._lane.close()

    def judge(self, rows: Iterable[tuple[_Row, Job | None]]) -> Iterator[tuple[_Row, Judged | None]]:
        """Each row, in order, with what is found in the input of its job; what is not taken of one is lost.

        Rows are taken ahead, as far as work can be sent.

        Args:
            rows: whatever stands for an input, and its job; None for a row that has none and keeps its place.

        Raises:
            ExecutorError: the executor is gone; while findings are taken too.
            VersionError: a worker has another version; while findings are taken too.
        """
        ahead = iter(rows)
        planned: deque[_Planned[_Row]] = deque()
        is_over = False

        def fill() -> None:
            nonlocal is_over
            while not is_over and self._has_room(len(planned)):
                taken = next(ahead, None)
                if taken is None:
                    is_over = True
                else:
                    row, job = taken
                    planned.append(_Planned(row, job, None if job is None else self._sent(job)))
            if is_over and self._sender is not None:
                self._sender.flush()

        try:
            while True:
                fill()
                if not planned:
                    return
                one = planned[0]
                if one.sent is not None:
                    yield one.row, one.sent.judged(fill)
                    one.sent.drop()
                else:
                    yield one.row, None if one.job is None else _judged_here(one.job)
                planned.popleft()
        finally:
            for one in planned:
                if one.sent is not None:
                    one.sent.drop()

    def _has_room(self, count: int) -> bool:
        """Whether a further job may be taken where `count` are not yet done."""
        if self._sender is None:
            return count < 1
        return self._sender.has_room(count)

    def _sent(self, job: Job) -> Sent | None:
        """What is sent of `job`; None where it is judged here, in its turn."""
        source = job.source
        if self._open_lane is None or not isinstance(source, Divisible):
            return None
        if self._cutting.sends_files:
            return self._started(job).whole(source, job.options)
        if engine_for(job.options).compares_bodies:
            return None
        try:
            origin = source.origin()
            version = None if origin is None else origin.version()
        except (BatchlintError, OSError):
            # It is told in the turn of the input, by whoever opens it.
            return None
        if version is None or version.size < self._cutting.smallest_file:
            return None
        return self._started(job).ranges(source, job.options, version)

    def _started(self, job: Job) -> Sender:
        if self._sender is None:
            if self._open_lane is None:
                raise ValueError("there is no executor")
            # Processes are copies of this one: what they need is made before.
            engine_for(job.options)
            from batchlint.engine.sending import Sender

            self._lane = self._open_lane()
            self._sender = Sender(self._lane, self._cutting, self._in_flight, self._jobs, self._max_findings)
        return self._sender


def _judged_here(job: Job) -> Judged:
    """What is found in an input that is judged here."""
    report = yield from engine_for(job.options).lint(job.source)
    return Outcome(report)
