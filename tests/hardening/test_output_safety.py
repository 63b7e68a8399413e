"""Whatever the input and the command line hold, an output only shows it: no reader of any format obeys it."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_strings import STRINGS
from safety import FORMATS, check_report, check_shown

from support import clean_environment
from tally import Tally

MANY_RUNS = Path(__file__).parent / "many_runs.py"

PLACES = (
    '{"custom_id": %s, "method": "POST", "url": "/v1/completions", "body": {"model": 1, "prompt": "p"}}',
    '{"custom_id": "a", "method": %s, "url": "/v1/completions", "body": {"model": "m", "prompt": "p"}}',
    '{"custom_id": "a", "method": "POST", "url": %s, "body": {"model": "m", "prompt": "p"}}',
    '{"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {"model": %s, "prompt": 1}}',
    '{"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {"model": "m", "prompt": "p", %s: 1}}',
    '{"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {"model": "m", "prompt": "p"}, %s: 1}',
    '{"a": {%s: {"b": 1, "b": 2}}}',
    (
        '{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": '
        '[{"role": %s, "content": [{"type": %s}]}], "tools": [{"type": %s}], "tool_choice": %s, "stop": %s}}'
    ),
    (
        '{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": '
        '[{"role": "user", "content": "x"}], "tools": [{"type": "function", "function": {"name": "f", "parameters": '
        '{"type": %s, "properties": {%s: {"type": "str"}}}}}]}}'
    ),
    "{%s}",
    '{"custom_id": %s',
)
"""Lines with a hostile text in them, each of which has a finding."""

OPTIONS = (
    ("lint", "--profile", "{}", "good.jsonl"),
    ("lint", "--endpoint", "{}", "bad.jsonl"),
    ("lint", "--select", "{}", "bad.jsonl"),
    ("lint", "--ignore", "{}", "bad.jsonl"),
    ("lint", "--severity", "{}", "bad.jsonl"),
    ("lint", "--severity", "{}=error", "bad.jsonl"),
    ("lint", "--severity", "invalid-json={}", "bad.jsonl"),
    ("lint", "--per-file-ignores", "{}", "bad.jsonl"),
    ("lint", "--per-file-ignores", "{}:all", "bad.jsonl"),
    ("lint", "--per-file-ignores", "*:{}", "bad.jsonl"),
    ("lint", "--exclude", "{}", "."),
    ("lint", "--extend-exclude", "{}", "--force-exclude", "bad.jsonl"),
    ("lint", "--output-format", "{}", "bad.jsonl"),
    ("lint", "--output-format", "json:{}/x", "bad.jsonl"),
    ("lint", "--output-file", "{}/x", "bad.jsonl"),
    ("lint", "--config", "{}", "bad.jsonl"),
    ("lint", "--config", "{}=1", "bad.jsonl"),
    ("lint", "--config", 'profile="{}"', "bad.jsonl"),
    ("lint", "--schema", "{}", "bad.jsonl"),
    ("lint", "--baseline", "{}", "bad.jsonl"),
    ("lint", "--write-baseline", "{}/x", "bad.jsonl"),
    ("lint", "--stdin-filename", "{}", "-"),
    ("lint", "--stdin-filename", "{}.gz", "-f", "github", "-"),
    ("lint", "--stdin-filename", "{}", "-f", "markdown", "-"),
    ("lint", "--fail-level", "{}", "bad.jsonl"),
    ("lint", "--max-findings", "{}", "bad.jsonl"),
    ("lint", "--color", "{}", "bad.jsonl"),
    ("lint", "--jobs", "{}", "bad.jsonl"),
    ("lint", "--{}", "bad.jsonl"),
    ("lint", "{}"),
    ("lint", "--diff", "{}"),
    ("lint", "--fix", "{}"),
    ("split", "{}"),
    ("split", "--by", "{}", "good.jsonl"),
    ("split", "--profile", "{}", "good.jsonl"),
    ("split", "--output-dir", "{}", "good.jsonl"),
    ("rules", "--output-format", "{}"),
    ("rules", "--schema", "{}"),
    ("explain", "{}"),
    ("schema", "show", "{}"),
    ("schema", "diff", "{}", "together"),
    ("schema", "drift", "{}", "together"),
    ("schema", "check", "{}"),
    ("config", "show", "{}"),
    ("{}",),
)
"""Command lines with a hostile text in them."""

FILES = {
    "batchlint.toml": (
        "profile = {}",
        "endpoint = {}",
        "schema = [{}]",
        "select = [{}]",
        "ignore = {}",
        "fail-level = {}",
        "extend = {}",
        "baseline = {}",
        "output-format = [{}]",
        "exclude = [{}]",
        "{} = 1",
        "[severity]\n{} = 'error'",
        "[severity]\ninvalid-json = {}",
        "[per-file-ignores]\n{} = ['all']",
        "[per-file-ignores]\n'*' = [{}]",
        "# {}\n[",
    ),
    "policy.json": (
        '{{"title": {}, "required": ["zz"], "x-lint": {{"required": {{"rule": "house-rule", "hint": {}}}}}}}',
        '{{"title": "t", "required": [{}]}}',
        '{{"title": "t", "required": ["zz"], "x-lint": {{"required": {{"rule": {}}}}}}}',
        '{{"title": "t", "properties": {{"custom_id": {{"enum": [{}]}}}}}}',
        '{{"title": "t", "properties": {{"custom_id": {{"const": {}, "x-lint": {{"const": {{"expected": {}}}}}}}}}}}',
        '{{"title": "t", "properties": {{"custom_id": {{"pattern": {}}}}}}}',
        '{{"title": "t", "properties": {{"custom_id": {{"format": {}}}}}}}',
        '{{"title": "t", "$ref": {}}}',
        '{{"title": "t", {}: 1}}',
        '{{"$schema": {}}}',
        '{{"title": "t", "x-lint": {{{}: {{"severity": {}}}}}}}',
    ),
    "known.json": (
        '{{"baseline_version": {}}}',
        '{{"baseline_version": 1, "findings": [{{"path": {}, "rule": {}, "fingerprint": {}}}]}}',
        '{{"baseline_version": 1, "findings": [{{"path": "bad.jsonl", "rule": {}, "fingerprint": {}}}]}}',
        "{}",
    ),
    ".gitignore": ("{}",),
}
"""Files beside the input, with a hostile text in them."""

ARGUMENTS = {
    "batchlint.toml": ("lint", "."),
    "policy.json": ("lint", "--schema", "policy.json", "."),
    "known.json": ("lint", "--baseline", "known.json", "."),
    ".gitignore": ("lint", "."),
}

BAD = b'{"custom_id": "a"}\n[1,]\n'
GOOD = b'{"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {"model": "m", "prompt": "p"}}\n'


def all_reports(folder: Path, *arguments: str) -> dict[str, bytes]:
    """Lints in `folder` once, with a report of each format; returns them with the standard streams of that run."""
    reports = folder.parent / "reports"
    reports.mkdir(exist_ok=True)
    formats = [word for name in FORMATS for word in ("-f", f"{name}:{reports / name}")]
    command = [sys.executable, "-m", "batchlint", "lint", "--statistics", "-f", "full", *formats, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=clean_environment(PYTHONUTF8="1"), capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 1, done.stderr[-1000:]
    return {
        **{name: (reports / name).read_bytes() for name in FORMATS},
        "standard output": done.stdout,
        "standard error": done.stderr,
    }


def check_reports(printed: dict[str, bytes]) -> None:
    """Fails if one of them is not safe, or if they do not tell the same number of findings."""
    counts = {name: check_report(name, printed[name]) for name in FORMATS}
    exact = {counts[name] for name in ("json", "json-lines", "sarif", "github", "gitlab", "junit", "rdjson")}
    assert len(exact) == 1, counts
    for stream in ("standard output", "standard error"):
        check_shown(printed[stream])


def test_there_are_enough() -> None:
    assert len(STRINGS) >= 500
    assert len(set(STRINGS)) == len(STRINGS)


@pytest.mark.parametrize("number", range(len(PLACES)))
def test_in_a_line(number: int, tmp_path: Path, tally: Tally) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    written = [json.dumps(text, ensure_ascii=bool(index % 2)) for index, text in enumerate(STRINGS)]
    lines = [PLACES[number].replace("%s", text) for text in written]
    raw = [line.encode("utf-8", "surrogateescape" if index % 3 else "surrogatepass") for index, line in
           enumerate(line for line in lines if "\ud800" not in line and "\udfff" not in line)]  # fmt: skip
    (folder / "requests.jsonl").write_bytes(b"\n".join(raw) + b"\n")
    check_reports(all_reports(folder, "requests.jsonl"))
    tally.tried("hostile strings in a place", len(raw))


def test_as_names_of_files(tmp_path: Path, tally: Tally) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    count = 0
    for text in STRINGS:
        name = text.encode("utf-8", "surrogatepass").replace(b"\0", b"").replace(b"/", b"\\")[:200] + b".jsonl"
        (Path(os.fsdecode(bytes(folder))) / os.fsdecode(name)).write_bytes(BAD)
        count += 1
    for name in (b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf0\x9f"):
        (folder / os.fsdecode(name + b".jsonl")).write_bytes(BAD)
    check_reports(all_reports(folder, "."))
    tally.tried("hostile strings in a place", count)


def as_argument(text: str) -> str:
    """`text` as the operating system can hand it over."""
    return os.fsdecode(text.encode("utf-8", "surrogatepass").replace(b"\0", b""))


def check_runs(runs: list[dict[str, object]], folder: Path) -> None:
    """Fails if one of `runs` prints what is not safe, or ends with a traceback."""
    file = folder / "runs.json"
    file.write_text(json.dumps(runs), "utf-8")
    done = subprocess.run(
        [sys.executable, MANY_RUNS, file], env=clean_environment(), capture_output=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    assert len(rows) == len(runs)
    for run, row in zip(runs, rows, strict=True):
        assert row["status"] in (0, 1, 2, 3), (run, base64.b64decode(row["stderr"]))
        for stream in ("stdout", "stderr"):
            printed = base64.b64decode(row[stream])
            is_github = "github" in run["arguments"]  # type: ignore[operator]
            try:
                check_shown(printed, are_commands_ours=is_github and stream == "stdout")
            except AssertionError as error:
                raise AssertionError(f"{run!a} prints {printed!a}: {error}") from None


def chosen(rng: random.Random, count: int, *, is_long: bool) -> list[str]:
    """All hostile strings, or some."""
    return list(STRINGS) if is_long else rng.sample(STRINGS, count)


def filled(template: tuple[str, ...], text: str) -> list[str]:
    """The command line of a template."""
    return [word.replace("{}", text) for word in template]


@pytest.mark.parametrize("template", OPTIONS, ids=" ".join)
def test_on_the_command_line(template: tuple[str, ...], tmp_path: Path, tally: Tally, seed: int, is_long: bool) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "good.jsonl").write_bytes(GOOD)
    (folder / "bad.jsonl").write_bytes(BAD)
    texts = [as_argument(text) for text in chosen(random.Random(seed), 40, is_long=is_long)]
    runs: list[dict[str, object]] = [
        {"arguments": filled(template, text), "environment": {}, "folder": str(folder)} for text in texts
    ]
    check_runs(runs, tmp_path)
    tally.tried("hostile strings in a place", len(runs))


@pytest.mark.parametrize("name", list(FILES))
def test_in_a_file_beside_the_input(name: str, tmp_path: Path, tally: Tally, seed: int, is_long: bool) -> None:
    rng = random.Random(seed)
    runs: list[dict[str, object]] = []
    for number, (template, text) in enumerate(
        itertools.chain.from_iterable(
            ((each, text) for text in chosen(rng, 20, is_long=is_long)) for each in FILES[name]
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "bad.jsonl").write_bytes(BAD)
        quoted = text if name == ".gitignore" else json.dumps(text)
        content = template.replace("{}", quoted) if name in ("batchlint.toml", ".gitignore") else template.replace(
            "{{", "{"
        ).replace("}}", "}").replace("{}", quoted)  # fmt: skip
        (folder / name).write_bytes(content.encode("utf-8", "surrogatepass"))
        formats = [word for each in ("full", "markdown:m.md", "sarif:s.json") for word in ("-f", each)]
        arguments = [*ARGUMENTS[name], *(formats if number % 2 else ())]
        runs.append({"arguments": arguments, "environment": {}, "folder": str(folder)})
        if name == "batchlint.toml":
            runs.append({"arguments": ["config", "show"], "environment": {}, "folder": str(folder)})
        if name == "policy.json":
            runs.append({"arguments": ["schema", "check", name], "environment": {}, "folder": str(folder)})
            runs.append({"arguments": ["rules", "--schema", name], "environment": {}, "folder": str(folder)})
    check_runs(runs, tmp_path)
    for report in tmp_path.glob("*/m.md"):
        check_report("markdown", report.read_bytes())
    for report in tmp_path.glob("*/s.json"):
        check_report("sarif", report.read_bytes())
    tally.tried("hostile strings in a place", len(runs))


def test_in_the_environment(tmp_path: Path, tally: Tally, seed: int, is_long: bool) -> None:
    (tmp_path / "bad.jsonl").write_bytes(BAD)
    names = ("PROFILE", "ENDPOINT", "SELECT", "IGNORE", "SEVERITY", "FAIL_LEVEL", "EXCLUDE", "SCHEMA", "CONFIG")
    others = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "COLUMNS", "TERM", "NO_COLOR", "FORCE_COLOR", "LANG")
    runs: list[dict[str, object]] = []
    for text in chosen(random.Random(seed), 20, is_long=is_long):
        for name in (*(f"BATCHLINT_{each}" for each in names), *others):
            if name == "FORCE_COLOR" and text:
                continue  # Colours are asked for.
            runs.append({"arguments": ["lint", "."], "environment": {name: as_argument(text)}, "folder": str(tmp_path)})
    check_runs(runs, tmp_path)
    tally.tried("hostile strings in a place", len(runs))
