"""What an engine is made of, as a plain value."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from batchlint.documents.linked import Linked, combined, linked
from batchlint.documents.profile import DEFAULT, profile_named
from batchlint.engine.rulebook import Rulebook, rulebook_for
from batchlint.limits import Limits
from batchlint.rules.catalogue import rules_with
from batchlint.rules.choice import Selection

if TYPE_CHECKING:
    from batchlint.policies.policy import Policy


class EngineOptions(NamedTuple):
    """The choices of one run; two engines made of equal options give the same findings.

    Attributes:
        profile: ``provider@date``, or ``provider`` for its newest.
        endpoint: the endpoint of the job, one of the profile's.
        limits: the limits that protect the process.
        excerpt_width: columns of the windows that findings carry; None for no windows.
        screens: whether clean lines may be passed by the screen; it changes the time, never a finding.
        policies: what every request has to satisfy beside the profile.
        selections: what each source says of rules, the weakest first.
    """

    profile: str = DEFAULT
    endpoint: str | None = None
    limits: Limits = Limits()
    excerpt_width: int | None = None
    screens: bool = True
    policies: tuple[Policy, ...] = ()
    selections: tuple[Selection, ...] = ()

    def rulebook(self) -> Rulebook:
        """The severities of all rules, those of the policies too.

        Raises:
            UsageError: an unknown profile or rule.
        """
        rules = rules_with(policy.rules for policy in self.policies)
        return rulebook_for(rules, profile_named(self.profile), self.selections)

    def documents(self) -> Linked:
        """All documents that lines are judged by.

        Raises:
            UsageError: an unknown profile.
            DocumentError: a document is missing or broken.
        """
        return combined(linked(profile_named(self.profile).line), *(policy.documents for policy in self.policies))


def policies_at(paths: Iterable[str | os.PathLike[str]]) -> tuple[Policy, ...]:
    """The policies in the files at `paths`.

    Raises:
        DocumentError: one cannot be read, or is no good document; the text has file, pointer and reason.
    """
    paths = tuple(paths)
    if not paths:
        return ()
    from batchlint.policies.policy import load_policy

    return tuple(load_policy(path) for path in paths)
