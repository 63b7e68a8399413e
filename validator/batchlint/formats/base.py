"""What a format is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

from batchlint.findings import Family, Finding, Severity
from batchlint.formats.style import PLAIN, Style
from batchlint.reports import FileReport


class RuleText(NamedTuple):
    """What a report may say of a rule.

    Attributes:
        name: kebab-case, stable.
        family: what knowledge it rests on.
        severity: its severity where neither a document nor a profile says otherwise.
        summary: one line, what is wrong.
        page: its page, Markdown.
        url: where its page is published, or None.
    """

    name: str
    family: Family
    severity: Severity
    summary: str
    page: str
    url: str | None = None


class Setting(NamedTuple):
    """What a formatter knows of its run.

    Attributes:
        profile: the name of the profile, ``provider@date``.
        root: the folder, absolute, that CI systems see paths from.
        fail_level: the lowest severity that fails the run.
        rules: all rules in the order of the documentation; empty for a format that does not ask for them.
        style: how text for people looks.
    """

    profile: str
    root: str
    fail_level: Severity = "error"
    rules: tuple[RuleText, ...] = ()
    style: Style = PLAIN


class Formatter(ABC):
    """Writes one report. The pieces joined are the whole output; each ends with a newline or is empty."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def begin(self) -> str:
        """What stands before the first finding."""
        return ""

    @abstractmethod
    def finding(self, finding: Finding) -> str:
        """What can be written as soon as a finding is known."""

    def hidden(self, severity: Severity, rule: str, count: int) -> None:  # noqa: B027  # most formats need not know
        """Takes note of findings that are only counted, since enough are shown."""

    def unread(self, reason: str) -> None:  # noqa: B027  # some formats have no place for it
        """Takes note of an input that was not linted at all; `reason` names it, and is not escaped."""

    def file(self, file: FileReport) -> str:  # noqa: ARG002  # most formats say nothing here
        """What follows the findings of one input."""
        return ""

    def end(self, files: tuple[FileReport, ...]) -> str:  # noqa: ARG002  # most formats say nothing here
        """What follows when all inputs were judged."""
        return ""


class Format(NamedTuple):
    """A format by name.

    Attributes:
        load: imports the module of the format, so that a run costs the time of those it asks for.
        summary: what it is for, in a few words.
        for_people: whether a person reads it, so that colours and a closing line serve.
        has_excerpts: whether it shows windows of lines.
        needs_rules: whether it says something of the rules themselves.
        holds_findings: whether totals stand before the findings, so that a short row of each is held to the end.
    """

    load: Callable[[], type[Formatter]]
    summary: str
    for_people: bool = False
    has_excerpts: bool = False
    needs_rules: bool = False
    holds_findings: bool = False
