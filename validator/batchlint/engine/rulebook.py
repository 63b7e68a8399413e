"""The severity that a rule has in one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from batchlint.documents.profile import Profile
from batchlint.findings import Severity
from batchlint.rules.catalogue import Rule

OFF = "off"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules with what the profile changes of them."""

    rules: Mapping[str, Rule]
    profile: Profile

    def severity(self, rule: str, stated: Severity | None) -> Severity | None:
        """The severity of a fault: as stated, else by the profile, else the rule's own; None leaves it out."""
        own = self.rules[rule].severity if self.rules[rule].default else OFF
        severity = stated or self.profile.severities.get(rule) or own
        return None if severity == OFF else cast(Severity, severity)

    def is_on(self, rule: str) -> bool:
        """Whether faults of `rule` can become findings."""
        return self.severity(rule, None) is not None
