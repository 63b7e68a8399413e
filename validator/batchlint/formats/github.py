"""``github``: workflow commands of GitHub Actions, which become annotations.

How the runner reads them: ``src/Runner.Common/ActionCommand.cs`` in https://github.com/actions/runner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from batchlint.escaping import show_path
from batchlint.findings import Finding, Severity
from batchlint.formats.base import Formatter, Setting
from batchlint.formats.concise import place
from batchlint.formats.describing import whereabouts, with_hint
from batchlint.portable import PortablePaths
from batchlint.reports import FileReport

SHOWN = 10
"""How many annotations of each kind GitHub shows of one step."""

_COMMANDS: Mapping[Severity, str] = MappingProxyType({"error": "error", "warning": "warning", "info": "notice"})


class GitHub(Formatter):
    """One command for each finding, and one about the cap where it takes effect."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._paths = PortablePaths(setting.root)
        self._counts: Counter[str] = Counter()
        self._hidden = 0
        self._unread: list[str] = []

    def finding(self, finding: Finding) -> str:
        """The command."""
        command = _COMMANDS[finding.severity]
        self._counts[command] += 1
        properties = {"title": f"batchlint ({finding.rule})", "file": self._path(finding)}
        if finding.line is not None:
            properties["line"] = str(finding.line)
            # Columns belong to one line; with two the runner refuses them.
            if finding.line == finding.end_line:
                properties["col"] = str(finding.column)
            properties["endLine"] = str(finding.end_line)
            if finding.line == finding.end_line:
                properties["endColumn"] = str(finding.end_column)
        parts = [f"{place(finding, self.setting.style)}: {with_hint(finding)}", whereabouts(finding)]
        return _command(command, properties, "\n".join(part for part in parts if part))

    def hidden(self, severity: Severity, rule: str, count: int) -> None:  # noqa: ARG002  # the kinds are counted
        """They are told of in the end."""
        self._counts[_COMMANDS[severity]] += count
        self._hidden += count

    def unread(self, reason: str) -> None:
        """It is an error without a place."""
        self._unread.append(_command("error", {"title": "batchlint"}, show_path(reason, is_unicode=True)))

    def end(self, _files: tuple[FileReport, ...]) -> str:
        """What was not linted, and how many findings there are, where not all of them are shown."""
        return "".join(self._unread) + self._totals()

    def _totals(self) -> str:
        if not self._hidden and all(count <= SHOWN for count in self._counts.values()):
            return ""
        counts = ", ".join(f"{count:,} {name}{'s' * (count != 1)}" for name, count in self._counts.items())
        rest = f"{self._hidden:,} of them are not listed" if self._hidden else "the log has all of them"
        text = f"{counts}; GitHub shows at most {SHOWN} of each in one step, {rest}"
        return _command("notice", {"title": "batchlint"}, text)

    def _path(self, finding: Finding) -> str:
        return show_path(self._paths.of(finding.path), is_unicode=True)


def _command(name: str, properties: Mapping[str, str], data: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(data)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
