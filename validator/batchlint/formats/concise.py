"""``concise``: one line for each finding, ``path:line:column: severity rule message``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from batchlint.escaping import at_start, show_path
from batchlint.findings import Finding, Repairability
from batchlint.formats.base import Formatter
from batchlint.formats.style import Style

MARKS: Mapping[Repairability | None, str] = MappingProxyType({"safe": " [--fix]", "unsafe": " [--fix --unsafe-fixes]"})
"""What stands after a finding that the command can repair."""


def place(finding: Finding, style: Style) -> str:
    """``path:line:column``, or the path alone for a finding about the whole file."""
    path = show_path(finding.path, style.is_unicode)
    return path if finding.line is None else f"{path}:{finding.line}:{finding.column}"


class Concise(Formatter):
    """One line for each finding, as editors and ``grep`` read it."""

    def finding(self, finding: Finding) -> str:
        """The line."""
        style = self.setting.style
        where = style.paint(at_start(place(finding, style)), "place")
        what = f"{style.paint(finding.severity, finding.severity)} {finding.rule} {finding.message}"
        return f"{where}: {what}{MARKS.get(finding.repair, '')}\n"
