"""What is printed: nothing of the user's texts, and nothing that a terminal or a CI system would obey."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchlint.documents.profile import DEFAULT
from batchlint.parsing.values import JsonValue
from batchlint.rules.catalogue import rules
from support import CASES, run
from test_rules import cases_of, content_of

FORMATS = ("full", "concise", "json", "json-lines")
SECRET = "sk-canary"  # noqa: S105  # it opens nothing
# A message may quote up to 40 characters of what is compared with a closed list.
PLANTED: tuple[JsonValue, ...] = ("x" * 41 + SECRET, {"k": SECRET}, [SECRET], [{"type": "text", "text": SECRET}])
BROKEN = (
    f"{SECRET}",
    f'"{SECRET}',
    f"{{'prompt': '{SECRET}'}}",
    f'{{"prompt": {SECRET}}}',
    f'{{"prompt": "{SECRET}", }}',
    f'{{"prompt": "{SECRET}',
    f'{{"prompt": "{SECRET}\\x"}}',
    f'{{"prompt": "\t{SECRET}"}}',
    f'{{"prompt": "{SECRET}"}} "{SECRET}"',
    f'{{"prompt": "{SECRET}"}} {SECRET}',
    f'["{SECRET}"',
    f'"{{\\"{SECRET}\\": 1}}"',
    f'{{"prompt": "{SECRET} \\ud800 {SECRET}", "prompt": "{SECRET}"}}',
    f'{{"prompt": \u201c{SECRET}\u201d}}',
    f'{{\n  "prompt": "{SECRET}",\n  oops "{SECRET}"\n}}',
    f"\ufeff{SECRET}",
    f"1{SECRET}",
    f'{{"prompt": 0{SECRET}}}',
)


def paths_to_strings(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from paths_to_strings(part, (*path, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from paths_to_strings(part, (*path, index))


def with_value(value: JsonValue, path: tuple[str | int, ...], new: JsonValue) -> JsonValue:
    if not path:
        return new
    if isinstance(value, dict):
        return {name: with_value(part, path[1:], new) if name == path[0] else part for name, part in value.items()}
    assert isinstance(value, list)
    return [with_value(part, path[1:], new) if index == path[0] else part for index, part in enumerate(value)]


def requests_with_secrets() -> Iterator[str]:
    rows = (CASES / "requests" / f"{DEFAULT}.jsonl").read_text("utf-8").splitlines()
    for row in rows[::5]:
        request = json.loads(row)["request"]
        for path in paths_to_strings(request):
            # The id is what a finding is recognised by; it is printed.
            if path != ("custom_id",):
                yield from (json.dumps(with_value(request, path, new)) for new in PLANTED)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("secrets") / "requests.jsonl"
    lines = [*BROKEN, *requests_with_secrets()]
    assert len(lines) > 1000
    latin = f'{{"prompt": "{SECRET}\xe9"}}\n'.encode("latin-1")
    file.write_bytes("".join(f"{line}\n" for line in lines).encode() + latin)
    return file


@pytest.mark.parametrize("output_format", FORMATS)
def test_texts_of_the_user_are_not_printed(secrets: Path, output_format: str) -> None:
    done = run("lint", "--output-format", output_format, secrets)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) > 1000
    # The window of a longer text is cut; so a part of the secret must not be seen either.
    shown = [line for line in (done.stdout + done.stderr).splitlines() if SECRET[:6].encode() in line]
    assert shown == []


COMMANDS = re.compile(rb"##\[|##[A-Za-z]+\[|^\s*::", re.MULTILINE)
ALLOWED = re.compile(rb"[\x20-\x7e\n]*")


def test_only_printable_ascii_and_no_commands(tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    bad_names = [
        b"::warning::x.jsonl",
        b"##[error]y.jsonl",
        b"\x1b[2J.jsonl",
        b"\xff\xfe.jsonl",
        b"a\n::error::b.jsonl",
    ]
    hostile = (CASES / "command" / "hostile" / "::error ##[x].jsonl").read_bytes()
    for name in bad_names:
        with open(bytes(folder) + b"/" + name, "wb") as file:
            file.write(hostile)
    for rule in rules():
        for number, case in enumerate(cases_of(rule)):
            if "repeat" not in case:
                (folder / f"{rule}-{number}.jsonl").write_bytes(content_of(case))
    reports = [tmp_path / name for name in FORMATS]
    formats = [word for path in reports for word in ("-f", f"{path.name}:{path}")]
    done = run("lint", "-f", "full", *formats, ".", folder=folder)
    assert done.returncode == 1
    for printed in (done.stdout, done.stderr, *(report.read_bytes() for report in reports)):
        assert printed
        assert ALLOWED.fullmatch(printed)
        assert COMMANDS.search(printed) is None


def test_windows_of_lines_stay_within_a_hundred_columns(tmp_path: Path) -> None:
    wide = "".join(
        json.dumps({"custom_id": "a" * 5, "x\u202e\x7f" * n: "日" * n, "method": 1}) + "\n" for n in range(80)
    )
    (tmp_path / "requests.jsonl").write_text(wide, "utf-8")
    lines = run("lint", "--output-format", "full", "requests.jsonl", folder=tmp_path).stdout.splitlines()
    windows = [line for line in lines if line.startswith(b"  |")]
    assert len(windows) > 30
    assert max(map(len, windows)) <= 100
