"""``sarif``: Static Analysis Results Interchange Format 2.1.0 (OASIS), for code scanning dashboards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from batchlint.escaping import json_text, show, show_path
from batchlint.findings import Finding, Severity
from batchlint.fingerprints import Fingerprints
from batchlint.formats.base import Formatter, RuleText, Setting
from batchlint.formats.describing import with_hint
from batchlint.formats.rows import Rows, opened
from batchlint.portable import PortablePaths
from batchlint.reports import FileReport
from batchlint.urls import is_url
from batchlint.version import VERSION

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS: Mapping[Severity, str] = MappingProxyType({"error": "error", "warning": "warning", "info": "note"})

_BYTE = re.compile(r"%5Cx([89a-f][0-9a-f])")
"""A byte of a name that is no UTF-8, as findings write it, in percent-encoding."""


class Sarif(Formatter):
    """One log with one run; results are written as they are found."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._paths = PortablePaths(setting.root)
        self._rows = Rows()
        self._fingerprints = Fingerprints(setting.root)
        self._unread: list[str] = []
        self._indices = {rule.name: index for index, rule in enumerate(setting.rules)}

    def begin(self) -> str:
        """The tool with all its rules."""
        driver = {
            "name": "batchlint",
            "version": VERSION,
            "rules": [_descriptor(rule) for rule in self.setting.rules],
        }
        run = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "properties": {"profile": self.setting.profile},
            "results": [],
        }
        head = json_text({"$schema": _SCHEMA, "version": "2.1.0"}).removesuffix("}")
        return f'{head}, "runs": [{opened(run)}'

    def finding(self, finding: Finding) -> str:
        """One result."""
        result: dict[str, object] = {"ruleId": finding.rule}
        if finding.rule in self._indices:
            result["ruleIndex"] = self._indices[finding.rule]
        result["level"] = _LEVELS[finding.severity]
        result["message"] = {"text": _plain(with_hint(finding))}
        result["locations"] = [self._location(finding)]
        result["partialFingerprints"] = {"batchlint/v1": self._fingerprints.next(finding)}
        if finding.custom_id is not None:
            result["properties"] = {"custom_id": show(finding.custom_id, 600)}
        return self._rows.row(result)

    def unread(self, reason: str) -> None:
        """It is told in the end."""
        self._unread.append(_plain(show_path(reason, is_unicode=True)))

    def end(self, files: tuple[FileReport, ...]) -> str:
        """Whether everything was judged."""
        invocation: dict[str, object] = {
            "executionSuccessful": not self._unread and all(file.complete for file in files)
        }
        if self._unread:
            invocation["toolExecutionNotifications"] = [
                {"level": "error", "message": {"text": text}} for text in self._unread
            ]
        return f'{self._rows.close()}, "invocations": {json_text([invocation])}}}]}}\n'

    def _location(self, finding: Finding) -> dict[str, object]:
        physical: dict[str, object] = {"artifactLocation": _artifact(self._paths.of(finding.path))}
        if finding.line is not None:
            physical["region"] = {
                "startLine": finding.line,
                "startColumn": finding.column,
                "endLine": finding.end_line,
                "endColumn": finding.end_column,
            }
        location: dict[str, object] = {"physicalLocation": physical}
        if finding.pointer:
            location["logicalLocations"] = [{"fullyQualifiedName": show(finding.pointer, 1000), "kind": "member"}]
        return location


def _descriptor(rule: RuleText) -> dict[str, object]:
    descriptor: dict[str, object] = {
        "id": rule.name,
        "shortDescription": {"text": _plain(rule.summary)},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }
    if rule.url is not None:
        descriptor["helpUri"] = rule.url
    return descriptor


def _artifact(path: str) -> dict[str, str]:
    """Where the file is: below the root of the sources, or anywhere as an absolute URI."""
    if is_url(path):
        # What stands in the URL of a web page is quoted already; the name of an object is not.
        safe = "/:@!$&'()*+,;=[]%" if path.startswith("http") else "/:@"
        return {"uri": _BYTE.sub(lambda byte: f"%{byte[1].upper()}", quote(path, safe=safe))}
    uri = _BYTE.sub(lambda byte: f"%{byte[1].upper()}", quote(path, safe="/"))
    if path.startswith("/"):
        return {"uri": f"file://{uri}"}
    if re.match("[A-Za-z]:/", path):  # a drive of Windows
        return {"uri": f"file:///{path[0]}:{uri[4:]}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _plain(text: str) -> str:
    """`text` without links: section 3.11.6 makes ``[text](target)`` one, and the backslash its escape."""
    return re.sub(r"([\\\[\]])", r"\\\1", text)
