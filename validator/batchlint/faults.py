"""A fault within one line, before it has a place in a file."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from batchlint.findings import Severity
from batchlint.pointer import Path
from batchlint.repairs import Repair


class TagKind(Enum):
    """Why a fault has to be settled against the whole file."""

    REPEATED_ID = "repeated id"
    ONCE = "told once"
    HINT_ONCE = "hint told once"


class Tag(NamedTuple):
    """What a fault waits for: the id, endpoint or model, or the text told once."""

    kind: TagKind
    name: str


class Anchor(Enum):
    """Which part of a member a fault stands at."""

    VALUE = "value"
    KEY = "key"


class Fault(NamedTuple):
    """What is wrong in a line.

    Attributes:
        rule: the rule that it breaks.
        message: what was found and what was expected, without values of the user's data.
        hint: the repair that is probably meant.
        path: steps to the value; None where the line is not JSON.
        anchor: whether it stands at the value or at its member name.
        span: start and end in code points of the line, where they are known already; else the path is looked up.
        severity: None stands for the rule's own.
        tag: what has to be settled against the other lines of the file.
        secrets: texts that no finding of the line may show.
        repair: how it can be repaired, or None; the rule says whether that is safe.
    """

    rule: str
    message: str
    hint: str | None = None
    path: Path | None = None
    anchor: Anchor = Anchor.VALUE
    span: tuple[int, int] | None = None
    severity: Severity | None = None
    tag: Tag | None = None
    secrets: tuple[str, ...] = ()
    repair: Repair | None = None
