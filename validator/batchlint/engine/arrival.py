"""What comes back of one range of a file."""

from __future__ import annotations

from typing import NamedTuple

from batchlint.engine.part import Part
from batchlint.engine.ranges import Range
from batchlint.engine.vault import Kept


class Arrival(NamedTuple):
    """A part of a file.

    Attributes:
        task: the range of which it is.
        part: the judgement on it.
        records: those of its ids, one run behind the other, or None; whoever has the arrival drops them.
    """

    task: Range
    part: Part
    records: Kept | None
