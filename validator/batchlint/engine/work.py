"""What is sent to whoever judges, and what comes back: plain values, and the one function that is called there."""

from __future__ import annotations

import os
import pickle
from array import array
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from batchlint.engine.hidden import Bounds, Hidden
from batchlint.engine.options import EngineOptions
from batchlint.engine.placed import place_repeats
from batchlint.engine.ranges import Range, judge_range
from batchlint.engine.repeats import repeats_among
from batchlint.engine.setup import engine_for
from batchlint.errors import MissingPartError, VersionError
from batchlint.findings import Finding
from batchlint.reading.origins import Origin
from batchlint.reading.sources import Divisible, NotReadableError, PathSource, Source
from batchlint.reading.version import Version
from batchlint.reports import FileReport
from batchlint.version import VERSION


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that was judged as a whole: its findings, those that are only counted, and its counts."""

    findings: tuple[Finding, ...]
    hidden: Hidden
    report: FileReport


@dataclass(frozen=True, slots=True)
class Large:
    """A file that is to be cut into ranges, as it was when that was seen."""

    version: Version


@dataclass(frozen=True, slots=True)
class Dense:
    """A file with more findings than fit into the answer; alone it may do."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that cannot be opened, and why."""

    error: Exception


FileAnswer = Whole | Large | Dense | Failed


class Parcel(NamedTuple):
    """What is sent.

    Attributes:
        data: options and work, pickled.
        records: those of ids that the work is about; within the rest they would be copied once more.
    """

    data: bytes
    records: bytes | bytearray


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back.

    Attributes:
        data: the result, pickled.
        records: those of the ids of a part, which the driver puts aside as they are.
        bytes: how many bytes of inputs it took in.
        has_large: whether a file of it is to be cut into ranges.
    """

    data: bytes
    records: bytes
    bytes: int
    has_large: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a piece of work, and what `Answer` says of it."""

    result: object
    records: bytes = b""
    bytes: int = 0
    has_large: bool = False


class Work(Protocol):
    """A piece of work."""

    def done(self, options: EngineOptions) -> Done:
        """Does it."""


@dataclass(frozen=True, slots=True)
class RangeWork:
    """Judging one range; the result is a `Part`, whose records of ids go beside it, one run behind the other."""

    task: Range
    bounds: Bounds

    def done(self, options: EngineOptions) -> Done:
        """The part."""
        part = judge_range(options, self.task, self.bounds)
        records = b"".join(run.records for run in part.id_runs)
        runs = tuple(replace(run, records=b"") for run in part.id_runs)
        return Done(replace(part, id_runs=runs), records, part.bytes)


@dataclass(frozen=True, slots=True)
class FilesWork:
    """Judging several files; the result is a tuple of `FileAnswer`.

    Attributes:
        sources: the files.
        largest: those that are divisible and have more bytes are not judged.
        bounds: how many findings the answer may hold.
    """

    sources: tuple[Source, ...]
    largest: int
    bounds: Bounds

    def done(self, options: EngineOptions) -> Done:
        """The answers, in the order of the files."""
        answers: list[FileAnswer] = []
        room = self.bounds.most
        size = 0
        for source in self.sources:
            answer = self._answer(source, options, room)
            answers.append(answer)
            if isinstance(answer, Whole):
                room -= len(answer.findings)
                size += answer.report.bytes
            elif isinstance(answer, Large):
                size += answer.version.size
        has_large = any(isinstance(answer, Large) for answer in answers)
        return Done(tuple(answers), bytes=size, has_large=has_large)

    def _answer(self, source: Source, options: EngineOptions, room: int) -> FileAnswer:
        engine = engine_for(options)
        findings: list[Finding] = []
        hidden = Hidden()
        line: list[Finding] = []
        try:
            if not engine.compares_bodies and isinstance(source, Divisible):
                version = version_of(source)
                if version is not None and version.size > self.largest:
                    return Large(version)
            run = engine.lint(source)
            while True:
                finding = next(run)
                if self.bounds.shown is None or len(findings) < self.bounds.shown:
                    findings.append(finding)
                    if len(findings) > room:
                        return Dense()
                    continue
                if line and line[0].line != finding.line:
                    hidden.take(line)
                    line = []
                line.append(finding)
        except StopIteration as end:
            report: FileReport = end.value
        except (FileNotFoundError, NotADirectoryError, NotReadableError, MissingPartError) as error:
            return Failed(error)
        hidden.take(line)
        return Whole(tuple(findings), hidden, report)


@dataclass(frozen=True, slots=True)
class RepeatsWork:
    """Looking for repeats among the records of one prefix; the result is bytes, see `repeats_among`.

    Attributes:
        starts, sizes, records: as that takes them; arrays, since there are as many as ranges.
    """

    starts: array[int]
    sizes: array[int]
    records: bytes | bytearray

    def done(self, options: EngineOptions) -> Done:  # noqa: ARG002  # it asks for none
        """The repeats."""
        return Done(repeats_among(self.starts, self.sizes, bytes(self.records)))


@dataclass(frozen=True, slots=True)
class PlaceWork:
    """Placing the findings of repeats; the result is a list of drafts, or the damage in reading them."""

    origin: Origin
    version: Version
    repeats: bytes

    def done(self, options: EngineOptions) -> Done:
        """The drafts."""
        return Done(place_repeats(options, self.origin, self.version, self.repeats))


def version_of(source: Divisible) -> Version | None:
    """What `source` is now, if it can be read in ranges."""
    origin = source.origin()
    return None if origin is None else origin.version()


def packed(options: EngineOptions, work: Work) -> Parcel:
    """What is sent."""
    records: bytes | bytearray = b""
    if isinstance(work, RepeatsWork):
        records, work = work.records, replace(work, records=records)
    return Parcel(pickle.dumps((options, work), pickle.HIGHEST_PROTOCOL), records)


def perform(version: str, sent: Parcel) -> Answer:
    """Does a piece of work, wherever it is called.

    Args:
        version: that of the program that sent it.
        sent: what `packed` gave.

    Raises:
        VersionError: this is another version; what was sent is not looked at.
    """
    if version != VERSION:
        raise VersionError(f"batchlint {version} asks, a worker has batchlint {VERSION}")
    options, work = pickle.loads(sent.data)  # noqa: S301  # it comes from the program that started the run
    if isinstance(work, RepeatsWork):
        work = replace(work, records=sent.records)
    done = work.done(options)
    return Answer(pickle.dumps(done.result, pickle.HIGHEST_PROTOCOL), done.records, done.bytes, done.has_large)


def portable(source: Source) -> Source:
    """`source` as another process or machine finds it, under the same name."""
    if isinstance(source, PathSource):
        moved = PathSource(os.path.abspath(source.path))
        moved.name = source.name
        return moved
    return source
