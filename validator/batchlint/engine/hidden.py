"""Findings that are counted but not shown: what is kept of them where a file may have too many to be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from batchlint.engine.scope import Draft
from batchlint.faults import TagKind
from batchlint.findings import Family, Finding, Severity


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many findings an answer may hold.

    Attributes:
        shown: so many findings of a file are wanted; those of further lines are only counted. None for all.
        most: behind the line that makes them so many an answer ends; what follows is asked for anew.
    """

    shown: int | None = None
    most: int = 20_000


UNBOUNDED = Bounds()
"""All findings, as far as they fit into one answer."""


@dataclass(slots=True)
class Hidden:
    """The counts of findings that are not shown.

    Attributes:
        counts: how many there are of each rule, family and severity.
        failing_lines: how many lines have an error of the schema among them.
    """

    counts: Counter[tuple[str, Family, Severity]] = field(default_factory=Counter)
    failing_lines: int = 0

    def take(self, findings: Iterable[Finding]) -> None:
        """Counts the findings of one line."""
        fails = False
        for finding in findings:
            self.counts[finding.rule, finding.family, finding.severity] += 1
            fails = fails or (finding.severity == "error" and finding.family == "schema")
        self.failing_lines += fails

    def take_drafts(self, drafts: Iterable[Draft]) -> list[Draft]:
        """Counts those of a line that will be findings in any case; returns the others, which may be told once."""
        by_itself: list[Finding] = []
        depending: list[Draft] = []
        for draft in drafts:
            if draft.tag is not None and draft.tag.kind is TagKind.ONCE:
                depending.append(draft)
            else:
                by_itself.append(draft.finding)
        self.take(by_itself)
        return depending

    def add(self, other: Hidden) -> None:
        """Counts what stands in lines further on."""
        self.counts.update(other.counts)
        self.failing_lines += other.failing_lines

    def __bool__(self) -> bool:
        return bool(self.counts)
