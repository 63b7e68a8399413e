"""How much is told of one line: a hostile one could have millions of findings."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice

from batchlint.faults import Fault
from batchlint.limits import MOST_FINDINGS
from batchlint.validating.keywords import TOO_MANY


def first_of(faults: Iterable[Fault]) -> list[Fault]:
    """As many of `faults` as tell whether there are too many."""
    return list(islice(faults, MOST_FINDINGS + 1))


def bounded(faults: list[Fault], length: int) -> list[Fault]:
    """`faults`, or the first of them and one that says that there are more; the line holds a value.

    Args:
        faults: those of one line.
        length: its length in code points.
    """
    if len(faults) <= MOST_FINDINGS:
        return faults
    kept = faults[:MOST_FINDINGS]
    left_out = faults[MOST_FINDINGS:]
    text = f"the line has more than {MOST_FINDINGS:,} findings; the others are not listed"
    # No finding of the line may show a secret, also where the one about it is not listed.
    secrets = tuple(chain.from_iterable(fault.secrets for fault in left_out))
    return [*kept, Fault(TOO_MANY, text, "repair these first", (), span=(0, length), secrets=secrets)]


def is_incomplete(faults: Iterable[Fault]) -> bool:
    """Whether there are more than `faults`."""
    return any(fault.rule == TOO_MANY for fault in faults)
