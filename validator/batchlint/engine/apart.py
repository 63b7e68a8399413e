"""A file from its ranges, where neither its ids nor its findings are all in memory at once.

1. Parts come in, in their order. Their findings go to a spool, and so do the records of their ids.
2. For each prefix of the ids' digests, a worker looks for repeats among the records and sends them back.
3. The repeats of all prefixes, in the order of lines, go to workers in small pieces, who read those lines once
   more and send their findings.
4. Both rows of findings are merged by their places, and settled as in one pass.
"""

from __future__ import annotations

import pickle
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from heapq import merge
from itertools import islice
from math import inf
from tempfile import SpooledTemporaryFile
from typing import cast

from batchlint.engine.driver import Judged, Outcome
from batchlint.engine.fold import Fold
from batchlint.engine.hidden import Hidden
from batchlint.engine.lane import DeathError, Slot
from batchlint.engine.part import Part
from batchlint.engine.ranges import Range
from batchlint.engine.repeats import RECORD, REPEAT, IdRun, NotedIds, prefixes_of
from batchlint.engine.run import Engine, FileRun, damage_of
from batchlint.engine.scope import Draft, LineStart
from batchlint.engine.sending import Sender
from batchlint.engine.setup import rulebook_of
from batchlint.engine.work import PlaceWork, RepeatsWork
from batchlint.reading.origins import Origin, SeekableLines
from batchlint.reading.version import CUT_SHORT, Version

_RULE = "duplicate-custom-id"

_IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a spool that are kept in memory; what follows goes to a file."""

_AHEAD = 2
"""Prefixes, or pieces of repeats, that are out at a time; a prefix has some 7 MB of records, ten times as much
where lines are short."""

_PIECE = 500
"""Repeats whose findings are asked for together."""


class _LateFile:
    """The bytes of a file, opened when some of them are read: most files are never read here."""

    def __init__(self, origin: Origin, version: Version, stack: ExitStack) -> None:
        self._origin = origin
        self._version = version
        self._stack = stack
        self._file: SeekableLines | None = None

    def read1(self, size: int, /) -> bytes:
        return self._opened().read1(size)

    def readline(self, size: int, /) -> bytes:
        return self._opened().readline(size)

    def seek(self, offset: int, /) -> int:
        return self._opened().seek(offset)

    def tell(self) -> int:
        return self._opened().tell()

    def _opened(self) -> SeekableLines:
        if self._file is None:
            self._file = self._stack.enter_context(self._origin.open(self._version))
        return self._file


class Spool:
    """Pieces of bytes, one behind the other."""

    def __init__(self, stack: ExitStack) -> None:
        """Starts empty; the spool is gone when `stack` is left."""
        self._file = stack.enter_context(SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115  # the stack closes it
        self._size = 0

    def add(self, data: bytes) -> tuple[int, int]:
        """Adds `data`; returns where it begins and ends."""
        start = self._size
        self._file.seek(start)
        self._file.write(data)
        self._size += len(data)
        return start, self._size

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`."""
        self._file.seek(start)
        return self._file.read(end - start)


class Apart:
    """One file being put together."""

    def __init__(
        self, engine: Engine, origin: Origin, version: Version, sender: Sender, fill: Callable[[], None]
    ) -> None:
        """Starts a file.

        Args:
            engine: judges it.
            origin: the file.
            version: what it has to be.
            sender: sends what is to be done further on.
            fill: takes further files while answers are waited for.
        """
        self._engine = engine
        self._origin = origin
        self._version = version
        self._sender = sender
        self._fill = fill
        self._prefixes = prefixes_of(version.size)
        self._noted = NotedIds(self._prefixes)
        self._run = FileRun(engine, origin.name, ids=self._noted)
        self._runs: list[tuple[IdRun, int]] = []
        self._drafts: list[tuple[int, int]] = []
        self._hidden = Hidden()
        self._unplaced = 0
        self._given = 0
        self._damage: str | None = None

    def judged(self, parts: Iterator[tuple[Range, Part]]) -> Judged:
        """What is found in the file, whose parts come in their order."""
        run = self._run
        with ExitStack() as stack:
            records, drafts, repeats = Spool(stack), Spool(stack), Spool(stack)
            self._collect(parts, records, drafts)
            found: list[tuple[int, int]] = []
            if rulebook_of(self._engine.options).is_on(_RULE):
                found = [repeats.add(data) for data in self._repeats(records)]
            damaged = self._damage is not None
            for finding in run.settled(merge(self._spooled(drafts), self._placed(found, repeats), key=_place_of)):
                self._given += 1
                yield finding
            if self._damage is not None and not damaged:
                yield from run.settled(run.judge.damaged(self._damage))
        if self._unplaced:
            rulebook = rulebook_of(self._engine.options)
            severity = rulebook.severity(_RULE, None)
            if severity is not None:
                rest = Hidden(Counter({(_RULE, rulebook.rules[_RULE].family, severity): self._unplaced}))
                run.hide(rest)
                self._hidden.add(rest)
        return Outcome(run.report(self._damage), self._hidden)

    def _collect(self, parts: Iterator[tuple[Range, Part]], records: Spool, drafts: Spool) -> None:
        """Takes in all parts, and all that only the end of the file shows."""
        run = self._run
        keep = partial(self._keep, records)
        try:
            with ExitStack() as stack:
                fold = Fold(self._engine, run, _LateFile(self._origin, self._version, stack), keep)
                self._hidden = fold.hidden
                for task, part in parts:
                    self._spool(drafts, fold.add(task, part))
                    self._keep(records, self._noted.run())
                    self._damage = part.damage
                    if self._damage is not None:
                        break
                if self._damage is None and run.progress.bytes < self._version.size:
                    self._damage = CUT_SHORT
        except OSError as error:
            self._damage = damage_of(error)
        except DeathError as error:
            self._damage = error.told(run.progress.lines + 1)
        self._spool(drafts, run.last_drafts(self._damage))
        self._keep(records, self._noted.run())

    def _spool(self, spool: Spool, drafts: Iterator[Draft]) -> None:
        while piece := list(islice(drafts, _PIECE)):
            self._drafts.append(spool.add(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)))

    def _spooled(self, spool: Spool) -> Iterator[Draft]:
        for start, end in self._drafts:
            yield from cast("list[Draft]", pickle.loads(spool.read(start, end)))  # noqa: S301  # written above

    def _keep(self, spool: Spool, run: IdRun | None) -> None:
        if run is not None:
            start, _ = spool.add(run.records)
            self._runs.append((replace(run, records=b""), start))

    def _repeats(self, records: Spool) -> Iterator[bytes]:
        """The repeats of each prefix, as workers find them."""
        out: deque[Slot] = deque()
        for number in range(self._prefixes):
            runs: list[tuple[LineStart, int]] = []
            pieces: list[bytes] = []
            for run, start in self._runs:
                first = run.ends[number - 1] if number else 0
                if first < run.ends[number]:
                    pieces.append(records.read(start + first * RECORD, start + run.ends[number] * RECORD))
                    runs.append((run.start, len(pieces[-1])))
            out.append(self._sender.send(self._engine.options, RepeatsWork(tuple(runs), b"".join(pieces))))
            if len(out) == _AHEAD:
                yield cast(bytes, self._result(out.popleft()))
        while out:
            yield cast(bytes, self._result(out.popleft()))

    def _placed(self, found: Sequence[tuple[int, int]], repeats: Spool) -> Iterator[Draft]:
        """The findings of repeats in the order of lines, as workers place them, as far as they are wanted."""
        out: deque[Slot] = deque()
        left = sum(end - start for start, end in found) // REPEAT
        rows = merge(*(_pieces(repeats, start, end) for start, end in found))
        shown = self._sender.bounds.shown
        while left or out:
            if left and len(out) < _AHEAD and (shown is None or self._given < shown):
                piece = list(islice(rows, _PIECE))
                left -= len(piece)
                work = PlaceWork(self._origin, self._version, b"".join(piece))
                out.append(self._sender.send(self._engine.options, work))
            elif out:
                drafts = self._result(out.popleft())
                if isinstance(drafts, str):
                    self._damage = self._damage or drafts
                    break
                yield from cast("list[Draft]", drafts)
            else:
                break
        for slot in out:
            slot.drop()
            self._sender.taken()
        self._unplaced = left

    def _result(self, slot: Slot) -> object:
        self._sender.until_done(slot, self._fill)
        self._sender.taken()
        return pickle.loads(slot.take())  # noqa: S301  # from our own worker


def _pieces(spool: Spool, start: int, end: int) -> Iterator[bytes]:
    """The repeats between two places of `spool`, read a few at a time."""
    step = REPEAT * _PIECE
    for at in range(start, end, step):
        data = spool.read(at, min(at + step, end))
        for each in range(0, len(data), REPEAT):
            yield data[each : each + REPEAT]


def _place_of(draft: Draft) -> tuple[float, int, str]:
    """The order of findings; those about the whole file come last."""
    finding = draft.finding
    if finding.line is None:
        return (inf, 0, "")
    return (finding.line, finding.offset or 0, finding.rule)
