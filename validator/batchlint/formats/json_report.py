"""``json`` and ``json-lines``: the report for programs."""

from __future__ import annotations

from batchlint.escaping import json_text
from batchlint.findings import Finding
from batchlint.formats.base import Formatter, Setting
from batchlint.reports import FileReport, Report


class JsonReport(Formatter):
    """One object; its counts stand before the findings, so the findings are held until the end."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._rows: list[str] = []

    def finding(self, finding: Finding) -> str:
        """Nothing yet."""
        self._rows.append(json_text(finding.to_dict()))
        return ""

    def end(self, files: tuple[FileReport, ...]) -> str:
        """The whole object, each finding on a line of its own."""
        empty = json_text(Report(self.setting.profile, files, ()).to_dict(), indent=2)
        if not self._rows:
            return empty + "\n"
        head = empty.removesuffix("[]\n}")
        return head + "[\n    " + ",\n    ".join(self._rows) + "\n  ]\n}\n"


class JsonLines(Formatter):
    """One object for each finding, written as it is found."""

    def finding(self, finding: Finding) -> str:
        """The object on a line."""
        return json_text(finding.to_dict()) + "\n"
