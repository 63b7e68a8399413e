"""Judging a range of bytes of a file: the work that another process or machine does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchlint.engine.clean import CleanLines, Progress
from batchlint.engine.hidden import UNBOUNDED, Bounds, Hidden
from batchlint.engine.ids import PartIds
from batchlint.engine.options import EngineOptions
from batchlint.engine.part import Part
from batchlint.engine.repeats import NotedIds
from batchlint.engine.run import damage_of
from batchlint.engine.scope import Draft, Scope
from batchlint.engine.setup import engine_for
from batchlint.reading.lines import PIECE, LongLine
from batchlint.reading.origins import Origin, SeekableLines, read_range
from batchlint.reading.version import CUT_SHORT, ChangedError, Version

if TYPE_CHECKING:
    from batchlint.engine.file import FileJudge


@dataclass(frozen=True, slots=True)
class Range:
    """The lines of a file that begin at or after `start` and before `end`, in bytes.

    Attributes:
        origin: where the file lies.
        version: the file that is meant; any other is not read.
        start, end: the bytes in which its lines begin.
        prefixes: into how many prefixes the digests of the file's ids are divided; 0 where ids are sent as they are.
    """

    origin: Origin
    version: Version
    start: int
    end: int
    prefixes: int = 0


def judge_range(
    options: EngineOptions, task: Range, bounds: Bounds = UNBOUNDED, on_line: Callable[[int], None] | None = None
) -> Part:
    """The judgement on one range, by an engine for `options`. A pure function of the file's bytes.

    Args:
        options: what the engine is made of.
        task: the range.
        bounds: how many findings the part may hold.
        on_line: is told of each line, before it is judged, the byte of the file at which it begins.
    """
    engine = engine_for(options)
    progress = Progress()
    ids = PartIds()
    noted = NotedIds(task.prefixes) if task.prefixes else None
    scope = Scope(ids if noted is None else noted)
    has_endpoint = options.endpoint is not None
    clean = CleanLines(engine.screen, scope, progress, engine.profile, None, has_endpoint=has_endpoint)
    judge: FileJudge | None = None
    drafts: list[Draft] = []
    hidden = Hidden()
    is_cut_short = False
    damage: str | None = None
    start = task.start
    try:
        with task.origin.open(task.version, task.end) as file:
            start = seek_line(file, task.start, task.version.size)
            batches = read_range(file, options.limits.line_bytes, task.end, task.version.size)
            if on_line is not None:
                batches = _told(batches, start, on_line)
            for line in clean.others(batches):
                if judge is None:
                    across = engine.road.across(scope, is_whole=False)
                    judge = engine.road.file_judge(task.origin.name, across, progress, is_start=start == 0)
                if bounds.shown is not None and len(drafts) >= bounds.shown:
                    drafts += hidden.take_drafts(judge.take(line))
                else:
                    drafts += judge.take(line)
                if len(drafts) >= bounds.most and progress.at_rest and start + progress.bytes < task.end:
                    is_cut_short = True
                    break
    except OSError as error:
        damage = damage_of(error)
    if damage is None and not is_cut_short and start + progress.bytes < task.end:
        # The system said that this was the end; what lies behind it is no line of its own.
        damage = CUT_SHORT
    since = judge.unsettled_since if judge is not None else None
    if judge is not None and since is None and not is_cut_short:
        drafts += judge.finish_last_line()
    return Part(
        start=start,
        lines=progress.lines if since is None else since.number - 1,
        bytes=progress.bytes if since is None else since.offset,
        requests=progress.requests if since is None else since.requests_before,
        inputs=progress.inputs,
        drafts=() if since is not None and since.number == 1 else tuple(drafts),
        ids=ids.lines,
        id_offsets=ids.offsets,
        endpoints=scope.endpoints,
        models=scope.models,
        is_broken_off=judge is not None and judge.is_broken_off,
        resume=None if since is None else start + since.offset,
        damage=damage,
        id_runs=() if noted is None else noted.runs(),
        hidden=hidden if since is None or since.number > 1 else Hidden(),
        is_cut_short=is_cut_short,
    )


def _told(
    batches: Iterator[list[bytes] | LongLine], start: int, on_line: Callable[[int], None]
) -> Iterator[list[bytes] | LongLine]:
    """The lines of `batches` one at a time, each told before it is handed on; the first begins at the byte `start`."""
    for batch in batches:
        for raw in [batch] if isinstance(batch, LongLine) else batch:
            on_line(start)
            yield raw if isinstance(raw, LongLine) else [raw]
            start += raw.length if isinstance(raw, LongLine) else len(raw)


def seek_line(file: SeekableLines, start: int, size: int) -> int:
    """Goes to the first line that begins at `start` or after it; returns where that is.

    Raises:
        ChangedError: the file, which has `size` bytes, ends before.
    """
    if start == 0:
        return 0
    file.seek(start - 1)
    while (piece := file.readline(PIECE)) and not piece.endswith(b"\n"):
        pass
    place = file.tell()
    if not piece and place < size:
        raise ChangedError(CUT_SHORT)
    return place
