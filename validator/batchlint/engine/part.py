"""What a part of a file yields: one plain value that can be sent, and merged with what stands beside it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeAlias

from batchlint.engine.hidden import Hidden
from batchlint.engine.repeats import IdRun
from batchlint.engine.scope import Draft, LineStart
from batchlint.faults import Tag
from batchlint.findings import Finding


@dataclass(frozen=True, slots=True)
class RepeatedId:
    """A line whose id stands in an earlier part; its finding has to be placed by reading the line again."""

    identity: str
    start: LineStart


@dataclass(frozen=True, slots=True)
class Part:
    """The judgement on the whole lines of a range of bytes; lines and offsets count from its start.

    Attributes:
        start: the byte of the file at which its first line begins.
        lines, bytes, requests, inputs: what it holds.
        drafts: its findings, to be settled against the whole file.
        ids: the first line of each id in it, in order.
        id_offsets: where those lines begin, in the same order.
        endpoints, models: where each is first used in it.
        repeated_ids: lines whose id an earlier line of the merged part has, beside those among `drafts`.
        is_broken_off: whether its last lines are the rest of a broken value, which may go on after it.
        resume: from where lines have to be judged anew because a value stands open at the end of the range,
            or None. The lines from there on are not counted in this part.
        damage: why it could not be read to its end, or None.
        id_runs: the records of its ids, where these are not sent as they are.
        hidden: its findings that are not among the drafts.
        is_cut_short: whether it ends before its range does, because it holds as many findings as it may.
    """

    start: int
    lines: int
    bytes: int
    requests: int
    inputs: int
    drafts: tuple[Draft, ...]
    ids: dict[str, int]
    id_offsets: array[int]
    endpoints: dict[str, LineStart]
    models: dict[str, LineStart]
    repeated_ids: tuple[RepeatedId, ...] = ()
    is_broken_off: bool = False
    resume: int | None = None
    damage: str | None = None
    id_runs: tuple[IdRun, ...] = ()
    hidden: Hidden = field(default_factory=Hidden)
    is_cut_short: bool = False

    def __reduce__(self) -> tuple[Callable[..., Part], tuple[object, ...]]:
        """How it is sent: drafts as plain tuples and ids as one text, which takes a tenth of the time."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        rows = [(tuple(finding), tag) for finding, tag in values.pop("drafts")]
        return _received, (rows, _packed(values.pop("ids")), values)

    @property
    def end(self) -> int:
        """The byte of the file after its last judged line."""
        return self.start + self.bytes

    @property
    def is_at_rest(self) -> bool:
        """Whether the lines after it can be judged without it."""
        return self.resume is None and self.damage is None and not self.is_broken_off

    def id_starts(self) -> Iterator[tuple[str, LineStart]]:
        """Each id with the line that has it first in this part."""
        for (identity, line), offset in zip(self.ids.items(), self.id_offsets, strict=True):
            yield identity, LineStart(line, offset)

    def merge(self, other: Part) -> Part:
        """This part and the one right after it as one. The operation is associative.

        Raises:
            ValueError: `other` does not begin where this part ends, or this part has to be resumed first.
        """
        if other.start != self.end or not self.is_at_rest:
            raise ValueError("parts can be merged only where one ends and the next begins")
        ids = dict(self.ids)
        id_offsets = self.id_offsets[:]
        repeated = list(self.repeated_ids)
        for identity, start in other.id_starts():
            moved = self._moved(start)
            if identity in ids:
                repeated.append(RepeatedId(identity, moved))
            else:
                ids[identity] = moved.line
                id_offsets.append(moved.offset)
        hidden = Hidden()
        hidden.add(self.hidden)
        hidden.add(other.hidden)
        repeated += (replace(each, start=self._moved(each.start)) for each in other.repeated_ids)
        return replace(
            self,
            lines=self.lines + other.lines,
            bytes=self.bytes + other.bytes,
            requests=self.requests + other.requests,
            inputs=self.inputs + other.inputs,
            drafts=self.drafts + tuple(moved_draft(draft, self.lines, self.bytes) for draft in other.drafts),
            ids=ids,
            id_offsets=id_offsets,
            endpoints=self._joined(self.endpoints, other.endpoints),
            models=self._joined(self.models, other.models),
            repeated_ids=tuple(sorted(repeated, key=lambda each: each.start.line)),
            is_broken_off=other.is_broken_off,
            resume=other.resume,
            damage=other.damage,
            id_runs=self.id_runs + tuple(run.moved(self.lines, self.bytes) for run in other.id_runs),
            hidden=hidden,
            is_cut_short=other.is_cut_short,
        )

    def _joined(self, mine: dict[str, LineStart], theirs: dict[str, LineStart]) -> dict[str, LineStart]:
        return {**mine, **{name: self._moved(start) for name, start in theirs.items() if name not in mine}}

    def _moved(self, start: LineStart) -> LineStart:
        return LineStart(start.line + self.lines, start.offset + self.bytes)


def _received(rows: Iterable[tuple[tuple[Any, ...], Tag | None]], ids: _Ids, others: dict[str, Any]) -> Part:
    drafts = tuple([Draft(Finding._make(finding), tag) for finding, tag in rows])
    return Part(drafts=drafts, ids=_unpacked(ids), **others)


_Ids: TypeAlias = "dict[str, int] | tuple[str, array[int]]"
"""The first line of each id; or the ids, parted by newlines, and their first lines."""


def _packed(ids: dict[str, int]) -> _Ids:
    text = "\n".join(ids)
    return (text, array("Q", ids.values())) if text and text.count("\n") == len(ids) - 1 else ids


def _unpacked(ids: _Ids) -> dict[str, int]:
    return ids if isinstance(ids, dict) else dict(zip(ids[0].split("\n"), ids[1], strict=True))


def moved_draft(draft: Draft, lines: int, size: int) -> Draft:
    """`draft` as seen from `lines` lines and `size` bytes earlier."""
    finding = draft.finding
    if finding.line is None or finding.offset is None or finding.end_line is None or finding.end_offset is None:
        return draft
    # By position, at a third of what `_replace` takes: a file may have a finding on each line.
    moved = Finding(
        finding.path,
        finding.line + lines,
        finding.column,
        finding.offset + size,
        finding.end_line + lines,
        finding.end_column,
        finding.end_offset + size,
        *finding[7:],
    )
    return Draft(moved, draft.tag)
