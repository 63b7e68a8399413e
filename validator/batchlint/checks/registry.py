"""The checks of a run: which are on, whether a line has to be looked at, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from batchlint.checks.conditions import CONDITIONS, HIDDEN, OF_STRINGS, condition_of, finder

if TYPE_CHECKING:
    from batchlint.faults import Fault
    from batchlint.parsing.values import JsonObject


_LONG = 16 * 1024
"""Code points from which on to read a line once more, for the condition of each rule, takes longer than to look."""


class Group(NamedTuple):
    """Checks whose conditions are asked for together.

    Attributes:
        rules: the rules that are on.
        may_have_faults: whether a line, as text, may have a fault of one of them; never wrongly False.
    """

    rules: tuple[str, ...]
    may_have_faults: Callable[[str], bool]

    def faults(self, request: JsonObject, text: str) -> Iterator[Fault]:
        """The faults of `request`, which the line `text` holds."""
        if not self.may_have_faults(text):
            return
        from batchlint.checks.finders import FINDERS

        is_long = len(text) > _LONG
        for rule in self.rules:
            if is_long or condition_of(rule)(text):
                yield from FINDERS[rule](request)

    def has_fault(self, request: JsonObject, text: str) -> bool:
        """Whether `request`, which the line `text` holds, has a fault."""
        return any(True for _ in self.faults(request, text))


class Checks(NamedTuple):
    """The checks of one run.

    Attributes:
        relations: those that look at certain members; with the value at hand they cost little.
        secrets: those that read all strings.
    """

    relations: Group
    secrets: Group

    def faults(self, request: JsonObject, text: str) -> Iterator[Fault]:
        """The faults of `request`, which the line `text` holds."""
        yield from self.relations.faults(request, text)
        yield from self.secrets.faults(request, text)

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
