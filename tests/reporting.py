"""What the tests of reports share: cases that are data, the command, and readers of the formats."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from batchlint.findings import Excerpt, Finding
from batchlint.formats.base import RuleText, Setting
from batchlint.formats.registry import FORMATS
from batchlint.formats.style import PLAIN, Style
from batchlint.reports import FileReport
from support import clean_environment

CASES = Path(__file__).parent / "cases" / "formats"
DATA = Path(__file__).parent / "data" / "formats"
NAMES = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())
ROOT = os.getcwd()

BAD = b'{"custom_id": "a", "url": "/v1/completions", "body": {"model": "m", "prompt": "p"}}\n'
"""A request with one fault: it lacks the method."""

GOOD = b'{"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {"model": "m", "prompt": "p"}}\n'


def report_of(case: str) -> tuple[list[FileReport], list[Finding]]:
    """The files and findings of a case."""
    table = json.loads((CASES / case / "report.json").read_text("utf-8"))
    files = [FileReport(**row) for row in table["files"]]
    findings = [
        Finding(**{**row, "excerpt": row["excerpt"] and Excerpt(**row["excerpt"])}) for row in table["findings"]
    ]
    return files, findings


def rendered(name: str, case: str, style: Style = PLAIN) -> str:
    """A case in the format called `name`."""
    files, findings = report_of(case)
    rules = tuple(RuleText(**row) for row in json.loads((CASES / "rules.json").read_text("utf-8")))
    setting = Setting("together@2026-02-15", ROOT, rules=rules, style=style)
    formatter = FORMATS[name].load()(setting)
    pieces = [formatter.begin()]
    for file in files:
        pieces += [formatter.finding(finding) for finding in findings if finding.path == file.path]
        pieces.append(formatter.file(file))
    pieces.append(formatter.end(tuple(files)))
    return "".join(pieces)


def lint(
    *arguments: str | bytes, folder: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs ``batchlint lint`` in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "batchlint", "lint", *arguments],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env=environment_of(**environment),
        timeout=120,
        check=False,
    )


def environment_of(**more: str) -> Mapping[str, str]:
    """The environment of a process under test, whose output is UTF-8."""
    return clean_environment(**{"PYTHONUTF8": "1", **more})


@dataclass(frozen=True)
class Command:
    """A workflow command as the runner of GitHub Actions understands it."""

    name: str
    properties: dict[str, str]
    data: str


def runner_commands(log: str) -> list[Command]:
    """The commands in `log`, read as ``src/Runner.Common/ActionCommand.cs`` of actions/runner reads each line."""
    # The runner takes output line by line as .NET's readers cut it: at CR, LF and CRLF.
    return [command for line in re.split("\r\n|\r|\n", log) if (command := _new_form(line) or _old_form(line))]


def _new_form(line: str) -> Command | None:
    message = line.lstrip()
    if not message.startswith("::"):
        return None
    end = message.find("::", 2)
    if end < 0:
        return None
    head, data = message[2:end], message[end + 2 :]
    name, _, listed = head.partition(" ")
    properties = {}
    for pair in filter(None, (part.strip() for part in listed.split(","))):
        key, equals, value = pair.partition("=")
        if equals:
            properties[key] = _unescaped(value, {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","})
    return Command(name, properties, _unescaped(data, {"%0D": "\r", "%0A": "\n"}))


def _old_form(line: str) -> Command | None:
    match = re.search(r"##\[([^\] ]+)([^\]]*)\]", line)
    return Command(match[1], {"": match[2]}, line[match.end() :]) if match else None


def _unescaped(text: str, escapes: Mapping[str, str]) -> str:
    for escape, character in escapes.items():
        text = text.replace(escape, character)
    return text.replace("%25", "%")
