"""A fault within one line, before it has a place in a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from batchlint.findings import Severity
from batchlint.pointer import Path


class Anchor(Enum):
    """Which part of a member a fault stands at."""

    VALUE = "value"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line.

    Attributes:
        rule: the rule that it breaks.
        message: what was found and what was expected, without values of the user's data.
        hint: the repair that is probably meant.
        path: steps to the value; None where the line is not JSON.
        anchor: whether it stands at the value or at its member name.
        span: start and end in code points of the line, where they are known already; else the path is looked up.
        severity: None stands for the rule's own.
        once: the hint is given only with the first such fault of a file.
    """

    rule: str
    message: str
    hint: str | None = None
    path: Path | None = None
    anchor: Anchor = Anchor.VALUE
    span: tuple[int, int] | None = None
    severity: Severity | None = None
    once: bool = False
