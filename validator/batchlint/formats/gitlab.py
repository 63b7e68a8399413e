"""``gitlab``: the Code Quality report of GitLab.

Its members: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from batchlint.escaping import show_path
from batchlint.findings import Finding, Severity
from batchlint.fingerprints import Fingerprints
from batchlint.formats.base import Formatter, Setting
from batchlint.formats.rows import Rows
from batchlint.portable import PortablePaths
from batchlint.reports import FileReport

_SEVERITIES: Mapping[Severity, str] = MappingProxyType({"error": "major", "warning": "minor", "info": "info"})


class GitLab(Formatter):
    """One array, written as findings are found."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._paths = PortablePaths(setting.root)
        self._rows = Rows()
        self._fingerprints = Fingerprints(setting.root)
        self._urls = {rule.name: rule.url for rule in setting.rules}

    def begin(self) -> str:
        """The bracket."""
        return "[\n"

    def finding(self, finding: Finding) -> str:
        """One issue. GitLab shows no rule, so the description names it; every issue needs a line."""
        hint = "" if finding.hint is None else f" (hint: {finding.hint})"
        lines = {"begin": finding.line or 1, "end": finding.end_line or 1}
        issue: dict[str, object] = {
            "description": f"{finding.rule}: {finding.message}{hint}",
            "check_name": finding.rule,
            "fingerprint": self._fingerprints.next(finding),
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": show_path(self._paths.of(finding.path), is_unicode=True),
                "lines": lines,
            },
        }
        if (url := self._urls.get(finding.rule)) is not None:
            issue["content"] = {"body": f"[{finding.rule}]({url})"}
        return self._rows.row(issue)

    def end(self, _files: tuple[FileReport, ...]) -> str:
        """The bracket."""
        return f"{self._rows.close()}\n"
