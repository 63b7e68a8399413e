"""What is sent of inputs, and how the answers become findings."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import cast

from batchlint.engine.arrival import Arrival
from batchlint.engine.cutting import Cutting
from batchlint.engine.driver import Judged, Outcome
from batchlint.engine.hidden import Bounds
from batchlint.engine.lane import DeathError, Lane, Slot
from batchlint.engine.options import EngineOptions
from batchlint.engine.part import Part
from batchlint.engine.ranges import Range
from batchlint.engine.repeats import prefixes_of
from batchlint.engine.retracing import line_of_death
from batchlint.engine.run import FileRun
from batchlint.engine.setup import engine_for
from batchlint.engine.together import in_turn
from batchlint.engine.work import (
    Dense,
    Failed,
    FileAnswer,
    FilesWork,
    Large,
    RangeWork,
    Whole,
    Work,
    packed,
    portable,
    version_of,
)
from batchlint.reading.origins import Origin
from batchlint.reading.sources import Divisible
from batchlint.reading.version import Version

_WAITING = 4
"""Answers that may wait for their turn, for each piece of work that may be in flight."""

_MOST_FILES = 32_768
"""Files that may be taken and not yet done, however many workers there are: each takes some 2 KB here."""


@dataclass(slots=True)
class Batch:
    """Files that are sent together.

    Attributes:
        files: the files.
        slot: the place of the answers; None until they are sent.
        answers: the answers, when they were looked at.
        left: how many files have not taken theirs.
        is_alone: whether a file that fits into no answer, or kills, is not sent once more.
    """

    files: list[Sent] = field(default_factory=list)
    slot: Slot | None = None
    answers: tuple[FileAnswer, ...] | None = None
    left: int = 0
    is_alone: bool = False


class Sender:
    """Sends work within bounds: so much in flight, and so much more that waits for its turn."""

    def __init__(self, lane: Lane, cutting: Cutting, in_flight: int, jobs: int, max_findings: int | None) -> None:
        """Starts with nothing sent; arguments are those of `Driver`."""
        self.cutting = cutting
        self.vault = lane.vault
        self.bounds = Bounds(max_findings)
        self.in_flight = in_flight
        self._jobs = jobs
        self._lane = lane
        self._unanswered = 0
        self._waiting = 0
        self._number = 0
        self._open: Batch | None = None
        self._batches: dict[Slot, Batch] = {}
        self._unsent: list[tuple[int, Sent]] = []
        self._bytes = 0
        self._files = 0

    def whole(self, source: Divisible, options: EngineOptions) -> Sent:
        """Sends a file as it is, with others."""
        sent = self._numbered(source, options)
        batch = self._open
        if batch is not None and batch.files[0].options != options:
            self.flush()
            batch = None
        if batch is None:
            batch = self._open = Batch()
        batch.files.append(sent)
        sent.batch = batch
        if len(batch.files) >= self._batch_files():
            self.flush()
        return sent

    def ranges(self, source: Divisible, options: EngineOptions, version: Version) -> Sent:
        """Sends the ranges of a file."""
        sent = self._numbered(source, options)
        sent.cut(version)
        return sent

    def has_room(self, count: int) -> bool:
        """Whether a further file may be taken where `count` are not yet done; sends what can be sent."""
        self.advance(waits=False)
        files = self.in_flight * (self.cutting.batch_files if self.cutting.sends_files else 1)
        return (
            self._unanswered < self.in_flight
            and self._waiting < _WAITING * self.in_flight
            and count < min(_MOST_FILES, _WAITING * files)
        )

    def flush(self) -> None:
        """Sends the files that wait for others to go with."""
        batch, self._open = self._open, None
        if batch is not None:
            self._send_batch(batch)

    def alone(self, sent: Sent) -> None:
        """Sends a file again, by itself."""
        sent.batch = Batch([sent], is_alone=True)
        self._send_batch(sent.batch)

    def send(self, options: EngineOptions, work: Work) -> Slot:
        """Sends a piece of work; its answer counts as waiting until `taken` is called."""
        slot = self._lane.send(packed(options, work))
        self._unanswered += 1
        self._waiting += 1
        return slot

    def taken(self) -> None:
        """Notes that an answer has found its use."""
        self._waiting -= 1

    def has_unsent(self, sent: Sent) -> None:
        """Notes that a file has ranges to send; those of the file that is first in order go first."""
        heappush(self._unsent, (sent.number, sent))

    def until_done(self, slot: Slot, fill: Callable[[], None]) -> None:
        """Waits for the answer in `slot`; `fill` takes further files meanwhile."""
        fill()
        while not slot.is_done:
            self.advance(waits=True)
            fill()

    def advance(self, *, waits: bool) -> None:
        """Takes in the answers that have come, waiting for one if asked to, and sends ranges."""
        while (slot := self._lane.next_arrived(waits=waits)) is not None:
            waits = False
            self._unanswered -= 1
            batch = self._batches.pop(slot, None)
            if batch is not None:
                self._bytes += slot.bytes
                self._files += len(batch.files)
                if slot.has_large:
                    self._look_for_large(batch, slot)
        while self._unsent and self._unanswered < self.in_flight:
            if self._waiting >= _WAITING * self.in_flight and not self._unsent[0][1].is_first:
                break
            if not self._unsent[0][1].send_range():
                heappop(self._unsent)

    def portion(self, left: int) -> int:
        """The bytes of the next range of a file of which `left` bytes are not yet sent."""
        return self.cutting.portion(left, self._jobs)

    def _numbered(self, source: Divisible, options: EngineOptions) -> Sent:
        self._number += 1
        return Sent(self, self._number, source, options)

    def _batch_files(self) -> int:
        """How many files go together: as many as make up a good piece of work, as far as is known."""
        if not self._files:
            return 1
        return int(max(1, min(self.cutting.batch_files, self.cutting.batch_bytes * self._files / max(1, self._bytes))))

    def _send_batch(self, batch: Batch) -> None:
        sources = tuple(portable(sent.source) for sent in batch.files)
        batch.left = len(batch.files)
        batch.slot = self.send(batch.files[0].options, FilesWork(sources, self.cutting.smallest_file - 1, self.bounds))
        self._batches[batch.slot] = batch

    def _look_for_large(self, batch: Batch, slot: Slot) -> None:
        batch.answers = cast("tuple[FileAnswer, ...]", pickle.loads(slot.take()))  # noqa: S301  # from our own worker
        for sent, answer in zip(batch.files, batch.answers, strict=True):
            if isinstance(answer, Large) and not sent.is_dropped:
                sent.cut(answer.version)


class Sent:
    """One file of which something was sent."""

    def __init__(self, sender: Sender, number: int, source: Divisible, options: EngineOptions) -> None:
        """Starts with nothing sent; files are numbered in their order."""
        self.source = source
        self.options = options
        self.number = number
        self.batch: Batch | None = None
        self.is_first = False
        self.is_dropped = False
        self._sender = sender
        self._version: Version | None = None
        self._unsent: Range | None = None
        self._ranges: deque[tuple[Range, Slot]] = deque()

    def __lt__(self, other: Sent) -> bool:
        return self.number < other.number

    def cut(self, version: Version) -> None:
        """Plans ranges of the file, which is `version`."""
        sender = self._sender
        prefixes = prefixes_of(version.size) if sender.cutting.sends_files else 0
        self._version = version
        # One at a time: who tells the size of a file may lie, and a list of its ranges would take memory.
        self._unsent = Range(_origin(self.source), version, 0, version.size, prefixes)
        sender.has_unsent(self)

    def send_range(self) -> bool:
        """Sends the next range; returns whether there was one."""
        unsent, sender = self._unsent, self._sender
        if unsent is None or unsent.start >= unsent.end:
            return False
        task = replace(unsent, end=unsent.start + sender.portion(unsent.end - unsent.start))
        self._unsent = replace(unsent, start=task.end)
        self._ranges.append((task, sender.send(self.options, RangeWork(task, sender.bounds))))
        return True

    def drop(self) -> None:
        """Takes back what was sent and not taken."""
        self.is_dropped = True
        self._unsent = None
        while self._ranges:
            self._ranges.popleft()[1].drop()
            self._sender.taken()
        batch, self.batch = self.batch, None
        if batch is not None:
            self._leave(batch)

    def judged(self, fill: Callable[[], None]) -> Judged:
        """What is found in the file, when it is the first of those that are not done; `fill` takes further ones."""
        self.is_first = True
        while self._version is None and self.batch is not None:
            batch = self.batch
            answer = self._answer(batch, fill)
            if isinstance(answer, Failed):
                raise answer.error
            if isinstance(answer, Whole):
                yield from answer.findings
                return Outcome(answer.report, answer.hidden)
            if isinstance(answer, DeathError) and batch.is_alone:
                return (yield from self._damaged(str(answer)))
            if isinstance(answer, Dense) and len(batch.files) == 1:
                version = None if engine_for(self.options).compares_bodies else version_of(self.source)
                if version is None:
                    # An archive with very many findings: only here they can be taken as they come.
                    report = yield from engine_for(self.options).lint(self.source)
                    return Outcome(report)
                self.cut(version)
            elif not isinstance(answer, Large):
                self._sender.alone(self)
        return (yield from self._judged_in_ranges(fill))

    def _judged_in_ranges(self, fill: Callable[[], None]) -> Judged:
        version = self._version
        if version is None:
            raise ValueError("the file was not cut")
        engine, origin = engine_for(self.options), _origin(self.source)
        parts = self._parts(fill)
        if not self._sender.cutting.sends_files:
            return (yield from in_turn(engine, origin, version, parts, self.source.on_read))
        from batchlint.engine.apart import Apart

        return (yield from Apart(engine, origin, version, self._sender, fill).judged(parts))

    def _parts(self, fill: Callable[[], None]) -> Iterator[Arrival]:
        """The parts of the file in their order."""
        sender = self._sender
        again: set[Range] = set()
        while True:
            sender.advance(waits=False)
            if not self._ranges and not self.send_range():
                return
            task, slot = self._ranges.popleft()
            sender.until_done(slot, fill)
            sender.taken()
            try:
                arrival = _arrival(task, slot)
            except DeathError as error:
                if sender.cutting.sends_files and task not in again:
                    # Other work may have ended the workers of a cluster while this one waited there.
                    again.add(task)
                    self._ranges.appendleft((task, sender.send(self.options, RangeWork(task, sender.bounds))))
                    continue
                if not sender.cutting.sends_files and (before := line_of_death(self.options, task)) is not None:
                    yield from self._before(replace(task, end=before), fill)
                    raise DeathError(str(error)) from error
                raise DeathError(str(error), task.end - task.start) from error
            end = arrival.part.end
            if not arrival.part.is_cut_short:
                yield arrival
                continue
            rest = replace(task, start=end)
            # Ahead of all that was sent, since it comes next.
            self._ranges.appendleft((rest, sender.send(self.options, RangeWork(rest, sender.bounds))))
            yield arrival._replace(task=replace(task, end=end))

    def _before(self, task: Range, fill: Callable[[], None]) -> Iterator[Arrival]:
        """The part before a line that killed a worker; none where it does so again."""
        slot = self._sender.send(self.options, RangeWork(task, self._sender.bounds))
        self._sender.until_done(slot, fill)
        self._sender.taken()
        with suppress(DeathError):
            yield _arrival(task, slot)

    def _answer(self, batch: Batch, fill: Callable[[], None]) -> FileAnswer | DeathError:
        """What came back of the file as a whole."""
        sender = self._sender
        if batch.slot is None:
            sender.flush()
        slot = batch.slot
        if slot is None:
            raise ValueError("the file was not sent")
        sender.until_done(slot, fill)
        number = batch.files.index(self)
        try:
            if batch.answers is None:
                batch.answers = cast("tuple[FileAnswer, ...]", pickle.loads(slot.take()))  # noqa: S301  # from our own worker
            return batch.answers[number]
        except DeathError as error:
            return error
        finally:
            self.batch = None
            self._leave(batch)

    def _leave(self, batch: Batch) -> None:
        batch.left -= 1
        if batch.left == 0 and batch.slot is not None:
            batch.slot.drop()
            self._sender.taken()

    def _damaged(self, damage: str) -> Judged:
        run = FileRun(engine_for(self.options), self.source.name)
        yield from run.finish(damage)
        return Outcome(run.report(damage))


def _origin(source: Divisible) -> Origin:
    """Where any process finds the bytes of `source`, which can be cut."""
    moved = portable(source)
    origin = moved.origin() if isinstance(moved, Divisible) else None
    if origin is None:
        raise ValueError("an input that cannot be cut was cut")
    return origin


def _arrival(task: Range, slot: Slot) -> Arrival:
    """The answer in `slot`. Raises DeathError where whoever judged ended."""
    part = cast(Part, pickle.loads(slot.take()))  # noqa: S301  # from our own worker
    return Arrival(task, part, slot.records)
