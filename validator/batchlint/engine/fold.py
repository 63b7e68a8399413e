"""Putting a file together again from its parts, in order, with the findings that only the whole file shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from batchlint.engine.across import further_endpoint, further_model, repeated_id, too_many
from batchlint.engine.hidden import Hidden
from batchlint.engine.line import Line
from batchlint.engine.part import Part, moved_draft
from batchlint.engine.placed import place_again
from batchlint.engine.ranges import Range
from batchlint.engine.repeats import IdRun
from batchlint.engine.run import Engine, FileRun
from batchlint.engine.scope import Draft, LineStart
from batchlint.faults import Fault
from batchlint.reading.lines import LongLine, read_lines
from batchlint.reading.origins import SeekableLines, read_range

if TYPE_CHECKING:
    from batchlint.engine.judge import Judgement


class Fold:
    """A file being put together. Parts arrive in the order of their ranges.

    Attributes:
        hidden: the findings that the parts have only counted.
    """

    def __init__(self, engine: Engine, run: FileRun, file: SeekableLines) -> None:
        """Starts a file.

        Args:
            engine: judges lines that have to be read again.
            run: the file from its start; it is advanced.
            file: the same bytes that the parts were judged from.
        """
        self._engine = engine
        self._run = run
        self._file = file
        self.hidden = Hidden()
        self._longest = engine.options.limits.line_bytes

    def add(self, task: Range, part: Part, keep: Callable[[IdRun], None] | None = None) -> Iterator[Draft]:
        """The findings of the next range, to be settled in this order.

        Where the part has records of ids, `keep` takes each run of them as it stands in the file. A range is
        judged anew, here and in order, where a value stands open before it: what its lines are then depends on
        lines of another part.
        """
        progress = self._run.progress
        if progress.at_rest and part.start == progress.bytes:
            yield from self._absorb(part, keep)
        if part.damage is None and progress.bytes < task.end:
            self._file.seek(progress.bytes)
            yield from self._run.drafts(read_range(self._file, self._longest, task.end, task.version.size))

    def _absorb(self, part: Part, keep: Callable[[IdRun], None] | None) -> Iterator[Draft]:
        run = self._run
        lines = run.progress.lines
        size = run.progress.bytes
        drafts = [moved_draft(draft, lines, size) for draft in part.drafts]
        again = self._faults_to_place(part, lines, size)
        for start in sorted(again):
            drafts += place_again(self._engine.road, run.name, self._file, start, again[start], self._longest)
        if again:
            drafts.sort(key=lambda draft: (draft.finding.line or 0, draft.finding.offset or 0, draft.finding.rule))
        if part.is_broken_off:
            run.judge.skip_rest()
        if keep is not None:
            for records in part.id_runs:
                keep(records.moved(lines, size))
        run.hide(part.hidden)
        self.hidden.add(part.hidden)
        run.progress.advance(part.lines, part.bytes, part.requests, part.inputs)
        yield from drafts

    def _faults_to_place(self, part: Part, lines: int, size: int) -> dict[LineStart, list[Fault]]:
        """What lines of the part are at fault beside earlier parts, by the line; all of the part is noted."""
        run = self._run
        faults: dict[LineStart, list[Fault]] = defaultdict(list)
        repeated = set(run.ids.add_part(part.ids, lines))
        for identity, start in part.id_starts() if repeated else ():
            if identity in repeated:
                faults[_moved(start, lines, size)].append(repeated_id(identity))
        for each in part.repeated_ids:
            faults[_moved(each.start, lines, size)].append(repeated_id(each.identity))
        for start, fault in self._further_names(part):
            faults[_moved(start, lines, size)].append(fault)
        before = run.progress.requests
        for bound in run.bounds_crossed(before + part.requests):
            start, judgement, length = self._request(LineStart(lines, size), bound.above - before)
            faults[start].append(too_many(bound, judgement, length))
        return faults

    def _further_names(self, part: Part) -> Iterator[tuple[LineStart, Fault]]:
        scope = self._run.scope
        lines, size = self._run.progress.lines, self._run.progress.bytes
        for url, first in part.endpoints.items():
            if url not in scope.endpoints:
                if scope.endpoints:
                    yield first, further_endpoint(url, scope.endpoints)
                scope.endpoints[url] = _moved(first, lines, size)
        for model, first in part.models.items():
            if model not in scope.models:
                if scope.models:
                    yield first, further_model(scope.models)
                scope.models[model] = _moved(first, lines, size)

    def _request(self, base: LineStart, number: int) -> tuple[LineStart, Judgement, int]:
        """The request after `number` further ones behind `base`: its line, what it is, and its length."""
        line_number, offset = base
        self._file.seek(offset)
        for raw in read_lines(self._file, self._longest):
            line_number += 1
            line = Line.of(line_number, offset, 0, b"" if isinstance(raw, LongLine) else raw)
            is_request = isinstance(raw, LongLine) or not line.is_blank
            if is_request and number == 0:
                text = line.text()
                return LineStart(line_number, offset), self._engine.road.judge.judge(line.body, text), len(text)
            number -= is_request
            offset += raw.length if isinstance(raw, LongLine) else len(raw)
        raise EOFError


def _moved(start: LineStart, lines: int, size: int) -> LineStart:
    return LineStart(start.line + lines, start.offset + size)
