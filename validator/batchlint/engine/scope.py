"""What lines of one file say to each other: ids, endpoints and models.

A scope is a file or a part of one. Some findings depend on all lines before, also on those that another
process reads; they are made as drafts with a tag, and settled against the whole file in the order of lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Protocol

from batchlint.faults import Tag, TagKind
from batchlint.findings import Finding, Repairability

REPAIR_OPTIONS: Mapping[Repairability, str] = MappingProxyType({"safe": "--fix", "unsafe": "--fix --unsafe-fixes"})
"""The options of the command with which a finding is repaired."""


class Draft(NamedTuple):
    """A finding, and what has to be settled before it is one."""

    finding: Finding
    tag: Tag | None


class LineStart(NamedTuple):
    """A line's number and the offset in bytes at which it begins, both as seen from the scope's start."""

    line: int
    offset: int


class Ids(Protocol):
    """Ids of a scope."""

    def add(self, identity: str, line: int, offset: int) -> int:
        """Notes a line's id; returns the line that had it first, which may be this one."""


class WholeIds(Ids, Protocol):
    """Ids of a whole file, which may be put together from parts."""

    def add_part(self, ids: dict[str, int], lines: int) -> list[str]:
        """Notes the ids of a part that follows after `lines` lines; returns those that were there before."""

    def first_line(self, identity: str) -> int | None:
        """The line that had `identity` first, or None."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The memory of a file or of a part of it, which grows with its lines.

    Attributes:
        ids: the first line of each id.
        endpoints: the first line of each endpoint; line 0 for the endpoint of the job.
        models: the first line of each model.
        bodies: the first line of each body, by its digest, where identical ones are looked for.
    """

    ids: Ids
    endpoints: dict[str, LineStart] = field(default_factory=dict)
    models: dict[str, LineStart] = field(default_factory=dict)
    bodies: dict[bytes, int] = field(default_factory=dict)


def repeated_message(first: int | None) -> str:
    """What is told of a line whose id the line `first` has."""
    return f'"custom_id" is the same as in line {first:,}'


class Settler:
    """Settles the drafts of one file, each once and in the order of lines."""

    def __init__(self, ids: WholeIds) -> None:
        """Starts a file whose ids are noted in `ids`."""
        self._ids = ids
        self._told: set[Tag] = set()

    def settle(self, draft: Draft) -> Finding | None:
        """The finding that `draft` turns out to be, or None; its hint says whether the command can repair it."""
        finding = self._settled(draft)
        if finding is None or finding.repair is None:
            return finding
        told = f"repaired by {REPAIR_OPTIONS[finding.repair]}"
        return finding._replace(hint=told if finding.hint is None else f"{finding.hint} ({told})")

    def _settled(self, draft: Draft) -> Finding | None:
        finding, tag = draft
        if tag is None:
            return finding
        if tag.kind is TagKind.REPEATED_ID:
            return finding._replace(message=repeated_message(self._ids.first_line(tag.name)))
        is_first = tag not in self._told
        self._told.add(tag)
        if is_first:
            return finding
        return None if tag.kind is TagKind.ONCE else finding._replace(hint=None)
