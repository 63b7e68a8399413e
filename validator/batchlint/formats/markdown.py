"""``markdown``: a summary for people, such as a GitHub job summary: counts by rule, then the first findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from batchlint.escaping import show_path
from batchlint.findings import SEVERITY_RANK, Finding, Severity
from batchlint.formats.base import Formatter, Setting
from batchlint.formats.concise import place
from batchlint.reports import FileReport, counts_in_words
from batchlint.rules.catalogue import rules

SHOWN = 50
"""How many findings are listed; a job summary on GitHub may have 1 MiB."""


class Markdown(Formatter):
    """Tables; the counts stand before the first findings, so those are held until the end."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._counts: Counter[tuple[Severity, str]] = Counter()
        self._rows: list[str] = []
        self._unread: list[str] = []
        # That of a rule of a policy has the policy's title in it.
        known = rules()
        self._summaries = {
            rule.name: rule.summary if rule.name in known else _code(rule.summary) for rule in setting.rules
        }

    def finding(self, finding: Finding) -> str:
        """Nothing yet."""
        self._counts[finding.severity, finding.rule] += 1
        if len(self._rows) < SHOWN:
            hint = "" if finding.hint is None else _code(finding.hint)
            where = _code(place(finding, self.setting.style))
            self._rows.append(_row([where, finding.severity, finding.rule, _code(finding.message), hint]))
        return ""

    def hidden(self, severity: Severity, rule: str, count: int) -> None:
        """They stand in the table by rule."""
        self._counts[severity, rule] += count

    def unread(self, reason: str) -> None:
        """It is told in the end."""
        self._unread.append(_code(show_path(reason, self.setting.style.is_unicode)))

    def end(self, files: tuple[FileReport, ...]) -> str:
        """The whole summary."""
        blocks = ["## batchlint", f"{counts_in_words(files)}. Profile: {_code(self.setting.profile)}."]
        if unread := [file.path for file in files if not file.complete]:
            names = ", ".join(_code(show_path(path, self.setting.style.is_unicode)) for path in unread[:SHOWN])
            blocks.append(f"Not read to the end: {names}.")
        if self._unread:
            more = len(self._unread) - SHOWN
            blocks.append(f"Not linted: {', '.join(self._unread[:SHOWN])}{f' and {more:,} more' if more > 0 else ''}.")
        if self._counts:
            blocks += [self._by_rule(), *self._listed()]
        return "\n\n".join(blocks) + "\n"

    def _by_rule(self) -> str:
        ordered = sorted(self._counts.items(), key=lambda item: (-SEVERITY_RANK[item[0][0]], -item[1], item[0][1]))
        rows = [
            _row([f"{count:,}", severity, rule, self._summaries.get(rule, "")]) for (severity, rule), count in ordered
        ]
        return _table(["Findings", "Severity", "Rule", "What is wrong"], rows)

    def _listed(self) -> list[str]:
        total = sum(self._counts.values())
        shown = len(self._rows)
        if not shown:
            return []
        title = "### Findings" if total == shown else f"### The first {shown} of {total:,} findings"
        return [title, _table(["Place", "Severity", "Rule", "Message", "Hint"], self._rows)]


def _table(heads: list[str], rows: Iterable[str]) -> str:
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *rows])


def _row(cells: list[str]) -> str:
    # A bar ends a cell even within a code span.
    safe = [cell.replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(safe)} |"


def _code(text: str) -> str:
    """`text` as a code span, in which nothing is a link, a mention or HTML."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"
