"""``--statistics``: how often each rule was broken."""

from __future__ import annotations

from collections import Counter

from batchlint.findings import SEVERITY_RANK, Finding, Severity


class Statistics:
    """Counts the findings of a run by severity and rule."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Severity, str]] = Counter()

    def count(self, finding: Finding) -> None:
        """Counts one more."""
        self.add(finding.severity, finding.rule, 1)

    def add(self, severity: Severity, rule: str, count: int) -> None:
        """Counts `count` more."""
        self._counts[severity, rule] += count

    def lines(self) -> list[str]:
        """A line for each rule, the gravest and most frequent first."""
        ordered = sorted(self._counts.items(), key=lambda item: (-SEVERITY_RANK[item[0][0]], -item[1], item[0][1]))
        width = max((len(f"{count:,}") for _, count in ordered), default=0)
        return [f"{count:>{width},}  {severity:7}  {rule}" for (severity, rule), count in ordered]
