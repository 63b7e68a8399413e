"""Linting the inputs of one run: report, closing line, exit status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from batchlint.command import exit_status
from batchlint.command.inputs import InputError
from batchlint.command.output import complain, say
from batchlint.command.outputs import Outputs
from batchlint.command.profile_hint import FailingLines, ProfileHint, kept
from batchlint.command.progress import Progress
from batchlint.command.statistics import Statistics
from batchlint.engine.parallel import Linter
from batchlint.errors import MissingPartError
from batchlint.findings import SEVERITY_RANK, Severity
from batchlint.reading.sources import NotReadableError, PathSource, Source
from batchlint.reports import FileReport, counts_in_words


@dataclass(frozen=True, slots=True)
class Run:
    """One run over all inputs.

    Attributes:
        linter: judges the inputs.
        outputs: the reports and where they go.
        fail_level: the lowest severity that makes the run fail.
        closing_line: whether counts are told on standard error at the end.
        progress: shows how much of an input was read.
        profile_hint: finds the note for a file that fails as a whole; None for no notes.
        statistics: counts findings by rule, to be told on standard error at the end; or None.
    """

    linter: Linter
    outputs: Outputs
    fail_level: Severity
    closing_line: bool
    progress: Progress
    profile_hint: ProfileHint | None
    statistics: Statistics | None = None

    def lint(self, sources: Iterable[Source | InputError]) -> int:
        """Lints `sources` and returns the exit status.

        Raises:
            OutputError: standard output cannot be written.
            UsageError: an input is one of the outputs.
        """
        self.outputs.begin()
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
                self.outputs.file(file)
                status = max(status, file_status)
                continue
            status = max(status, exit_status.USAGE)
        all_written = self.outputs.end(tuple(files))
        if self.statistics is not None:
            for line in self.statistics.lines():
                say(line)
        if self.closing_line:
            say(counts_in_words(files))
        return status if all_written else exit_status.INCOMPLETE

    def _lint_one(self, source: Source) -> tuple[FileReport, int]:
        status = exit_status.CLEAN
        failing = FailingLines()
        if isinstance(source, PathSource):
            self.outputs.refuse_input(source.path)
            self.progress.begin(source.path, source.name)
        if self.profile_hint is not None:
            source = kept(source)
        findings = self.linter.lint(source)
        while True:
            try:
                finding = next(findings)
            except StopIteration as end:
                file: FileReport = end.value
                self.progress.close()
                if self.profile_hint is not None and failing.is_wholesale(file):
                    self._note(self.profile_hint, source)
                return file, status if file.complete else exit_status.INCOMPLETE
            if SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[self.fail_level]:
                status = exit_status.FINDINGS
            failing.take(finding)
            if self.statistics is not None:
                self.statistics.count(finding)
            self.outputs.finding(finding)

    def _note(self, profile_hint: ProfileHint, source: Source) -> None:
        note = profile_hint.note(source)
        if note is not None:
            # What the note is about stands before it where both streams go to one terminal.
            self.outputs.flush()
            say(f"batchlint: note: {note}")
