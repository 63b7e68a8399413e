"""What a run says of its files, beside the findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from batchlint.findings import Finding
from batchlint.version import VERSION


class FileReport(NamedTuple):
    """Counts of one file.

    Attributes:
        path: the file as it was given.
        bytes: bytes read, after decompression.
        lines: physical lines; a last one without a newline counts.
        requests: lines that are not blank.
        errors, warnings, infos: findings of each severity.
        complete: whether the file was read to its end and every line was judged.
        profile: the profile that it was judged by, where that is another than the report's; else None.
    """

    path: str
    bytes: int
    lines: int
    requests: int
    errors: int
    warnings: int
    infos: int
    complete: bool
    profile: str | None = None

    def to_dict(self) -> dict[str, str | int | bool]:
        """The members of the JSON report, in its order."""
        row: dict[str, str | int | bool] = {
            "path": self.path,
            "bytes": self.bytes,
            "lines": self.lines,
            "requests": self.requests,
            "errors": self.errors,
            "warnings": self.warnings,
            "infos": self.infos,
            "complete": self.complete,
        }
        return row if self.profile is None else {**row, "profile": self.profile}


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one run: the profile, the files in the order given, and the findings sorted."""

    profile: str
    files: tuple[FileReport, ...]
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Whether every file was read to its end."""
        return all(file.complete for file in self.files)

    @property
    def ok(self) -> bool:
        """Whether every line was judged and none has an error."""
        return self.complete and not any(file.errors for file in self.files)

    def to_dict(self) -> dict[str, object]:
        """The JSON report, members in the documented order (its schema: ``schemas/meta/report``)."""
        return {
            "report_version": 1,
            "tool": {"name": "batchlint", "version": VERSION},
            "profile": self.profile,
            "files": [file.to_dict() for file in self.files],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def counts_in_words(files: Iterable[FileReport]) -> str:
    """What a run found, in one line for people."""
    files = list(files)
    parts = [
        _counted(len(files), "file"),
        _counted(sum(file.requests for file in files), "request"),
        _counted(sum(file.errors for file in files), "error"),
        _counted(sum(file.warnings for file in files), "warning"),
    ]
    if infos := sum(file.infos for file in files):
        parts.append(_counted(infos, "info"))
    unread = sum(not file.complete for file in files)
    end = f"; {_counted(unread, 'file')} not read to the end" if unread else ""
    return ", ".join(parts) + end


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
