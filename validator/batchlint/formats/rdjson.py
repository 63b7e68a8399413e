"""``rdjson``: the Reviewdog Diagnostic Format, which reviewdog turns into review comments.

Its members: ``proto/rdf/reviewdog.proto`` in https://github.com/reviewdog/reviewdog; columns count UTF-8 bytes
from 1, and the end is exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from batchlint.escaping import show_path
from batchlint.findings import Finding, Severity
from batchlint.formats.base import Formatter, Setting
from batchlint.formats.describing import with_hint
from batchlint.formats.rows import Rows, opened
from batchlint.portable import PortablePaths
from batchlint.reports import FileReport

_SEVERITIES: Mapping[Severity, str] = MappingProxyType({"error": "ERROR", "warning": "WARNING", "info": "INFO"})


class RdJson(Formatter):
    """One DiagnosticResult, written as findings are found."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._paths = PortablePaths(setting.root)
        self._rows = Rows()
        self._urls = {rule.name: rule.url for rule in setting.rules}

    def begin(self) -> str:
        """The source."""
        return opened({"source": {"name": "batchlint"}, "diagnostics": []})

    def finding(self, finding: Finding) -> str:
        """One diagnostic."""
        location: dict[str, object] = {"path": show_path(self._paths.of(finding.path), is_unicode=True)}
        if finding.line is not None:
            location["range"] = {
                "start": {"line": finding.line, "column": finding.byte_column},
                "end": {"line": finding.end_line, "column": finding.end_byte_column},
            }
        code = {"value": finding.rule}
        if (url := self._urls.get(finding.rule)) is not None:
            code["url"] = url
        return self._rows.row(
            {
                "message": with_hint(finding),
                "location": location,
                "severity": _SEVERITIES[finding.severity],
                "code": code,
            }
        )

    def end(self, _files: tuple[FileReport, ...]) -> str:
        """The brackets."""
        return f"{self._rows.close()}}}\n"
