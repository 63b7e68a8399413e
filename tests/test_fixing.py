"""What ``--fix`` makes of files, case by case and as promises over generated files."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import batchlint
from batchlint.rules.catalogue import rules

CASES = json.loads((Path(__file__).parent / "cases" / "fixing" / "cases.json").read_text("utf-8"))["cases"]
REQUEST = '{"custom_id": "%s", "method": "POST", "url": "/v1/completions", "body": {"model": "m", "prompt": "p"}}\n'


def run(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "batchlint", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False)


def patched(before: str, diff: str) -> str:
    """`before` with a unified diff without context applied."""
    lines = before.splitlines(keepends=True)
    result: list[str] = []
    done = 0
    for hunk in re.split(r"^@@ ", diff, flags=re.MULTILINE)[1:]:
        header, _, changes = hunk.partition("\n")
        found = re.match(r"-(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@$", header)
        assert found is not None
        count = int(found[2] or 1)
        start = int(found[1]) - (count > 0)
        texts = re.sub(r"\n\\ No newline at end of file$", "", changes, flags=re.MULTILINE)
        result += lines[done:start]
        assert len(result) == int(found[3]) - (found[4] != "0")
        removed = [line[1:] for line in texts.splitlines(keepends=True) if line.startswith("-")]
        assert [line.rstrip("\n") for line in removed] == [line.rstrip("\n") for line in lines[start : start + count]]
        added = [line[1:] for line in texts.splitlines(keepends=True) if line.startswith("+")]
        assert len(added) == int(found[4] or 1)
        result += added
        done = start + count
    return "".join([*result, *lines[done:]])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(case["before"].encode())
    result = batchlint.fix(source, target, unsafe=case["unsafe"])
    assert target.read_bytes().decode() == case["after"]
    assert dict(result.repaired) == case["repaired"]
    assert sorted(finding.rule for finding in result.report.findings) == sorted(case["remaining"])
    assert source.read_bytes() == case["before"].encode()
    again = batchlint.fix(target, target, unsafe=case["unsafe"])
    assert again.repaired == ()
    assert target.read_bytes().decode() == case["after"]
    assert sorted(os.listdir(tmp_path)) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_findings_say_whether_they_are_repaired(case: dict[str, Any], tmp_path: Path) -> None:
    """What is announced is repaired; what is repaired beyond that, the first repairs have uncovered."""
    source = tmp_path / "in.jsonl"
    source.write_bytes(case["before"].encode())
    wanted = {"safe", "unsafe"} if case["unsafe"] else {"safe"}
    findings = [finding for finding in batchlint.validate(source).findings if finding.repair in wanted]
    announced = {finding.rule for finding in findings}
    assert announced <= set(case["repaired"])
    assert bool(announced) == bool(case["repaired"])
    for finding in findings:
        option = "--fix)" if finding.repair == "safe" else "--fix --unsafe-fixes)"
        assert finding.hint is not None
        assert finding.hint.endswith(option)
        assert rules()[finding.rule].repair == finding.repair


def test_bytes_that_are_no_utf8_stay(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"custom_id": "\xff",}\r\n\n' + (REQUEST % "a").encode())
    result = batchlint.fix(path, path)
    assert path.read_bytes() == b'{"custom_id": "\xff",}\n' + (REQUEST % "a").encode()
    assert [finding.rule for finding in result.report.findings] == ["invalid-utf8"]


def test_a_value_longer_than_the_limit_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    text = '{\n"custom_id": "a",\n"x": "' + "x" * 200 + '"\n}\n'
    path.write_text(text)
    limits = batchlint.Limits(line_bytes=220)
    result = batchlint.fix(path, path, limits=limits)
    assert path.read_text() == text
    assert [(finding.rule, finding.repair) for finding in result.report.findings] == [("multiline-json", None)]


def test_a_long_line_is_copied_unseen(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    long = "x" * 3_000_000
    path.write_bytes(f"{long}\r\n{REQUEST % 'a'}\n{long}".encode())
    result = batchlint.fix(path, path, limits=batchlint.Limits(line_bytes=1000))
    assert path.read_bytes() == f"{long}\r\n{REQUEST % 'a'}{long}".encode()
    assert [finding.rule for finding in result.report.findings] == ["line-too-long", "line-too-long"]


def test_an_element_longer_than_the_limit_becomes_a_line(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('[\n{"a":\n"' + "x" * 50 + '"\n,"b":"' + "y" * 50 + '"},\n{}\n]\n')
    batchlint.fix(path, path, limits=batchlint.Limits(line_bytes=80))
    lines = path.read_text().splitlines()
    assert lines[0] == '{"a":"' + "x" * 50 + '","b":"' + "y" * 50 + '"}'
    assert len(lines) == 2


def test_a_repair_that_would_make_a_line_too_long_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    good = REQUEST % "a"
    long_id = good.replace("}}", "}}  ")
    no_method = good.replace('"method": "POST", ', "").replace('"p"', f'"{"p" * 11}"').replace('"a"', '"b"')
    other = no_method.replace('"b"', '"c"')
    path.write_text(f"{good}{long_id}{no_method}\n[\n{other.strip()},\n]\n")
    limits = batchlint.Limits(line_bytes=len(good) + 1)
    result = batchlint.fix(path, path, unsafe=True, limits=limits)
    assert path.read_text() == good + long_id + no_method + other
    assert result.repaired == (("blank-line", 1), ("invalid-json", 1), ("multiline-json", 1))
    assert [finding.rule for finding in result.report.findings] == [
        "duplicate-custom-id",
        "missing-field",
        "missing-field",
    ]
    assert batchlint.fix(path, path, unsafe=True, limits=limits).repaired == ()


def test_a_value_that_begins_at_the_limit_of_requests_is_one_value(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    lines = [REQUEST % number for number in range(50_000)]
    path.write_text("".join(lines) + json.dumps(json.loads(REQUEST % "last"), indent=1) + "\n")
    report = batchlint.validate(path)
    assert [finding.rule for finding in report.findings] == ["multiline-json", "too-many-requests"]
    result = batchlint.fix(path, path)
    assert [finding.rule for finding in result.report.findings] == ["too-many-requests"]
    assert result.report.files[0].requests == 50_001


def test_nothing_is_written_for_a_file_that_has_no_repair(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(REQUEST % "a" + "{\n")
    before = os.stat(path)
    assert batchlint.fix(path, path, unsafe=True).repaired == ()
    assert (os.stat(path).st_ino, os.stat(path).st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_many_faults_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    stops = "NaN," * 3000
    path.write_text((REQUEST % "a").replace('"p"', f'"p", "seed": [{stops}]'))
    batchlint.fix(path, path)
    assert "NaN" not in path.read_text()
    assert ",]" not in path.read_text()


class TestCommand:
    def test_report_and_status_are_about_what_remains(self, tmp_path: Path) -> None:
        path = tmp_path / "in.jsonl"
        path.write_text("\n" + REQUEST % "a" + REQUEST % "a")
        before = run("lint", "-f", "concise", "in.jsonl", cwd=tmp_path)
        assert before.stdout.decode().splitlines() == [
            "in.jsonl:1:1: warning blank-line the line is blank [--fix]",
            'in.jsonl:3:15: error duplicate-custom-id "custom_id" is the same as in line 2 [--fix --unsafe-fixes]',
        ]
        safe = run("lint", "--fix", "-f", "concise", "in.jsonl", cwd=tmp_path)
        assert safe.returncode == 1
        assert safe.stdout.decode().startswith("in.jsonl:2:15: error duplicate-custom-id")
        assert "1 repaired, 1 remains" in safe.stderr.decode()
        unsafe = run("lint", "--fix", "--unsafe-fixes", "-f", "json", "in.jsonl", cwd=tmp_path)
        assert unsafe.returncode == 0
        assert json.loads(unsafe.stdout)["findings"] == []
        assert unsafe.stderr.decode() == "1 repaired, 0 remain\n"
        assert path.read_text() == REQUEST % "a" + REQUEST % "a-2"

    def test_report_keeps_its_shape(self, tmp_path: Path) -> None:
        (tmp_path / "in.jsonl").write_text("\n" + REQUEST % "a")
        report = json.loads(run("lint", "-f", "json", "in.jsonl", cwd=tmp_path).stdout)
        assert "repair" not in report["findings"][0]
        assert report["findings"][0]["hint"].endswith(" (repaired by --fix)")

    def test_diff_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "in.jsonl"
        content = (
            "\ufeff"
            + REQUEST % "a"
            + "\r\n"
            + (REQUEST % "\u00e9\\u001b").replace("\n", ",\r\n")
            + '[\n{"a": "\x7f"}\n]'
        )
        path.write_bytes(content.encode())
        status = os.stat(path)
        diff = run("lint", "--diff", "in.jsonl", cwd=tmp_path)
        assert diff.returncode == 1
        assert diff.stdout.isascii()
        assert b"\x1b" not in diff.stdout
        assert b"\r" not in diff.stdout
        assert diff.stdout.decode() == (Path(__file__).parent / "cases" / "fixing" / "diff.txt").read_text("utf-8")
        assert path.read_bytes() == content.encode()
        assert os.stat(path).st_mtime_ns == status.st_mtime_ns
        assert os.listdir(tmp_path) == ["in.jsonl"]

    @pytest.mark.parametrize("unsafe", [False, True])
    def test_a_diff_says_all_that_changes(self, unsafe: bool, tmp_path: Path) -> None:
        befores: dict[str, str] = {}
        for number, case in enumerate(CASES):
            # Other characters are shown as escapes, and of long lines a part.
            if case["before"].replace("\n", "").isprintable() and case["before"].isascii():
                befores[f"{number:03}.jsonl"] = case["before"]
        for name, before in befores.items():
            (tmp_path / name).write_text(before)
        options = ["--unsafe-fixes"] if unsafe else []
        shown = run("lint", "--diff", *options, *befores, cwd=tmp_path).stdout.decode()
        assert run("lint", "-q", "--fix", *options, *befores, cwd=tmp_path).returncode in (0, 1)
        diffs = {part.partition("\n")[0]: part for part in re.split(r"^--- ", shown, flags=re.MULTILINE)[1:]}
        compared = 0
        for name, before in befores.items():
            after = (tmp_path / name).read_text()
            assert (name in diffs) == (after != before)
            if "..." not in diffs.get(name, "..."):
                assert patched(before, diffs[name]) == after
                compared += 1
        assert compared > 20

    def test_diff_of_a_clean_file_is_empty(self, tmp_path: Path) -> None:
        (tmp_path / "in.jsonl").write_text(REQUEST % "a")
        diff = run("lint", "--diff", "--unsafe-fixes", "in.jsonl", cwd=tmp_path)
        assert (diff.returncode, diff.stdout, diff.stderr) == (0, b"", b"")

    def test_diff_shows_windows_of_long_lines(self, tmp_path: Path) -> None:
        long = "x" * 5000
        (tmp_path / "in.jsonl").write_text((REQUEST % "a").replace('"p"', f'"{long}", "seed": NaN, "suffix": "{long}"'))
        diff = run("lint", "--diff", "in.jsonl", cwd=tmp_path).stdout.decode().splitlines()
        assert diff[2] == "@@ -1 +1 @@"
        assert diff[3].startswith("-...xxx")
        assert '"seed": NaN, ' in diff[3]
        assert '"seed": null, ' in diff[4]
        assert max(map(len, diff)) < 150

    def test_inputs_that_are_never_repaired(self, tmp_path: Path) -> None:
        for arguments in (["--fix", "-"], ["--diff", "-"], ["--fix", "nothing.jsonl"]):
            done = run("lint", "-q", *arguments, cwd=tmp_path)
            assert done.returncode == 2
            assert done.stdout == b""
            assert done.stderr.count(b"\n") <= 2
            assert b"Traceback" not in done.stderr

    def test_compressed_files_are_linted_and_not_repaired(self, tmp_path: Path) -> None:
        path = tmp_path / "in.jsonl.gz"
        path.write_bytes(gzip.compress((REQUEST % "a").encode()))
        assert run("lint", "-q", "--fix", ".", cwd=tmp_path).returncode == 0
        content = gzip.compress(("\n" + REQUEST % "a").encode())
        path.write_bytes(content)
        done = run("lint", "-q", "--fix", "-f", "concise", "in.jsonl.gz", cwd=tmp_path)
        assert done.returncode == 2
        assert done.stdout.startswith(b"in.jsonl.gz:1:1: warning blank-line")
        assert done.stderr.endswith(b"in.jsonl.gz: compressed files are not repaired; decompress it first\n")
        assert path.read_bytes() == content

    def test_unsafe_fixes_alone_is_wrong_usage(self, tmp_path: Path) -> None:
        done = run("lint", "--unsafe-fixes", "in.jsonl", cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr == b"batchlint: error: --unsafe-fixes needs --fix or --diff\n"


def test_policies_are_heard_too(tmp_path: Path) -> None:
    path, policy = tmp_path / "in.jsonl", tmp_path / "policy.json"
    path.write_text((REQUEST % "a").replace('"p"', '"p", "seed": NaN'))
    body = {"properties": {"seed": {"type": "integer"}}}
    schema = "https://json-schema.org/draft/2020-12/schema"
    policy.write_text(json.dumps({"$schema": schema, "properties": {"body": body}}))
    result = batchlint.fix(path, path, schemas=[policy])
    assert result.repaired == ()
    assert [(finding.rule, finding.repair) for finding in result.report.findings] == [("invalid-json", None)]
    assert batchlint.fix(path, path).repaired == (("invalid-json", 1),)
