"""What no output may hold, and readers of each format that would be fooled by it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from xml.etree import ElementTree as ET  # it reads what this suite wrote

from reporting import runner_commands

COMMANDS = re.compile(r"##(?:\[|[A-Za-z]+\[)")
"""Azure Pipelines, the old form of GitHub Actions, and TeamCity, anywhere in a line."""

FORMATS = ("full", "concise", "json", "json-lines", "sarif", "github", "gitlab", "junit", "rdjson", "markdown")

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset({"R", "AL", "AN", "RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"})
_LINK = re.compile(r"(?<!\\)\[[^\]]*(?<!\\)\]\(")


def check_shown(printed: bytes, *, are_commands_ours: bool = False) -> str:
    """Fails if a terminal or a CI system would do anything but show `printed`; returns it as text."""
    text = printed.decode("utf-8", "strict")
    for character in sorted(set(text) - {"\n"}):
        assert unicodedata.category(character) not in _INVISIBLE, (ascii(character), "is invisible")
        assert unicodedata.bidirectional(character) not in _TURNING, (ascii(character), "turns the text")
    assert COMMANDS.search(text) is None
    if not are_commands_ours:
        assert runner_commands(text) == []
    return text


def check_report(name: str, printed: bytes) -> int:
    """Fails if the report in the format called `name` is not safe; returns how many findings its reader sees."""
    return _CHECKS[name](printed)


def _full(printed: bytes) -> int:
    return check_shown(printed).count("\n")


def _json(printed: bytes) -> int:
    report = _plain(printed)
    return len(report["findings"])


def _json_lines(printed: bytes) -> int:
    return sum(1 for line in check_ascii(printed).splitlines() if _strict(line))


def _sarif(printed: bytes) -> int:
    report = _plain(printed)
    results = report["runs"][0]["results"]
    for result in results:
        assert _LINK.search(result["message"]["text"]) is None, ascii(result["message"])
        for location in result["locations"]:
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9._~!$&'()*+,;=:@/%-]*", uri), ascii(uri)
    return len(results)


def _github(printed: bytes) -> int:
    text = check_shown(printed, are_commands_ours=True)
    commands = runner_commands(text)
    assert len(commands) == len([line for line in text.splitlines() if line.startswith("::")])
    assert {command.name for command in commands} <= {"error", "warning", "notice"}
    for command in commands:
        assert set(command.properties) <= {"file", "line", "col", "endLine", "endColumn", "title"}
    # The last one may tell how many GitHub shows.
    return sum("file" in command.properties for command in commands)


def _gitlab(printed: bytes) -> int:
    return len(_plain(printed))


def _junit(printed: bytes) -> int:
    check_shown(printed)
    root = ET.fromstring(printed)  # noqa: S314  # this suite wrote it
    assert {each.tag for each in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "system-out"}
    return sum(1 for _ in root.iter("testcase"))


def _rdjson(printed: bytes) -> int:
    return len(_plain(printed)["diagnostics"])


def _markdown(printed: bytes) -> int:
    text = check_shown(printed)
    assert re.search(r"<(?!/?(?:br|code|details|summary)>)[A-Za-z!/?]", _without_code(text)) is None
    assert re.search(r"(?<!\\)!\[", _without_code(text)) is None
    return text.count("\n")


def _without_code(text: str) -> str:
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


def check_ascii(printed: bytes) -> str:
    """Fails if `printed` has anything but printable ASCII, or what a CI system takes for a command."""
    text = check_shown(printed)
    assert text.isascii()
    return text


def _plain(printed: bytes) -> dict:  # type: ignore[type-arg]  # whatever JSON holds
    return _strict(check_ascii(printed))


def _strict(text: str) -> dict:  # type: ignore[type-arg]  # whatever JSON holds
    value = json.loads(text, parse_constant=pytest_fail)
    for each in _strings(value):
        # Readers that keep to UTF-8 refuse half a surrogate pair.
        each.encode("utf-8", "strict")
    return value


def pytest_fail(word: str) -> None:
    raise AssertionError(f"{word} is no JSON")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _strings(item)


_CHECKS = {
    "full": _full,
    "concise": _full,
    "json": _json,
    "json-lines": _json_lines,
    "sarif": _sarif,
    "github": _github,
    "gitlab": _gitlab,
    "junit": _junit,
    "rdjson": _rdjson,
    "markdown": _markdown,
}
