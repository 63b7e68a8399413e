"""Repairing one line by itself, until nothing in it can be repaired any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from batchlint.documents.constants import envelope_constants
from batchlint.engine.judge import Judgement
from batchlint.engine.run import Engine
from batchlint.faults import Fault
from batchlint.fixing.edits import edits_of
from batchlint.fixing.joining import opened
from batchlint.repairs import Action, applied

_ROUNDS = 20
"""A repair may uncover another fault, such as a misspelt member in a line that was not JSON; no more than this."""

_OF_LINE = frozenset(Action) - {Action.JOIN, Action.LINE, Action.NEW_ID}
_MOST_BYTES = 4
"""Of one code point in UTF-8."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A line after its repair.

    Attributes:
        text: the text without line end.
        identity: its id as it is compared with others, where it is a request that has one.
        first_identity: the same before the repair; None for an element of an array that was opened.
    """

    text: str
    identity: str | None
    first_identity: str | None = None


class LineRepairs:
    """Repairs lines and counts what it has repaired.

    Attributes:
        rules: how many findings of which rule were repaired.
    """

    def __init__(self, engine: Engine, *, unsafe: bool) -> None:
        """Prepares.

        Args:
            engine: which rules are on, and what is a fault.
            unsafe: whether repairs that may change the meaning are wanted too.
        """
        self.rules: Counter[str] = Counter()
        self._engine = engine
        self._unsafe = unsafe
        self._constants = envelope_constants(engine.profile.line)
        # Without a url it depends on the job what a request is judged by.
        self._screen = engine.screen if engine.options.endpoint is None else None

    def lines(self, text: str, longest: int) -> Iterator[Repaired]:
        """The line `text` with all its own faults repaired that can be: several lines where it was an array.

        Args:
            text: the line, without byte order mark and line end; bytes that are no UTF-8 as lone surrogates.
            longest: the longest line, in bytes, that a repair may make.
        """
        pending: Iterator[str] = iter([text])
        is_element = False
        while (each := next(pending, None)) is not None:
            line = self._repaired(each, longest)
            if isinstance(line, Repaired):
                yield Repaired(line.text, line.identity) if is_element else line
            else:
                pending = chain(line, pending)
            is_element = True

    def identity_of(self, text: str) -> str | None:
        """The id of the request `text`, as it is compared with others."""
        return _identity(self._judged(text))

    def _repaired(self, text: str, longest: int) -> Repaired | Iterator[str]:
        """The line after its repair, or the elements of the array that it is, still to be repaired."""
        first = self._clean_identity(text)
        if first is not None:
            return Repaired(text, first, first)
        judgement = self._judged(text)
        first = _identity(judgement)
        for _ in range(_ROUNDS):
            faults = [fault for fault in judgement.faults if self._is_wanted(fault)]
            opening = [fault.rule for fault in faults if fault.repair and fault.repair.action is Action.OPEN_ARRAY]
            if opening:
                self.rules.update(opening)
                return elements(text, self._engine.options.limits.depth)
            edits = list(edits_of(text, faults, self._constants))
            if not edits:
                break
            edited = applied(text, [edit for _, group in edits for edit in group])
            if not fits(edited, longest):
                break
            text = edited
            self.rules.update(fault.rule for fault, _ in edits)
            judgement = self._judged(text)
        return Repaired(text, _identity(judgement), first)

    def _judged(self, text: str) -> Judgement:
        if not text.strip(" \t\r"):
            return Judgement([], None, False)
        return self._engine.road.judge.judge(text.encode("utf-8", "surrogateescape"), text)

    def _clean_identity(self, text: str) -> str | None:
        """The id of a request that has no fault, where that can be said quickly."""
        if self._screen is None:
            return None
        request = self._screen.alone(text.encode("utf-8", "surrogateescape") + b"\n")
        if not isinstance(request, dict):
            return None
        url, custom_id = request.get("url"), request.get("custom_id")
        is_known = isinstance(url, str) and url in self._engine.profile.endpoints
        return custom_id if is_known and isinstance(custom_id, str) else None

    def _is_wanted(self, fault: Fault) -> bool:
        if fault.repair is None or fault.repair.action not in _OF_LINE:
            return False
        rulebook = self._engine.road.rulebook
        if rulebook.severity(fault.rule, fault.severity) is None:
            return False
        repairability = rulebook.repairability(fault)
        return repairability == "safe" or (self._unsafe and repairability == "unsafe")


def elements(text: str, depth: int) -> Iterator[str]:
    """The elements of the array that the line `text` is; `depth` is the nesting allowed."""
    held: list[str] = []
    for piece in opened([text], depth):
        if piece == "\n":
            yield "".join(held)
            held.clear()
        else:
            held.append(piece)


def fits(text: str, longest: int) -> bool:
    """Whether `text` has at most `longest` bytes."""
    return len(text) * _MOST_BYTES <= longest or len(text.encode("utf-8", "surrogateescape")) <= longest


def _identity(judgement: Judgement) -> str | None:
    return judgement.request.identity if judgement.request is not None else None
