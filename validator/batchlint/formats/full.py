"""``full``: for people, with a masked window of the line, a caret and the hint."""

from __future__ import annotations

from batchlint.escaping import show
from batchlint.findings import Finding
from batchlint.formats.concise import place
from batchlint.reports import FileReport

WINDOW = 96
"""The widest window, so that it stands with its margin within 100 columns."""

MARGIN = "  | "


class Full:
    """Several lines for each finding, and a blank one between two."""

    def __init__(self, profile: str) -> None:
        del profile

    def finding(self, finding: Finding) -> str:
        """The paragraph of one finding."""
        lines = [f"{finding.severity}[{finding.rule}]: {finding.message}", f" --> {place(finding)}{_where(finding)}"]
        if finding.excerpt is not None:
            mark = " " * finding.excerpt.start + "^" * finding.excerpt.width
            lines += [f"{MARGIN}{finding.excerpt.text}".rstrip(), f"{MARGIN}{mark}"]
        if finding.hint is not None:
            lines.append(f"  = hint: {finding.hint}")
        return "\n".join(lines) + "\n\n"

    def end(self, _files: tuple[FileReport, ...]) -> str:
        """Nothing; the closing line is not part of the report."""
        return ""


def _where(finding: Finding) -> str:
    parts = []
    if finding.pointer:
        parts.append(f"at {show(finding.pointer, 120)}")
    if finding.custom_id is not None:
        parts.append(f"in {show(finding.custom_id, 64)}")
    return f" {' '.join(parts)}" if parts else ""
