"""Odd surroundings: little that the system grants, no current directory, other encodings, other ways of Python."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from support import COMMAND, PACKAGE_PATH, RECORDS, clean_environment, good_line
from tally import Tally

if sys.platform == "win32":
    pytest.skip("limits of a process and deleted directories are those of Unix", allow_module_level=True)

BAD = good_line(1) + b'{"custom_id": "\xc3\xa9", "body": [1,]}\n'
LARGE = 13 * 1024 * 1024
"""Bytes of a file that is judged by several processes."""

Reports = tuple[bytes, bytes]

COMPLAINT = b"batchlint: error: "

LIMITED = """
import os, resource, sys
limit, value = getattr(resource, sys.argv[1]), int(sys.argv[2])
import batchlint.__main__
{before}
resource.setrlimit(limit, (value, value))
sys.argv = ["batchlint", *sys.argv[3:]]
batchlint.__main__.entry()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bad.jsonl").write_bytes(BAD)
    return tmp_path


def shell(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a line of the shell, in which "$@" is the command."""
    return subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND],
        cwd=folder,
        env=clean_environment(**more),
        capture_output=True,
        timeout=120,
        check=False,
    )


def check(done: subprocess.CompletedProcess[bytes], *allowed: int) -> None:
    """Fails if a run ends otherwise than it may, or with more than a line that says why."""
    assert done.returncode in allowed, done.stderr
    assert b"Traceback" not in done.stderr
    if done.returncode in (2, 3) and done.stdout == b"":
        assert done.stderr.startswith(COMPLAINT), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        "lint -f concise {}/bad.jsonl",
        "lint -f concise .",
        "lint -f sarif {}/bad.jsonl",
        "lint -f json:x.json {}/bad.jsonl",
        "lint -f concise - < {}/bad.jsonl",
        "config show",
    ],
)
def test_a_current_directory_that_is_gone(arguments: str, folder: Path, tally: Tally) -> None:
    (folder / "gone").mkdir()
    # The audit asks for the current directory itself.
    script = f'cd gone && rmdir ../gone && "$@" {arguments.format(folder)}'
    done = shell(script, folder, PYTHONPATH=str(PACKAGE_PATH))
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr == COMPLAINT + b"the current directory: no such file or directory\n"
    tally.tried("runs in odd surroundings")


@pytest.mark.parametrize(
    "kind", ["lint -f concise", "lint -f concise --jobs 2", "lint --diff", "split --max-requests 700"]
)
def test_few_open_files(kind: str, tmp_path: Path, is_long: bool, tally: Tally) -> None:
    line = good_line("x" * 9000)
    (tmp_path / "large.jsonl").write_bytes(line * (LARGE // len(line)) + b"[1,]\n")
    for count in (5, 6, 7, 8, 10, 12, 14, 16, 24) if is_long else (5, 7, 10, 16):
        command = [sys.executable, "-c", LIMITED.format(before=""), "RLIMIT_NOFILE", str(count)]
        done = subprocess.run(
            [*command, *kind.split(), "large.jsonl"],
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        check(done, 0, 1, 3)
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
        for path in tmp_path.glob("*part*"):
            path.unlink()
        tally.tried("runs in odd surroundings")


def test_no_further_process(tmp_path: Path, tally: Tally) -> None:
    line = good_line("x" * 9000)
    path = tmp_path / "large.jsonl"
    path.write_bytes(line * (LARGE // len(line)))
    # A privileged user has no limit of processes.
    before = """
def refused():
    raise BlockingIOError(11, "Resource temporarily unavailable")
os.fork = refused
"""
    command = [sys.executable, "-c", LIMITED.format(before=before), "RLIMIT_CORE", "0"]
    done = subprocess.run(
        [*command, "lint", "--jobs", "2", str(path)],
        env=clean_environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr == (
        COMPLAINT + b"no process can be started (resource temporarily unavailable); --jobs 1 needs none\n"
    )
    tally.tried("runs in odd surroundings")


@pytest.mark.parametrize("blocks", [0, 1, 8])
@pytest.mark.parametrize("kind", ["lint -f json:r.json", "lint --fix", "lint --diff", "split --max-requests 10"])
def test_files_that_may_not_grow(kind: str, blocks: int, tmp_path: Path, tally: Tally) -> None:
    content = b"".join(good_line(f"{number}{'x' * 900}").replace(b'"POST"', b'"post"') for number in range(60))
    (tmp_path / "in.jsonl").write_bytes(content)
    # The audit would write as well.
    done = shell(f'ulimit -f {blocks}; unset {RECORDS}; "$@" {kind} in.jsonl', tmp_path)
    check(done, 0, 1, 3)
    assert done.returncode == 3 or blocks == 8
    assert (tmp_path / "in.jsonl").read_bytes() == content
    assert {path.name for path in tmp_path.iterdir()} <= {"in.jsonl", "r.json"}
    tally.tried("runs in odd surroundings")


ENVIRONMENTS = (
    {"LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"},
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "utf-8:strict"},
    {"PYTHONOPTIMIZE": "2"},
    {"PYTHONDEVMODE": "1"},
    {"PYTHONUNBUFFERED": "1"},
    {"PYTHONMALLOC": "debug"},
    {"PYTHONSAFEPATH": "1"},
    {"HOME": "/nonexistent"},
    {"TMPDIR": "/nonexistent"},
    {"TMPDIR": "/proc"},
    {"TERM": "dumb", "COLUMNS": "0"},
    {"COLUMNS": "-5"},
    {"COLUMNS": "99999999999999999999"},
)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Reports]:
    """The reports on a file of the given name in the usual surroundings."""
    return cache(lambda name: reports_on(name, clean_environment(), tmp_path_factory.mktemp("usual")))


def reports_on(name: str, environment: dict[str, str], folder: Path) -> Reports:
    (folder / name).write_bytes(BAD)
    done = subprocess.run(
        [*COMMAND, "lint", "-f", "json", "-f", "sarif:r.sarif", os.fsencode(name)],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    check(done, 1)
    assert done.stderr == b""
    return done.stdout, (folder / "r.sarif").read_bytes()


@pytest.mark.parametrize("name", ["bad.jsonl", "b\u00e9d \u202e.jsonl", "bad\udcff.jsonl"], ids=ascii)
@pytest.mark.parametrize("more", ENVIRONMENTS, ids=str)
def test_other_environments_change_nothing(
    more: dict[str, str], name: str, usual: Callable[[str], Reports], tmp_path: Path, tally: Tally
) -> None:
    assert reports_on(name, clean_environment(**more), tmp_path) == usual(name)
    # What people read is shown in the encoding that there is.
    done = subprocess.run(
        [*COMMAND, "lint", os.fsencode(name), b"missing\xff\n.jsonl"],
        cwd=tmp_path,
        env=clean_environment(**more),
        capture_output=True,
        timeout=120,
        check=False,
    )
    check(done, 2)
    assert done.stderr.count(b"\n") == 2
    assert b"error[" in done.stdout
    tally.tried("runs in odd surroundings", 2)


@pytest.mark.parametrize("option", ["-I", "-E", "-O", "-OO", "-bb", "-q", "-Xutf8=0", "-Xint_max_str_digits=0"])
def test_other_ways_of_python(option: str, folder: Path, tally: Tally) -> None:
    wanted = subprocess.run(
        [*COMMAND, "lint", "-f", "json", "bad.jsonl"],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        check=False,
    )
    code = f"import sys; sys.path[:0] = {clean_environment()['PYTHONPATH'].split(os.pathsep)!r}; "
    code += "sys.argv[0] = 'batchlint'; from batchlint.__main__ import entry; entry()"
    done = subprocess.run(
        [sys.executable, option, "-c", code, "lint", "-f", "json", "bad.jsonl"],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, wanted.stdout, b"")
    tally.tried("runs in odd surroundings")
