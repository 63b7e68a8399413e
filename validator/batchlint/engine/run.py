"""Judging whole inputs: opening them, counting what is found, and saying whether all was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from batchlint.documents.profile import Bound, Profile
from batchlint.engine.clean import CleanLines, Progress
from batchlint.engine.ids import EXACT, IdIndex
from batchlint.engine.options import EngineOptions
from batchlint.engine.scope import Draft, LineStart, Scope, Settler, WholeIds
from batchlint.findings import Finding
from batchlint.reading.compression import read_errors
from batchlint.reading.lines import LongLine, read_batches
from batchlint.reading.sources import NotReadableError, Source
from batchlint.reading.version import ChangedError
from batchlint.reports import FileReport

if TYPE_CHECKING:
    from batchlint.engine.across import AcrossLines
    from batchlint.engine.file import FileJudge
    from batchlint.engine.hidden import Hidden
    from batchlint.engine.road import Road
    from batchlint.validating.screen import Screen


class EndEarlyError(Exception):
    """The caller wants no further findings of an input."""


class Engine(NamedTuple):
    """What judges the inputs of one run; it holds nothing of any input.

    Attributes:
        profile: the provider's contract.
        options: what it is made of.
        screen: passes clean lines, or None.
        compares_bodies: whether each body is compared with all before it, which no part of a file can do.
    """

    profile: Profile
    options: EngineOptions
    screen: Screen | None
    compares_bodies: bool

    @property
    def road(self) -> Road:
        """What judges the lines that do not pass at once."""
        from batchlint.engine.road import road_for

        return road_for(self.options)

    def lint(self, source: Source) -> Generator[Finding, None, FileReport]:
        """The findings of one input, as it is read; returns its counts.

        ``throw(EndEarlyError())`` ends it early; the report then says that the file is not complete.

        Raises:
            FileNotFoundError: there is no such file.
            NotReadableError: the path names a directory, a device or a socket.
            MissingPartError: a part of the installation that this input needs is missing.
        """
        run = FileRun(self, source.name)
        damage: str | None
        try:
            with source.open() as stream:
                yield from run.take(read_batches(stream, self.options.limits.line_bytes))
            damage = source.damage()
        except (FileNotFoundError, NotADirectoryError, NotReadableError):
            raise
        except read_errors() as error:
            damage = damage_of(error)
        except EndEarlyError:
            return run.report("ended early")
        with suppress(EndEarlyError):
            yield from run.finish(damage)
        return run.report(damage)

    def judge_alone(self, body: bytes, name: str) -> list[Finding]:
        """The findings of one request, written as one line, that stands in no file; `name` stands for the path."""
        from batchlint.engine.line import Line

        road = self.road
        line = Line.of(1, 0, 0, body)
        text = line.text()
        judgement = road.judge.judge(body, text)
        custom_id = judgement.request.custom_id if judgement.request else None
        return list(FileRun(self, name).settled(road.placer(name).place(line, text, judgement.faults, custom_id)))


class FileRun:
    """One file being judged from its start."""

    def __init__(self, engine: Engine, name: str, exact_ids: int = EXACT, ids: WholeIds | None = None) -> None:
        """Starts the file called `name`.

        Args:
            engine: judges its lines.
            name: the name that findings carry.
            exact_ids: how many ids the index keeps as they are.
            ids: notes ids in place of the index, or None.
        """
        self.name = name
        self.ids: WholeIds = IdIndex(exact_ids) if ids is None else ids
        endpoint = engine.options.endpoint
        self.scope = Scope(self.ids, {} if endpoint is None else {endpoint: LineStart(0, 0)})
        self.progress = Progress()
        self._engine = engine
        self._clean = CleanLines(
            engine.screen,
            self.scope,
            self.progress,
            engine.profile,
            self._next_request_bound,
            has_endpoint=endpoint is not None,
        )
        self._across: AcrossLines | None = None
        self._judge: FileJudge | None = None
        self._settler = Settler(self.ids)
        self._counts: Counter[str] = Counter()

    @property
    def across(self) -> AcrossLines:
        """What compares its lines."""
        if self._across is None:
            self._across = self._engine.road.across(self.scope, is_whole=True)
        return self._across

    @property
    def judge(self) -> FileJudge:
        """The judge of its lines."""
        if self._judge is None:
            self._judge = self._engine.road.file_judge(self.name, self.across, self.progress, is_start=True)
        return self._judge

    def take(self, batches: Iterable[list[bytes] | LongLine]) -> Iterator[Finding]:
        """The findings of further lines."""
        return self.settled(self.drafts(batches))

    def steps(self, batches: Iterable[list[bytes] | LongLine]) -> Iterator[Iterator[Finding]]:
        """The same by the line that brings them to an end; no line after it has been judged then."""
        for line in self._clean.others(batches):
            yield self.settled(self.judge.take(line))

    def drafts(self, batches: Iterable[list[bytes] | LongLine]) -> Iterator[Draft]:
        """The findings of further lines as `take` has them, before they are settled and counted."""
        for line in self._clean.others(batches):
            yield from self.judge.take(line)

    def settled(self, drafts: Iterable[Draft]) -> Iterator[Finding]:
        """The findings that `drafts`, in the order of lines, turn out to be; they are counted."""
        for draft in drafts:
            finding = self._settler.settle(draft)
            if finding is not None:
                self._counts[finding.severity] += 1
                yield finding

    def hide(self, hidden: Hidden) -> None:
        """Counts findings that are not shown."""
        for (_, _, severity), count in hidden.counts.items():
            self._counts[severity] += count

    def finish(self, damage: str | None) -> Iterator[Finding]:
        """The findings of the end of the file; `damage` says why it could not be read to its end, if so."""
        return self.settled(self.last_drafts(damage))

    def last_drafts(self, damage: str | None) -> Iterator[Draft]:
        """The findings of the end of the file as `finish` has them, before they are settled and counted."""
        profile = self._engine.profile
        sizes = ((self.progress.bytes, profile.byte_bounds), (self.progress.inputs, profile.input_bounds))
        is_large = any(count > bound.above for count, bounds in sizes for bound in bounds[:1])
        if self._judge is not None or damage is not None or is_large or self.progress.requests == 0:
            yield from self.judge.finish(damage)

    def report(self, damage: str | None) -> FileReport:
        """The counts at the end of the file."""
        return FileReport(
            path=self.name,
            bytes=self.progress.bytes,
            lines=self.progress.lines,
            requests=self.progress.requests,
            errors=self._counts["error"],
            warnings=self._counts["warning"],
            infos=self._counts["info"],
            complete=damage is None,
        )

    def bounds_crossed(self, requests: int) -> list[Bound]:
        """The limits that the file exceeds with its `requests`-th request, each told once."""
        bound = self._next_request_bound()
        return self.across.bounds_crossed(requests) if bound is not None and requests > bound else []

    def _next_request_bound(self) -> int | None:
        if self._across is not None:
            return self._across.next_bound()
        bounds = self._engine.profile.request_bounds
        return bounds[0].above if bounds else None


def damage_of(error: Exception) -> str:
    """Why reading ended, without the path or any data: the system's words, or ours for an archive."""
    if isinstance(error, ChangedError):
        return str(error)
    if isinstance(error, NotReadableError):
        return f"the input cannot be read: {error}"
    if isinstance(error, EOFError):
        return "the compressed input ends too early"
    if isinstance(error, OSError) and error.strerror:
        return f"the input cannot be read: {error.strerror.lower()}"
    return "the compressed input is damaged"
