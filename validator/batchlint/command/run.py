"""Linting the inputs of one run: report, closing line, exit status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from batchlint.command import exit_status
from batchlint.command.inputs import InputError
from batchlint.command.output import Output, complain, say
from batchlint.command.profile_hint import FailingLines, ProfileHint, kept
from batchlint.engine.parallel import Linter
from batchlint.errors import MissingPartError
from batchlint.findings import SEVERITY_RANK, Severity
from batchlint.formats.base import Formatter
from batchlint.reading.sources import NotReadableError, Source
from batchlint.reports import FileReport


@dataclass(frozen=True, slots=True)
class Run:
    """One run over all inputs.

    Attributes:
        linter: judges the inputs.
        formatter: writes the report.
        output: where the report goes.
        fail_level: the lowest severity that makes the run fail.
        closing_line: whether counts are told on standard error at the end.
        profile_hint: finds the note for a file that fails as a whole; None for no notes.
    """

    linter: Linter
    formatter: Formatter
    output: Output
    fail_level: Severity
    closing_line: bool
    profile_hint: ProfileHint | None

    def lint(self, sources: Iterable[Source | InputError]) -> int:
        """Lints `sources` and returns the exit status.

        Raises:
            OutputError: the report cannot be written.
        """
        status = exit_status.CLEAN
        files: list[FileReport] = []
        for source in sources:
            if isinstance(source, InputError):
                complain(str(source))
                status = max(status, exit_status.USAGE)
                continue
            try:
                file, file_status = self._lint_one(source)
            except MissingPartError as error:
                complain(f"{source.name}: {error}")
            except NotReadableError as error:
                complain(f"{source.name}: {error}")
            except (FileNotFoundError, NotADirectoryError):
                complain(f"{source.name}: there is no such file")
            else:
                files.append(file)
                status = max(status, file_status)
                continue
            status = max(status, exit_status.USAGE)
        self.output.write(self.formatter.end(tuple(files)))
        self.output.flush()
        if self.closing_line:
            say(closing_line(files))
        return status

    def _lint_one(self, source: Source) -> tuple[FileReport, int]:
        status = exit_status.CLEAN
        failing = FailingLines()
        if self.profile_hint is not None:
            source = kept(source)
        findings = self.linter.lint(source)
        while True:
            try:
                finding = next(findings)
            except StopIteration as end:
                file: FileReport = end.value
                if self.profile_hint is not None and failing.is_wholesale(file):
                    self._note(self.profile_hint, source)
                return file, status if file.complete else exit_status.INCOMPLETE
            if SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[self.fail_level]:
                status = exit_status.FINDINGS
            failing.take(finding)
            self.output.write(self.formatter.finding(finding))

    def _note(self, profile_hint: ProfileHint, source: Source) -> None:
        note = profile_hint.note(source)
        if note is not None:
            # What the note is about stands before it where both streams go to one terminal.
            self.output.flush()
            say(f"batchlint: note: {note}")


def closing_line(files: Iterable[FileReport]) -> str:
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
