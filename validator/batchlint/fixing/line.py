"""Repairing one line by itself, until nothing in it can be repaired any more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from batchlint.documents.constants import envelope_constants
from batchlint.engine.line import BYTE_ORDER_MARK, Line
from batchlint.engine.run import Engine
from batchlint.faults import Fault
from batchlint.fixing.edits import edits_of
from batchlint.fixing.joining import opened
from batchlint.repairs import Action, applied

_ROUNDS = 20
"""A repair may uncover another fault, such as a misspelt member in a line that was not JSON; no more than this."""

_OF_LINE = frozenset(Action) - {Action.JOIN, Action.LINE, Action.NEW_ID}


@dataclass(frozen=True, slots=True)
class Repaired:
    """A line after its repair.

    Attributes:
        text: the text without line end; several lines where an array was opened, each but the last with its LF.
        rules: how many findings of which rule were repaired.
    """

    text: str
    rules: Counter[str] = field(default_factory=Counter)


def repaired(text: str, engine: Engine, *, unsafe: bool) -> Repaired:
    """The line `text` with all its own faults repaired that can be.

    Args:
        text: the line, without byte order mark and line end; bytes that are no UTF-8 as lone surrogates.
        engine: which rules are on, and what is a fault.
        unsafe: whether repairs that may change the meaning are wanted too.
    """
    rules: Counter[str] = Counter()
    constants = envelope_constants(engine.profile.line)
    for _ in range(_ROUNDS):
        faults = [fault for fault in _faults(text, engine) if _is_wanted(fault, engine, unsafe=unsafe)]
        opening = [fault.rule for fault in faults if fault.repair and fault.repair.action is Action.OPEN_ARRAY]
        if opening:
            rules.update(opening)
            return Repaired("".join(opened([text], engine.options.limits.depth)).removesuffix("\n"), rules)
        edits = list(edits_of(text, faults, constants))
        if not edits:
            break
        text = applied(text, [edit for _, group in edits for edit in group])
        rules.update(fault.rule for fault, _ in edits)
    return Repaired(text, rules)


def _faults(text: str, engine: Engine) -> list[Fault]:
    body = text.encode("utf-8", "surrogateescape")
    return engine.road.judge.judge(body, text).faults if text.strip(" \t\r") else []


def _is_wanted(fault: Fault, engine: Engine, *, unsafe: bool) -> bool:
    if fault.repair is None or fault.repair.action not in _OF_LINE:
        return False
    if engine.road.rulebook.severity(fault.rule, fault.severity) is None:
        return False
    repairability = engine.road.rulebook.repairability(fault)
    return repairability == "safe" or (unsafe and repairability == "unsafe")


def assembled(line: Line, text: str, *, with_mark: bool) -> bytes:
    """The bytes of `line` with another text: its byte order mark, if it is to stay, and its line end."""
    mark = BYTE_ORDER_MARK if line.has_mark and with_mark else b""
    end = b"\n" if line.data.endswith(b"\n") else b""
    return mark + text.encode("utf-8", "surrogateescape") + end
