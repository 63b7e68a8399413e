"""``concise``: one line for each finding, ``path:line:column: severity rule message``."""

from __future__ import annotations

from batchlint.escaping import show_at_start
from batchlint.findings import Finding
from batchlint.reports import FileReport


def place(finding: Finding) -> str:
    """``path:line:column``, or the path alone for a finding about the whole file."""
    path = show_at_start(finding.path)
    return path if finding.line is None else f"{path}:{finding.line}:{finding.column}"


class Concise:
    """One line for each finding, as editors and ``grep`` read it."""

    def __init__(self, profile: str) -> None:
        del profile

    def finding(self, finding: Finding) -> str:
        """The line."""
        return f"{place(finding)}: {finding.severity} {finding.rule} {finding.message}\n"

    def end(self, _files: tuple[FileReport, ...]) -> str:
        """Nothing."""
        return ""
