"""The exit status of the command, and the one line about it."""

from __future__ import annotations

import gzip
import io
import json
import os
import platform
import pty
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from batchlint.__main__ import entry
from batchlint.command.main import main
from batchlint.version import VERSION
from core_cases import joined, parameters, read

CASES = read("exit-status")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """The command is a process of its own elsewhere; here it shares one with the tests."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def written(case: dict[str, Any], folder: Path) -> None:
    """Writes the files of a case; `{n}` is the number of the line."""
    for name in case.get("folders", ()):
        (folder / name).mkdir()
    for name, lines in case.get("files", {}).items():
        content = "".join(
            CASES["lines"].get(line.removesuffix(" without end"), line).replace("{n}", str(number))
            for number, line in enumerate(lines)
        )
        if lines[-1].endswith(" without end"):
            content = content.removesuffix("\n")
        data = gzip.compress(content.encode()) if name.endswith(".gz") else content.encode()
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data[: len(data) - case.get("cut", {}).get(name, 0)])


def told(stdout: str) -> list[str]:
    """The findings of a concise report, each as `path:rule`; a line is `path:line:column: severity rule message`."""
    return [f"{line.split(':')[0]}:{line.split()[2]}" for line in stdout.splitlines()]


@pytest.mark.parametrize("case", parameters(CASES["runs"]))
def test_runs(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    status = main([joined(argument) for argument in case["arguments"]])
    stdout, stderr = capsys.readouterr()
    assert status == case["status"]
    if "rules" in case:
        assert told(stdout) == case["rules"]
    if "stderr" in case:
        assert stderr.splitlines() == [joined(line) for line in case["stderr"]]
    if "stdout begins" in case:
        assert stdout.startswith(case["stdout begins"])
    if "stdout has" in case:
        assert set(case["stdout has"]) <= set(stdout.splitlines())
    if "left" in case:
        assert sorted(os.listdir()) == case["left"]
    if "stderr begins" in case:
        assert stderr.startswith(case["stderr begins"])
        assert stderr.count("\n") == 1


GOOD = CASES["lines"]["good"].replace("{n}", "1").encode()
BAD = CASES["lines"]["error"].replace("{n}", "2").encode()


@pytest.mark.parametrize("case", parameters(CASES["baselines"]))
def test_baselines(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    options = case.get("options", [])
    written({"files": case["before"]}, tmp_path)
    assert main(["lint", "-q", "--write-baseline", "known.json", *options, *case["before"]]) == 0
    written({**case, "files": case.get("after", case["before"])}, tmp_path)
    capsys.readouterr()
    assert main([*case["arguments"], *options]) == case["status"]
    stdout, stderr = capsys.readouterr()
    assert told(stdout) == case["rules"]
    assert stderr.splitlines() == case["stderr"]


class Failing(io.RawIOBase):
    """Standard input that yields one piece; then something happens."""

    def __init__(self, first: bytes, then: Callable[[], object]) -> None:
        self._first = first
        self._then = then

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._first:
            self._then()
        piece, self._first = self._first, b""
        buffer[: len(piece)] = piece
        return len(piece)


class Into(io.RawIOBase):
    """A stream into the same place as another one."""

    def __init__(self, place: io.BytesIO) -> None:
        self._place = place

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._place.write(data)


def raising(error: BaseException) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


def sending(number: signal.Signals) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


@pytest.mark.parametrize(
    ("then", "status", "stderr"),
    [
        pytest.param(sending(signal.SIGINT), 130, "batchlint: stopped by SIGINT", id="SIGINT"),
        pytest.param(sending(signal.SIGTERM), 143, "batchlint: stopped by SIGTERM", id="SIGTERM"),
        pytest.param(sending(signal.SIGHUP), 129, "batchlint: stopped by SIGHUP", id="SIGHUP"),
        pytest.param(
            raising(MemoryError()), 3, "batchlint: error: out of memory; lower --max-line-bytes", id="out of memory"
        ),
        pytest.param(raising(OSError(5, "Input/output error")), 3, "1 file", id="input or output error"),
        pytest.param(lambda: None, 1, "1 file, 1 request, 1 error, 0 warnings", id="the end"),
    ],
)
def test_what_happens_while_reading(
    then: Callable[[], None],
    status: int,
    stderr: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Failing(BAD, then))))
    assert main(["lint", "-f", "concise", "-"]) == status
    shown = capsys.readouterr()
    assert "wrong-type" in shown.out
    # After SIGINT click begins a new line, since a terminal shows ^C where the cursor stands.
    assert shown.err.lstrip("\n").startswith(stderr)
    assert shown.err.strip("\n").count("\n") == 0


def test_findings_are_seen_before_the_rest_of_standard_input_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    written_so_far = io.BytesIO()
    seen: list[bytes] = []
    stdin = Failing(BAD, lambda: seen.append(written_so_far.getvalue()))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(stdin)))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Into(written_so_far))))
    assert main(["lint", "-q", "-f", "concise", "-"]) == 1
    assert b"wrong-type" in seen[0]


def nobody_reads() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def full_disk() -> int:
    return os.open("/dev/full", os.O_WRONLY)


@pytest.mark.parametrize(
    ("opened", "stderr"),
    [
        (nobody_reads, ""),
        (full_disk, "batchlint: error: the report cannot be written: no space left on device\n"),
    ],
)
def test_standard_output_that_cannot_be_written(
    opened: Callable[[], int],
    stderr: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.jsonl").write_bytes(BAD)
    with io.TextIOWrapper(open(opened(), "wb")) as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        assert main(["lint", "-f", "concise", str(tmp_path / "a.jsonl")]) == 3
        assert capsys.readouterr().err == stderr
        # The interpreter flushes what is left in the buffer when it ends; that must not fail once more.
        assert os.path.samestat(os.fstat(stdout.fileno()), os.stat(os.devnull))


def test_standard_error_that_cannot_be_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(BAD)
    arguments = ["lint", "-f", "concise", str(tmp_path / "a.jsonl"), str(tmp_path / "missing.jsonl")]
    with io.TextIOWrapper(open(full_disk(), "wb")) as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        assert main(arguments) == 2
        assert os.path.samestat(os.fstat(stderr.fileno()), os.stat(os.devnull))
    monkeypatch.setattr(sys, "stderr", None)
    assert main(arguments) == 2
    assert capsys.readouterr().out.count("wrong-type") == 2


def test_a_disk_that_is_full_while_a_file_is_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    faulty = CASES["lines"]["unfixed"].replace("{n}", "1").encode()
    (tmp_path / "a.jsonl").write_bytes(faulty)
    # A limit on the size of files stands for a full disk: the system refuses the write in the same place.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        status = main(["lint", "-f", "concise", "--fix", "a.jsonl"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    shown = capsys.readouterr()
    assert status == 3
    assert shown.err.splitlines() == [
        "batchlint: error: a.jsonl: the file is not repaired: file too large",
        "0 repaired, 1 remains",
        "1 file, 1 request, 1 error, 0 warnings",
    ]
    assert "invalid-json" in shown.out
    assert (tmp_path / "a.jsonl").read_bytes() == faulty
    assert os.listdir() == ["a.jsonl"]


def test_a_file_that_is_write_protected_is_not_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    faulty = CASES["lines"]["unfixed"].replace("{n}", "1")
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(faulty)
    # Permissions do not bind the superuser, who may run the tests.
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **more: "a.jsonl" not in path and may(path, mode, **more))
    assert main(["lint", "-q", "-f", "concise", "--fix", "a.jsonl", "b.jsonl"]) == 3
    shown = capsys.readouterr()
    assert shown.err == "batchlint: error: a.jsonl: the file is write-protected, so it is not repaired\n"
    assert shown.out.count("invalid-json") == 1
    assert (tmp_path / "a.jsonl").read_text() == faulty
    assert (tmp_path / "b.jsonl").read_text() != faulty


def test_a_pipe_is_not_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("a.jsonl")
    assert main(["lint", "-q", "--fix", "a.jsonl"]) == 2
    assert capsys.readouterr().err == (
        "batchlint: error: a.jsonl: only files are repaired; write the input to a file first\n"
    )


def test_standard_output_that_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD)
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["lint", str(tmp_path / "a.jsonl")]) == 3
    assert capsys.readouterr().err == "batchlint: error: standard output is closed\n"


def test_the_arguments_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(BAD)
    monkeypatch.setattr(sys, "argv", ["anything", "lint", "-f", "concise", str(tmp_path / "a.jsonl")])
    with pytest.raises(SystemExit) as caught:
        entry()
    assert caught.value.code == 1
    assert "wrong-type" in capsys.readouterr().out


def test_the_version_names_what_decides(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    version, python = metadata.version, platform.python_version()
    screen = f"screen orjson {version('orjson')} jsonschema-rs {version('jsonschema-rs')}"
    parts = f"ijson {version('ijson')} yajl2_c, {screen}, Python {python}"
    assert capsys.readouterr().out == f"batchlint {VERSION} ({parts})\n"


def test_the_name_in_the_help(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["anything"])
    assert main(["--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: batchlint [OPTIONS] COMMAND")


@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.SIG_DFL])
def test_a_command_started_by_nohup_goes_on_without_its_terminal(
    before: signal.Handlers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD)
    signal.signal(signal.SIGHUP, before)
    assert main(["lint", str(tmp_path / "a.jsonl")]) == 0
    assert (signal.getsignal(signal.SIGHUP) is before) is (before is signal.SIG_IGN)
    assert capsys.readouterr().err == "1 file, 1 request, 0 errors, 0 warnings\n"


def test_what_a_note_is_about_stands_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where both streams go to one place, as on a terminal."""
    both = io.BytesIO()
    stream = io.TextIOWrapper(both, write_through=True)
    lines = "".join(CASES["lines"]["embedding"].replace("{n}", str(number)) for number in range(3)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Failing(lines, lambda: None))))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Into(both))))
    monkeypatch.setattr(sys, "stderr", stream)
    assert main(["lint", "-f", "concise", "-"]) == 1
    lines_told = both.getvalue().decode().splitlines()
    assert [line.split(":")[0] for line in lines_told[:3]] == ["<stdin>"] * 3
    assert lines_told[3].startswith("batchlint: note: <stdin> does not fit")
    assert lines_told[4:] == ["1 file, 3 requests, 3 errors, 0 warnings"]


def test_the_report_names_the_profile_of_a_file_where_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "batchlint.toml").write_text('profile = "openai@2026-08-21"\n')
    for name in ("a.jsonl", "other/b.jsonl"):
        (tmp_path / name).write_bytes(GOOD)
    assert main(["lint", "-f", "json", "a.jsonl", "other/b.jsonl"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["profile"] == "together@2026-02-15"
    assert [(file["path"], file.get("profile")) for file in report["files"]] == [
        ("a.jsonl", None),
        ("other/b.jsonl", "openai@2026-08-21"),
    ]
    assert [(file["lines"], file["complete"]) for file in report["files"]] == [(1, True)] * 2


def test_the_report_is_told_where_each_file_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(GOOD)
    assert main(["lint", "-f", "junit", "a.jsonl", "b.jsonl"]) == 0
    report = capsys.readouterr().out
    assert report.count("<testcase") == 2
    assert report.index("a.jsonl") < report.index("b.jsonl")


def test_on_a_terminal_a_large_file_is_named_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "large.jsonl").write_bytes(GOOD.replace(b'"p"', b'"' + b"x" * 2**21 + b'"'))
    # Each look at the clock finds it ten seconds later.
    monkeypatch.setattr(time, "monotonic", count(0.0, 10.0).__next__)
    leader, follower = pty.openpty()
    os.set_blocking(leader, False)  # nothing shown is a failure, not a hang
    with (
        open(leader, "rb", buffering=0) as seen,
        io.TextIOWrapper(open(follower, "wb", buffering=0), write_through=True) as terminal,
    ):
        monkeypatch.setattr(sys, "stderr", terminal)
        assert main(["lint", "-f", "concise", str(tmp_path / "large.jsonl")]) == 0
        shown = (seen.read(4096) or b"").decode()
        monkeypatch.undo()
    assert "large.jsonl" in shown


def test_on_a_terminal_the_bar_gives_way_to_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = GOOD.replace(b'"p"', b'"' + b"x" * 2**21 + b'"')
    (tmp_path / "large.jsonl").write_bytes(line + BAD + line.replace(b'"1"', b'"3"') * 3)
    monkeypatch.setattr(time, "monotonic", count(0.0, 10.0).__next__)
    leader, follower = pty.openpty()
    os.set_blocking(leader, False)  # nothing shown is a failure, not a hang
    with (
        open(leader, "rb", buffering=0) as seen,
        io.TextIOWrapper(open(follower, "wb"), write_through=True) as terminal,
    ):
        for name in ("stdout", "stderr"):
            monkeypatch.setattr(sys, name, terminal)
        assert main(["lint", "-f", "concise", "--color", "never", str(tmp_path / "large.jsonl")]) == 1
        shown = (seen.read(4096) or b"").decode()
        monkeypatch.undo()
    before, _, after = shown.partition(str(tmp_path))
    assert before.endswith("\r\x1b[2K")
    assert after.startswith("/large.jsonl:2:")
