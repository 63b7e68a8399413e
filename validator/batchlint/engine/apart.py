"""A file from its ranges, where neither its ids nor its findings are all in memory at once.

1. Parts come in, in their order. Their findings are put aside, as are the records of their ids.
2. For each prefix of the ids' digests, a worker looks for repeats among the records and sends them back.
3. The repeats of all prefixes, in the order of lines, go to workers in small pieces, who read those lines once
   more and send their findings.
4. Both rows of findings are merged by their places, and settled as in one pass.
"""

from __future__ import annotations

import pickle
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from heapq import merge
from itertools import chain, islice
from math import inf
from operator import sub
from typing import NamedTuple, cast

from batchlint.engine.arrival import Arrival
from batchlint.engine.driver import Judged, Outcome
from batchlint.engine.fold import Fold
from batchlint.engine.hidden import Hidden
from batchlint.engine.lane import DeathError, Slot
from batchlint.engine.repeats import RECORD, REPEAT, IdRun, NotedIds, prefixes_of
from batchlint.engine.run import Engine, FileRun, damage_of
from batchlint.engine.scope import Draft, LineStart
from batchlint.engine.sending import Sender
from batchlint.engine.setup import rulebook_of
from batchlint.engine.vault import Kept, Vault
from batchlint.engine.work import PlaceWork, RepeatsWork
from batchlint.reading.origins import Origin, SeekableLines
from batchlint.reading.version import CUT_SHORT, Version

_RULE = "duplicate-custom-id"

_OUT = 32 * 1024 * 1024
"""Bytes of records that are out at a time; a prefix has some 7 MB of them, ten times as much where lines are short."""

_AHEAD = 2
"""Pieces of repeats that are out at a time."""

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


class _Run(NamedTuple):
    """The records of a stretch of lines, put aside.

    Attributes:
        start: what stands before it in the file.
        ends: for each prefix, behind which record those of the prefix end.
        kept: where its records are.
        first: the byte there at which they begin.
    """

    start: LineStart
    ends: array[int]
    kept: Kept
    first: int


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
        self._vault = sender.vault
        self._fill = fill
        self._prefixes = prefixes_of(version.size)
        self._noted = NotedIds(self._prefixes)
        self._run = FileRun(engine, origin.name, ids=self._noted)
        self._kept: list[Kept] = []
        self._runs: list[_Run] = []
        self._drafts: list[Kept] = []
        self._hidden = Hidden()
        self._unplaced = 0
        self._given = 0
        self._damage: str | None = None

    def judged(self, parts: Iterator[Arrival]) -> Judged:
        """What is found in the file, whose parts come in their order."""
        run = self._run
        with ExitStack() as stack:
            stack.callback(self._drop)
            self._collect(parts)
            found: list[Kept] = []
            if rulebook_of(self._engine.options).is_on(_RULE):
                found = [self._put(data) for data in self._repeats()]
            damaged = self._damage is not None
            for finding in run.settled(merge(self._drafts_again(), self._placed(found), key=_place_of)):
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

    def _collect(self, parts: Iterator[Arrival]) -> None:
        """Takes in all parts, and all that only the end of the file shows."""
        run = self._run
        try:
            with ExitStack() as stack:
                fold = Fold(self._engine, run, _LateFile(self._origin, self._version, stack))
                self._hidden = fold.hidden
                for task, part, records in parts:
                    if records is not None:
                        self._kept.append(records)
                    self._put_drafts(fold.add(task, part, self._keeper(records)))
                    self._keep_noted()
                    self._damage = part.damage
                    if self._damage is not None:
                        break
                if self._damage is None and run.progress.bytes < self._version.size:
                    self._damage = CUT_SHORT
        except OSError as error:
            self._damage = damage_of(error)
        except DeathError as error:
            self._damage = error.told(run.progress.lines + 1)
        self._put_drafts(run.last_drafts(self._damage))
        self._keep_noted()

    def _put(self, data: bytes) -> Kept:
        kept = self._vault.put(data)
        self._kept.append(kept)
        return kept

    def _drop(self) -> None:
        for kept in self._kept:
            self._vault.drop(kept)

    def _put_drafts(self, drafts: Iterator[Draft]) -> None:
        while piece := list(islice(drafts, _PIECE)):
            self._drafts.append(self._put(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)))

    def _drafts_again(self) -> Iterator[Draft]:
        for kept in self._drafts:
            data = self._vault.gathered([(kept, 0, kept.size)])
            yield from cast("list[Draft]", pickle.loads(data))  # noqa: S301  # written above

    def _keeper(self, records: Kept | None) -> Callable[[IdRun], None] | None:
        """What takes the runs of a part, whose `records` stand one behind the other."""
        if records is None:
            return None
        first = 0

        def keep(run: IdRun) -> None:
            nonlocal first
            self._runs.append(_Run(run.start, run.ends, records, first))
            first += run.ends[-1] * RECORD

        return keep

    def _keep_noted(self) -> None:
        """Puts aside the records of the lines that were judged here."""
        for run in self._noted.runs():
            self._runs.append(_Run(run.start, run.ends, self._put(run.records), 0))

    def _repeats(self) -> Iterator[bytes]:
        """The repeats of each prefix, as workers find them."""
        out: deque[tuple[Slot, int]] = deque()
        left = _OUT
        runs = self._runs
        starts = array("Q", chain.from_iterable(run.start for run in runs))
        begins = [run.first for run in runs]
        for number in range(self._prefixes):
            ends = [run.first + run.ends[number] * RECORD for run in runs]
            sizes = array("Q", map(sub, ends, begins))
            size = sum(sizes)
            while out and left < size:
                slot, done = out.popleft()
                left += done
                yield cast(bytes, self._result(slot))
            places = zip([run.kept for run in runs], begins, ends, strict=True)
            work = RepeatsWork(starts, sizes, self._vault.gathered(places))
            out.append((self._sender.send(self._engine.options, work), size))
            left -= size
            begins = ends
        for slot, _ in out:
            yield cast(bytes, self._result(slot))

    def _placed(self, found: Sequence[Kept]) -> Iterator[Draft]:
        """The findings of repeats in the order of lines, as workers place them, as far as they are wanted."""
        out: deque[Slot] = deque()
        left = sum(kept.size for kept in found) // REPEAT
        rows = merge(*(_pieces(self._vault, kept) for kept in found))
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


def _pieces(vault: Vault, kept: Kept) -> Iterator[bytes]:
    """The repeats in `kept`, read a few at a time."""
    step = REPEAT * _PIECE
    for at in range(0, kept.size, step):
        data = bytes(vault.gathered([(kept, at, min(at + step, kept.size))]))
        for each in range(0, len(data), REPEAT):
            yield data[each : each + REPEAT]


def _place_of(draft: Draft) -> tuple[float, int, str]:
    """The order of findings; those about the whole file come last."""
    finding = draft.finding
    if finding.line is None:
        return (inf, 0, "")
    return (finding.line, finding.offset or 0, finding.rule)
