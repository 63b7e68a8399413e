"""``json`` and ``json-lines``: the report for programs."""

from __future__ import annotations

import json

from batchlint.findings import Finding
from batchlint.reports import FileReport, Report


class JsonReport:
    """One object; its counts stand before the findings, so the findings are held until the end."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._rows: list[str] = []

    def finding(self, finding: Finding) -> str:
        """Nothing yet."""
        self._rows.append(json.dumps(finding.to_dict()))
        return ""

    def end(self, files: tuple[FileReport, ...]) -> str:
        """The whole object, each finding on a line of its own."""
        empty = json.dumps(Report(self._profile, files, ()).to_dict(), indent=2)
        if not self._rows:
            return empty + "\n"
        head = empty.removesuffix("[]\n}")
        return head + "[\n    " + ",\n    ".join(self._rows) + "\n  ]\n}\n"


class JsonLines:
    """One object for each finding, written as it is found."""

    def __init__(self, profile: str) -> None:
        del profile

    def finding(self, finding: Finding) -> str:
        """The object on a line."""
        return json.dumps(finding.to_dict()) + "\n"

    def end(self, _files: tuple[FileReport, ...]) -> str:
        """Nothing."""
        return ""
