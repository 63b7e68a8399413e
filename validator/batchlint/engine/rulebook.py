"""The severity that a rule has in one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from batchlint.documents.constants import envelope_constants
from batchlint.documents.profile import Profile
from batchlint.faults import Fault
from batchlint.findings import Repairability, Severity
from batchlint.repairs import Action
from batchlint.rules.catalogue import Rule
from batchlint.rules.choice import OFF, Choice, Selection, choose


class Rulebook(NamedTuple):
    """The rules, with what the profile and the user change of them."""

    rules: Mapping[str, Rule]
    profile: Profile
    choice: Choice

    def severity(self, rule: str, stated: Severity | None) -> Severity | None:
        """The severity of a fault: the user's, else as stated, else the profile's, else the rule's own.

        None stands for a rule that is off; its faults are left out and not counted.
        """
        if rule not in self.choice.on:
            return None
        for name, severity in self.choice.severities:
            if name == rule:
                return severity
        of_profile = self.profile.severities.get(rule, OFF)
        # A rule that the profile leaves out is on only where the user names it.
        return stated or (self.rules[rule].severity if of_profile == OFF else cast(Severity, of_profile))

    def is_on(self, rule: str) -> bool:
        """Whether faults of `rule` can become findings."""
        return self.severity(rule, None) is not None

    def repairability(self, fault: Fault) -> Repairability | None:
        """How safely `fault` can be repaired; None where it cannot."""
        repair = fault.repair
        if repair is None:
            return None
        if repair.action is Action.INSERT and repair.argument not in envelope_constants(self.profile.line):
            return None
        return self.rules[fault.rule].repair


def rulebook_for(rules: Mapping[str, Rule], profile: Profile, selections: Iterable[Selection]) -> Rulebook:
    """The rulebook of a run.

    Args:
        rules: all rules by name.
        profile: whose severities hold.
        selections: what the user says of rules, the weakest source first.

    Raises:
        UsageError: a name stands for no rule.
    """
    left_out = [rule for rule, severity in profile.severities.items() if severity == OFF]
    return Rulebook(rules, profile, choose(rules, left_out, selections))
