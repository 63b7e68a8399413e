"""Which rules are on in a run, and at which severity: the answer to ``select``, ``ignore`` and their like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, cast, get_args

from batchlint.errors import UsageError
from batchlint.findings import Family, Severity
from batchlint.rules.catalogue import Rule
from batchlint.spelling import no_such

OFF = "off"
ALL = "all"
FAMILIES: tuple[str, ...] = get_args(Family)

Level = Literal["error", "warning", "info", "off"]
"""A severity, or that the rule is off."""


class Selection(NamedTuple):
    """What one source (a file, the environment, the command line) says about rules.

    Names are rules, families, or ``all``. A family stands for those of its rules that are on by default,
    ``all`` for every rule.

    Attributes:
        select: begin anew with these; None goes on with what weaker sources chose.
        extend_select: add these.
        ignore: take these away. Where `select` and `ignore` meet, the narrower name wins, then `ignore`.
        severity: the level of single rules; it turns no rule on, and "off" takes one away.
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Level], ...] = ()

    def frozen(self) -> Selection:
        """The same with tuples, also where a caller gave lists.

        Raises:
            UsageError: a text stands where several names belong.
        """
        given: tuple[object, ...] = (self.select, self.extend_select, self.ignore)
        if any(isinstance(each, str) for each in given):
            raise UsageError('a selection of rules takes several names, such as ("blank-line",), not one text')
        select = None if self.select is None else tuple(self.select)
        severity = tuple((name, level) for name, level in self.severity)
        return Selection(select, tuple(self.extend_select), tuple(self.ignore), severity)

    def names(self) -> Iterator[str]:
        """All names in it."""
        yield from self.select or ()
        yield from self.extend_select
        yield from self.ignore


class Choice(NamedTuple):
    """The rules that are on, and the severities that the user gave to some of them."""

    on: frozenset[str]
    severities: tuple[tuple[str, Severity], ...]


def choose(rules: Mapping[str, Rule], off_in_profile: Iterable[str], selections: Iterable[Selection]) -> Choice:
    """What remains when `selections` are applied one after the other, the weakest source first.

    Args:
        rules: all rules by name.
        off_in_profile: rules that the profile leaves out.
        selections: what each source says.

    Raises:
        UsageError: a name stands for no rule.
    """
    default = frozenset(rule.name for rule in rules.values() if rule.default) - frozenset(off_in_profile)
    on = set(default)
    severities: dict[str, Severity] = {}
    for selection in selections:
        check_names(rules, selection)
        if selection.select is not None:
            on.clear()
        for is_of_width in (_is_all, _is_family, _is_rule):
            for name in filter(is_of_width, (*(selection.select or ()), *selection.extend_select)):
                on.update(_members(rules, default, name))
            for name in filter(is_of_width, selection.ignore):
                on.difference_update(_members(rules, frozenset(rules), name))
        for name, level in selection.severity:
            severities.pop(name, None)
            if level == OFF:
                on.discard(name)
            else:
                severities[name] = cast(Severity, level)
    return Choice(frozenset(on), tuple(sorted(severities.items())))


def check_names(rules: Mapping[str, Rule], selection: Selection) -> None:
    """Raises UsageError where a name in `selection` stands for no rule, with what was probably meant."""
    for name in selection.names():
        check_name(rules, name)
    for name, _ in selection.severity:
        check_name(rules, name, "rule", ())


def check_name(
    rules: Mapping[str, Rule], name: str, kind: str = "rule or family", beside: Iterable[str] = (*FAMILIES, ALL)
) -> None:
    """Raises UsageError where `name` is neither a rule nor one of `beside`."""
    if name not in rules and name not in beside:
        raise UsageError(no_such(kind, name, (*rules, *beside), '"batchlint rules" lists them'))


def _is_all(name: str) -> bool:
    return name == ALL


def _is_family(name: str) -> bool:
    return name in FAMILIES


def _is_rule(name: str) -> bool:
    return name != ALL and name not in FAMILIES


def _members(rules: Mapping[str, Rule], default: frozenset[str], name: str) -> Iterator[str]:
    """The rules that `name` stands for; of a family, those in `default`."""
    if name == ALL:
        yield from rules
    elif name in FAMILIES:
        yield from (rule.name for rule in rules.values() if rule.family == name and rule.name in default)
    else:
        yield name
