"""``junit``: JUnit XML as Jenkins and GitLab read it.

A file is a suite, a finding a case: one that fails the run is a failure, a lesser one is a case that passes and
says so in its output. A file without findings is one case that passes, one that was not read to its end has a
case that is an error.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from batchlint.escaping import show_path
from batchlint.findings import SEVERITY_RANK, Finding
from batchlint.formats.base import Formatter, Setting
from batchlint.formats.concise import place
from batchlint.formats.describing import whereabouts, with_hint
from batchlint.reports import FileReport


class _Counts(NamedTuple):
    """What stands in the head of suites."""

    tests: int
    failures: int
    errors: int

    def attributes(self) -> dict[str, str]:
        return {name: str(count) for name, count in self._asdict().items()}


class JUnit(Formatter):
    """One document; counts stand before the cases, so the cases are held until the end."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._cases: list[str] = []
        self._failures = 0
        self._suites: list[tuple[str, _Counts]] = []
        self._unread: list[str] = []

    def finding(self, finding: Finding) -> str:
        """Nothing yet."""
        is_failure = SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[self.setting.fail_level]
        self._failures += is_failure
        where = "" if finding.line is None else f" at line {finding.line}, column {finding.column}"
        parts = [f"{place(finding, self.setting.style)}: {with_hint(finding)}", whereabouts(finding)]
        text = "\n".join(part for part in parts if part)
        if is_failure:
            outcome = _element("failure", {"type": finding.severity, "message": finding.message}, escape(text))
        else:
            outcome = _element("system-out", {}, escape(f"{finding.severity}: {text}"))
        self._cases.append(self._case(finding.path, f"{finding.rule}{where}", outcome))
        return ""

    def file(self, file: FileReport) -> str:
        """Nothing yet; the suite of the file is complete."""
        if not file.complete:
            outcome = _element("error", {"message": "the file was not read to its end"}, "")
            self._cases.append(self._case(file.path, "complete", outcome))
        elif not self._cases:
            self._cases.append(self._case(file.path, "no findings", ""))
        counts = _Counts(len(self._cases), self._failures, int(not file.complete))
        suite = _element("testsuite", {"name": self._name(file.path), **counts.attributes()}, "".join(self._cases))
        self._suites.append((suite, counts))
        self._cases = []
        self._failures = 0
        return ""

    def unread(self, reason: str) -> None:
        """Nothing yet; what was not linted makes a suite of its own."""
        name = show_path(reason, is_unicode=True)
        outcome = _element("error", {"message": name}, "")
        self._unread.append(_element("testcase", {"name": name, "classname": "batchlint"}, outcome))

    def end(self, _files: tuple[FileReport, ...]) -> str:
        """The whole document."""
        if self._unread:
            counts = _Counts(len(self._unread), 0, len(self._unread))
            suite = _element("testsuite", {"name": "not linted", **counts.attributes()}, "".join(self._unread))
            self._suites.append((suite, counts))
        total = _Counts(
            sum(counts.tests for _, counts in self._suites),
            sum(counts.failures for _, counts in self._suites),
            sum(counts.errors for _, counts in self._suites),
        )
        attributes = {"name": "batchlint", **total.attributes()}
        body = _element("testsuites", attributes, "".join(suite for suite, _ in self._suites))
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'

    def _case(self, path: str, name: str, outcome: str) -> str:
        return _element("testcase", {"name": name, "classname": self._name(path)}, outcome)

    def _name(self, path: str) -> str:
        return show_path(path, is_unicode=True)


def _element(name: str, attributes: dict[str, str], content: str) -> str:
    """An element on lines of its own; all text in it is printable, which XML requires and does not escape."""
    listed = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    if not content:
        return f"<{name}{listed}/>\n"
    lead = "\n" if content.endswith(">\n") else ""
    return f"<{name}{listed}>{lead}{content}</{name}>\n"
