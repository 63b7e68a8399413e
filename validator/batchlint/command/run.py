"""Linting the inputs of one run: report, closing line, exit status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from batchlint.command import exit_status
from batchlint.command.inputs import ExcludedError, Input, InputError
from batchlint.command.output import complain, say
from batchlint.command.outputs import Outputs
from batchlint.command.profile_hint import FailingLines, ProfileHint, kept
from batchlint.command.progress import Progress
from batchlint.command.sieve import Fate, Sieve
from batchlint.command.statistics import Statistics
from batchlint.engine.driver import Driver, Judged, Outcome
from batchlint.engine.run import EndEarlyError
from batchlint.errors import ExecutorError, MissingPartError
from batchlint.findings import Finding, Severity
from batchlint.reading.sources import Divisible, NotReadableError, Source
from batchlint.reports import FileReport, counts_in_words

if TYPE_CHECKING:
    # Only a run with --fix loads it.
    from batchlint.command.repair import Repairs

    # Only a run in which findings are counted elsewhere does.
    from batchlint.engine.hidden import Hidden


class Run(NamedTuple):
    """One run over all inputs.

    Attributes:
        profile: the profile of the report.
        sieve: decides what becomes of each finding.
        outputs: the reports and where they go.
        closing_line: whether counts are told on standard error at the end.
        progress: shows how much of an input was read.
        has_notes: whether another profile is named for files that fail as a whole.
        driver: judges the inputs.
        statistics: counts findings by rule, to be told on standard error at the end; or None.
        repairs: has repaired the inputs, each before it was linted; or None.
        tells_repairs: whether the number of repairs is told on standard error at the end.
    """

    profile: str
    sieve: Sieve
    outputs: Outputs
    closing_line: bool
    progress: Progress
    has_notes: bool
    driver: Driver
    statistics: Statistics | None = None
    repairs: Repairs | None = None
    tells_repairs: bool = False

    def lint(self, inputs: Iterable[Input | InputError]) -> int:
        """Lints `inputs` and returns the exit status.

        Raises:
            OutputError: standard output cannot be written.
            UsageError: an input is one of the outputs.
        """
        self.outputs.begin()
        status = exit_status.CLEAN
        files: list[FileReport] = []
        excluded = 0
        try:
            for given, judged in self.driver.judge(self._jobs(inputs)):
                if isinstance(given, ExcludedError):
                    excluded += 1
                    continue
                if isinstance(given, InputError) or judged is None:
                    self._tell_unread(str(given))
                    status = max(status, exit_status.USAGE)
                    continue
                file = self._lint_or_complain(given, judged)
                if file is None:
                    status = max(status, exit_status.USAGE)
                    continue
                files.append(file)
                self.outputs.file(file)
                # CPython leaves the loop without telling the measure of coverage; the cases with --exit-first see it.
                if self.sieve.is_over:  # pragma: no cover
                    break
                status = status if file.complete else max(status, exit_status.INCOMPLETE)
        except ExecutorError as error:
            self._tell_unread(str(error))
            status = exit_status.INCOMPLETE
        all_written = self.outputs.end(tuple(files))
        self._tell(files, excluded)
        if not all_written:
            return exit_status.INCOMPLETE
        if self.repairs is not None:
            status = max(status, self.repairs.status)
        return max(status, exit_status.FINDINGS) if self.sieve.failed else status

    def _tell(self, files: list[FileReport], excluded: int) -> None:
        """Tells on standard error what does not belong to a report."""
        if self.statistics is not None:
            for line in self.statistics.lines():
                say(line)
        for line in self.sieve.gone(files):
            say(line)
        if self.repairs is not None and self.tells_repairs:
            say(self.repairs.told(sum(file.errors + file.warnings + file.infos for file in files)))
        if self.closing_line:
            left_out = [f"{excluded:,} excluded"] if excluded else []
            say("; ".join([counts_in_words(files), *left_out, *self.sieve.remarks()]))

    def _jobs(self, inputs: Iterable[Input | InputError]) -> Iterator[tuple[Input | InputError, Input | None]]:
        for given in inputs:
            if isinstance(given, Input):
                prepared = given._replace(source=kept(given.source)) if self.has_notes else given
                yield prepared, prepared
            else:
                yield given, None

    def _lint_or_complain(self, given: Input, judged: Judged) -> FileReport | None:
        name = given.source.name
        try:
            return self._lint_one(given, judged)
        except (MissingPartError, NotReadableError) as error:
            self._tell_unread(f"{name}: {error}")
        except (FileNotFoundError, NotADirectoryError):
            self._tell_unread(f"{name}: there is no such file")
        return None

    def _tell_unread(self, reason: str) -> None:
        complain(reason)
        self.outputs.unread(reason)

    def _lint_one(self, given: Input, findings: Judged) -> FileReport:
        engine = given.judging.engine
        failing = FailingLines()
        source = given.source
        if isinstance(source, Divisible):
            self.progress.begin(source)
        try:
            while True:
                finding = next(findings)
                failing.take(finding)
                self._take(finding, given.judging.fail_level)
                if self.sieve.is_over:
                    findings.throw(EndEarlyError())
        except StopIteration as end:
            outcome: Outcome = end.value
        file = outcome.report
        if outcome.hidden:
            self._hide(outcome.hidden, given.judging.fail_level)
            failing.number += outcome.hidden.failing_lines
        self.progress.ended(file.bytes)
        if self.has_notes and failing.is_wholesale(file):
            self._note(ProfileHint(engine.options), source)
        file = self.sieve.counted(file)
        return file if engine.profile.name == self.profile else file._replace(profile=engine.profile.name)

    def _take(self, finding: Finding, fail_level: Severity) -> None:
        fate = self.sieve.fate(finding, fail_level)
        if self.statistics is not None and fate is not Fate.KNOWN:
            self.statistics.count(finding)
        if fate is Fate.SHOWN:
            self.outputs.finding(finding)
        elif fate is Fate.COUNTED:
            self.outputs.hidden(finding.severity, finding.rule, 1)

    def _hide(self, hidden: Hidden, fail_level: Severity) -> None:
        counts: Counter[Severity] = Counter()
        for (rule, _, severity), count in hidden.counts.items():
            counts[severity] += count
            self.outputs.hidden(severity, rule, count)
            if self.statistics is not None:
                self.statistics.add(severity, rule, count)
        self.sieve.hide(counts, fail_level)

    def _note(self, profile_hint: ProfileHint, source: Source) -> None:
        note = profile_hint.note(source)
        if note is not None:
            # What the note is about stands before it where both streams go to one terminal.
            self.outputs.flush()
            say(f"batchlint: note: {note}")
