"""What becomes of each finding of a run: known from the baseline, shown, only counted, or the last one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING

from batchlint.findings import SEVERITY_RANK, Finding, Severity
from batchlint.reports import FileReport

if TYPE_CHECKING:
    from batchlint.baseline import Known, Recognizer

NAMED = 5
"""How many files and rules are named whose findings are gone."""


class Fate(Enum):
    """What becomes of a finding."""

    SHOWN = "shown"
    COUNTED = "counted"
    KNOWN = "known"


class Sieve:
    """Stands between the engines and the report of one run."""

    def __init__(
        self,
        max_findings: int | None = None,
        baseline: Recognizer | None = None,
        recorder: Recognizer | None = None,
        *,
        exit_first: bool = False,
    ) -> None:
        """Starts a run.

        Args:
            max_findings: how many findings are shown, or None for all.
            baseline: recognizes findings that are left out, or None.
            recorder: names all findings for a new baseline, in which case none is shown; or None.
            exit_first: whether the run ends at the first finding that makes it fail.
        """
        self.failed = False
        self.recorded: list[Known] = []
        self._left = max_findings
        self._max_findings = max_findings
        self._baseline = baseline
        self._recorder = recorder
        self._exit_first = exit_first
        self._hidden = 0
        self._known = 0
        self._known_of_file: Counter[str] = Counter()

    @property
    def is_over(self) -> bool:
        """Whether the run ends early."""
        return self.failed and self._exit_first

    def fate(self, finding: Finding, fail_level: Severity) -> Fate:
        """What becomes of the next finding; they have to come in the order of the report."""
        if self._recorder is not None:
            self.recorded.append(self._recorder.name(finding))
            return Fate.KNOWN
        if self._baseline is not None and self._baseline.is_known(finding):
            self._known += 1
            self._known_of_file[finding.severity] += 1
            return Fate.KNOWN
        if SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[fail_level]:
            self.failed = True
        if self._left is None:
            return Fate.SHOWN
        if self._left == 0:
            self._hidden += 1
            return Fate.COUNTED
        self._left -= 1
        return Fate.SHOWN

    def hide(self, counts: Mapping[Severity, int], fail_level: Severity) -> None:
        """Takes note of findings that are only counted, behind so many that none of them would be shown.

        Args:
            counts: how many there are, of the severities that occur.
            fail_level: the lowest severity that makes the run fail.
        """
        for severity, count in counts.items():
            self._hidden += count
            if SEVERITY_RANK[severity] >= SEVERITY_RANK[fail_level]:
                self.failed = True

    @property
    def enough(self) -> int | None:
        """How many findings of each file it has to see, where those behind need only be counted; None for all."""
        return self._max_findings if self._baseline is None and self._recorder is None else None

    def counted(self, file: FileReport) -> FileReport:
        """The report of the file that has just ended, without the findings that are known."""
        known = self._known_of_file
        self._known_of_file = Counter()
        return file._replace(
            errors=file.errors - known["error"],
            warnings=file.warnings - known["warning"],
            infos=file.infos - known["info"],
        )

    def remarks(self) -> Iterator[str]:
        """What the closing line adds."""
        if self._known:
            yield f"{self._known:,} known from the baseline"
        if self._hidden:
            yield f"{self._hidden:,} not shown"
        if self.is_over:
            yield "ended at the first failure"

    def gone(self, files: Iterable[FileReport]) -> Iterator[str]:
        """Lines about findings of the baseline that did not occur in `files`, as far as these were read."""
        if self._baseline is None:
            return
        known = self._baseline.gone(file.path for file in files if file.complete)
        gone = Counter((row.path, row.rule) for row in known)
        for (path, rule), count in list(gone.items())[:NAMED]:
            yield f"{path}: {rule}: {count:,} in the baseline that {'is' if count == 1 else 'are'} gone"
        if gone:
            named = sum(list(gone.values())[:NAMED])
            more = f"{len(known) - named:,} more are gone; " if len(known) > named else ""
            yield f"{more}--write-baseline writes the baseline anew"
