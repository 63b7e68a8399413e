"""Making the formatter of each report from the options and the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchlint.command.destinations import Destination
from batchlint.command.terminal import ColorChoice, columns, has_color, is_utf8
from batchlint.escaping import show
from batchlint.findings import Severity
from batchlint.formats.base import Formatter, RuleText, Setting
from batchlint.formats.style import Style

if TYPE_CHECKING:
    from batchlint.policies.policy import Policy

CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables by which GitHub and GitLab name the folder that they see paths from."""


@dataclass(frozen=True, slots=True)
class FormatterMaker:
    """Makes formatters.

    Attributes:
        profile: the name of the profile.
        fail_level: the lowest severity that fails the run.
        color: the value of ``--color``.
        policies: the policies of the run, whose rules are told too.
    """

    profile: str
    fail_level: Severity
    color: ColorChoice
    policies: tuple[Policy, ...] = ()

    def make(self, destination: Destination) -> Formatter:
        """The formatter of one report."""
        chosen = destination.format
        setting = Setting(
            profile=self.profile,
            root=checkout(os.getcwd(), os.environ),
            fail_level=self.fail_level,
            rules=self._rule_texts() if chosen.needs_rules else (),
            style=self._style(destination),
        )
        return chosen.load()(setting)

    def _style(self, destination: Destination) -> Style:
        """A file is read with whatever comes; so it is coloured only where that was asked for by the option."""
        is_colored = destination.format.for_people
        if destination.path is not None:
            return Style(has_color=is_colored and self.color == "always", is_unicode=True)
        if not is_colored:
            return Style(is_unicode=True)
        return Style(
            has_color=has_color(self.color, sys.stdout, os.environ),
            columns=columns(sys.stdout, os.environ),
            is_unicode=is_utf8(sys.stdout),
        )

    def _rule_texts(self) -> tuple[RuleText, ...]:
        from batchlint.rules.catalogue import address_of, page_of, rules_with

        return tuple(
            RuleText(rule.name, rule.family, rule.severity, show(rule.summary, 400), page_of(rule), address_of(rule))
            for rule in rules_with(policy.rules for policy in self.policies).values()
        )


def checkout(folder: str, environment: Mapping[str, str]) -> str:
    """The root of the checkout that `folder` lies in, where a CI system names it, else `folder` itself."""
    for root in filter(None, map(environment.get, CHECKOUTS)):
        path = os.path.abspath(root)
        if folder == path or folder.startswith(os.path.join(path, "")):
            return path
    return folder
