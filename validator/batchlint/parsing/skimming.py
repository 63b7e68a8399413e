"""Going through a text for its slips and its first other fault, where the tokens between them do not matter.

Each slip by itself takes some 20 microseconds, and a hostile text has one in four bytes. So behind the first few,
all that look like slips are blanked and the rest is passed over at once: as far as that is JSON, they were slips.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from batchlint.parsing.grammar import START, ScanState
from batchlint.parsing.mending import MOST_SLIPS, NOT_A_NUMBER, NULL, Slip, slip_at
from batchlint.parsing.scanner import ScanFault, scan
from batchlint.repairs import TextEdit

_FEW = 4
"""Slips that are looked for one by one."""

_SIGNS = re.compile(rf'"|\\.|,(?=[ \t\r\n]*[\]}}])|(?<![0-9A-Za-z_+.\-]){NOT_A_NUMBER}', re.DOTALL)
"""What may be a slip, and what tells whether it stands within a string."""

_ENDS_OF_VALUES = frozenset('"]}') | frozenset("0123456789") | frozenset("elNnyf")
"""With what a value ends; true and false, null, and those of `NOT_A_NUMBER` among them."""


class Skimmed(NamedTuple):
    """What a text turned out to be.

    Attributes:
        slip: the first slip.
        edits: what mends the slips.
        state: where the text leaves off, if it holds no other fault.
        fault: the first fault that is no slip.
    """

    slip: Slip | None
    edits: tuple[TextEdit, ...]
    state: ScanState | None
    fault: ScanFault | None


def skim(text: str, depth: int, state: ScanState = START) -> Skimmed:
    """Goes through `text`, whose arguments are those of `scan`, as far as its first fault that is no slip."""
    first: Slip | None = None
    edits: list[TextEdit] = []
    position = 0
    while True:
        final, fault = _pass(text, depth, state, position)
        if fault is None:
            return Skimmed(first, tuple(edits), final, None)
        slip = slip_at(text, fault)
        if slip is None or len(edits) + 1 == MOST_SLIPS:
            return Skimmed(first, tuple(edits), None, fault)
        first = first or slip
        edits.append(slip.edit)
        position, state = slip.position, slip.state
        if len(edits) == _FEW:
            slips = list(islice(_likely(text, position), MOST_SLIPS - 2 * _FEW))
            blanked = _blanked(text, slips)
            final, fault = _pass(blanked, depth, state, position)
            if fault is None:
                return Skimmed(first, (*edits, *slips), final, None)
            # The last one before the fault may be what is at fault.
            sure = slips[: max(0, bisect_left(slips, fault.start, key=lambda slip: slip.start) - 1)]
            edits += sure
            text = _blanked(text, sure)


def _pass(text: str, depth: int, state: ScanState, position: int) -> tuple[ScanState | None, ScanFault | None]:
    tokens = scan(text, depth, state, position, quiet=len(text))
    try:
        while True:
            next(tokens)
    except StopIteration as end:
        return end.value, None
    except ScanFault as fault:
        return None, fault


def _likely(text: str, position: int) -> Iterator[TextEdit]:
    """What looks like slips outside of strings: commas between a value and a closing bracket, and no numbers."""
    within = False
    for found in _SIGNS.finditer(text, position):
        sign = found[0]
        if sign == ",":
            start = found.start()
            if not within and (text[start - 1] in _ENDS_OF_VALUES or _follows_value(text, start)):
                yield TextEdit(start, start + 1, "")
        elif sign == '"':
            within = not within
        elif not within and sign[0] != "\\":
            yield TextEdit(found.start(), found.end(), NULL)


def _follows_value(text: str, comma: int) -> bool:
    before = comma - 1
    while before > 0 and text[before] in " \t\r\n":
        before -= 1
    return text[before] in _ENDS_OF_VALUES


def _blanked(text: str, slips: list[TextEdit]) -> str:
    """`text` with zeros and blanks in the place of `slips`, so that all else stays where it is."""
    pieces: list[str] = []
    end = 0
    for start, behind, replacement in slips:
        pieces += (text[end:start], "0".ljust(behind - start) if replacement else " ")
        end = behind
    return "".join((*pieces, text[end:]))
