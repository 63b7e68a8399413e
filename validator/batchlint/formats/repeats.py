"""Telling apart the faults of one file, so that one that repeats is shown a few times and then only counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from batchlint.findings import Finding, Severity
from batchlint.messages import message_without_lines

SHOWN = 5
"""How often one fault is shown in full in a file."""

MOST_MESSAGES = 10
"""How many messages of one rule at one place are told apart; further ones are counted together."""

MOST_PLACES = 20
"""How many places of one rule are told apart; further ones are counted together."""

LONGEST_PLACE = 1000
"""How many code points of a pointer tell places apart; names in it may be as long as a line."""

_POSITION = re.compile(r"/[0-9]+(?=/|$)")


@dataclass(slots=True)
class Fault:
    """Findings of one file that are counted as the same fault.

    Attributes:
        rule, severity: of all of them.
        place: the pointer with ``*`` for each array position; None for several places, or where there is none.
        message: of the first of them; None where they have several.
        shown: how many were shown.
        hidden: how many were not.
        first_line, last_line: of those that were not shown.
    """

    rule: str
    severity: Severity
    place: str | None
    message: str | None
    shown: int = 0
    hidden: int = 0
    first_line: int | None = None
    last_line: int | None = None

    def take(self, line: int | None) -> bool:
        """Counts one more; returns whether it is to be shown."""
        if self.shown < SHOWN:
            self.shown += 1
            return True
        self.hidden += 1
        if self.first_line is None:
            self.first_line = line
        self.last_line = line
        return False


class Repeats:
    """The faults of one file, in the order of their first findings; their number is bounded."""

    def __init__(self) -> None:
        self._faults: dict[tuple[str | None, ...], Fault] = {}
        self._places: dict[tuple[str, Severity], set[str | None]] = {}
        self._messages: Counter[tuple[str | None, ...]] = Counter()

    def take(self, finding: Finding) -> bool:
        """Counts `finding`; returns whether it is to be shown."""
        return self._fault(finding).take(finding.line)

    def hidden(self) -> Iterator[Fault]:
        """The faults of which some were not shown."""
        return (fault for fault in self._faults.values() if fault.hidden)

    def _fault(self, finding: Finding) -> Fault:
        place = None if finding.pointer is None else _POSITION.sub("/*", finding.pointer[:LONGEST_PLACE])
        kind = (finding.rule, finding.severity)
        exact = (*kind, place, message_without_lines(finding.message))
        if exact in self._faults:
            return self._faults[exact]
        places = self._places.setdefault(kind, set())
        if place not in places and len(places) == MOST_PLACES:
            return self._faults.setdefault(kind, Fault(*kind, place=None, message=None))
        places.add(place)
        there = (*kind, place)
        if self._messages[there] == MOST_MESSAGES:
            return self._faults.setdefault(there, Fault(*kind, place=place, message=None))
        self._messages[there] += 1
        return self._faults.setdefault(exact, Fault(*kind, place=place, message=finding.message))
