"""The checks of a run: which are on, whether a line has to be looked at, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchlint.checks.conditions import CONDITIONS, HIDDEN, OF_STRINGS, finder

if TYPE_CHECKING:
    from batchlint.checks.members import JsonObject
    from batchlint.faults import Fault


@dataclass(frozen=True, slots=True)
class Group:
    """Checks whose conditions are asked for together.

    Attributes:
        rules: the rules that are on, each with its own condition.
        may_have_faults: whether a line, as text, may have a fault of one of them; never wrongly False.
    """

    rules: tuple[tuple[str, Callable[[str], bool]], ...]
    may_have_faults: Callable[[str], bool]

    def faults(self, request: JsonObject, text: str) -> Iterator[Fault]:
        """The faults of `request`, whose line `text` meets the condition of the group."""
        from batchlint.checks.finders import FINDERS

        for rule, may_have_fault in self.rules:
            if may_have_fault(text):
                yield from FINDERS[rule](request)


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one run.

    Attributes:
        relations: those that look at certain members; with the value at hand they cost little.
        secrets: those that read all strings.
    """

    relations: Group
    secrets: Group

    def faults(self, request: JsonObject, text: str) -> Iterator[Fault]:
        """The faults of `request`, which the line `text` holds."""
        for group in (self.relations, self.secrets):
            if group.may_have_faults(text):
                yield from group.faults(request, text)

    def may_have_faults(self, text: str) -> bool:
        """Whether the line `text` may have a fault; never wrongly False."""
        return self.relations.may_have_faults(text) or self.secrets.may_have_faults(text)


def checks_for(is_on: Callable[[str], bool]) -> Checks:
    """The checks whose rules are on."""
    rules = [rule for rule in CONDITIONS if is_on(rule)]
    return Checks(
        _group(tuple(rule for rule in rules if rule != OF_STRINGS)),
        _group(tuple(rule for rule in rules if rule == OF_STRINGS)),
    )


def _group(rules: tuple[str, ...]) -> Group:
    each = tuple((rule, finder((CONDITIONS[rule], HIDDEN))) for rule in rules)
    return Group(each, finder([*(CONDITIONS[rule] for rule in rules), HIDDEN] if rules else ()))
