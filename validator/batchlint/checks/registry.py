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
        rules: the rules that are on.
        may_have_faults: whether a line, as text, may have a fault of one of them; never wrongly False.
    """

    rules: tuple[str, ...]
    may_have_faults: Callable[[str], bool]

    def faults(self, request: JsonObject) -> Iterator[Fault]:
        """The faults of `request`, whose line meets the condition."""
        from batchlint.checks.finders import FINDERS

        for rule in self.rules:
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
                yield from group.faults(request)

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
    return Group(rules, finder([*(CONDITIONS[rule] for rule in rules), HIDDEN] if rules else ()))
