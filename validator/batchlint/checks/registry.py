"""The checks of a run: which are on, whether a line has to be looked at, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from batchlint.checks.conditions import CONDITIONS, finder

if TYPE_CHECKING:
    from batchlint.checks.members import JsonObject
    from batchlint.faults import Fault


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one run.

    Attributes:
        rules: the rules that are on.
        may_have_faults: whether a line, as text, may have a fault of one of them; never wrongly False.
    """

    rules: tuple[str, ...]
    may_have_faults: Callable[[str], bool]

    def faults(self, request: JsonObject, text: str) -> Iterator[Fault]:
        """The faults of `request`, which the line `text` holds."""
        if self.may_have_faults(text):
            from batchlint.checks.finders import FINDERS

            for rule in self.rules:
                if _may_have(rule)(text):
                    yield from FINDERS[rule](request)


def checks_for(is_on: Callable[[str], bool]) -> Checks:
    """The checks whose rules are on."""
    rules = tuple(rule for rule in CONDITIONS if is_on(rule))
    return Checks(rules, finder(rules))


@lru_cache(maxsize=len(CONDITIONS))
def _may_have(rule: str) -> Callable[[str], bool]:
    return finder([rule])
