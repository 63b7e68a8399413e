"""A crash below Python: the exit status and one line tell of it, near which line it was, and what was found before."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import batchlint
from messy import messy_file
from processes import children_of, is_running, wait_until
from support import clean_environment, good_line
from tally import Tally

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="what crashes is put into a worker by a fork")

LARGE = 13 * 1024 * 1024
"""Bytes of a file that is judged by several processes."""

CRASHING = """
import os, signal, sys
import orjson
def loads(line, loads=orjson.loads, first=os.getpid()):
    if b"CRASH" in line:
        {action}
    return loads(line)
orjson.loads = loads
sys.argv[0] = "batchlint"
from batchlint.command.main import entry
entry()
"""
"""The command, whose parser does something fatal at every line that says so."""

FATAL = good_line("CRASH")


KILL = "os.kill(os.getpid(), signal.{})"


def run(path: Path, *arguments: str, action: str = KILL.format("SIGSEGV")) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", CRASHING.format(action=action), "lint", *arguments, str(path)]
    return subprocess.run(command, capture_output=True, env=clean_environment(), timeout=120, check=False)


def large_file(path: Path, fatal: int) -> int:
    """Writes a messy file that kills at a line about the byte `fatal`; returns the number of that line."""
    rng = random.Random(fatal)
    pieces = [b""]
    size = line = 0
    while size < LARGE:
        if not line and size >= fatal:
            # A value may stand open before it, and would take the line for its own.
            pieces.append(b'{"custom_id": "x"}\n' * 3)
            line = b"".join(pieces).count(b"\n") + 1
            pieces.append(FATAL)
        piece = messy_file(rng, 60, padding=40_000)
        if piece[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            pieces.append(piece.removesuffix(b"\n") + b"\n")
            size += len(piece)
    path.write_bytes(b"".join(pieces))
    return line


@pytest.mark.parametrize(
    ("number", "fatal"),
    [(signal.SIGSEGV, 0), (signal.SIGABRT, 5_000_000), (signal.SIGBUS, 7_000_000), (signal.SIGSEGV, 12_900_000)],
)
def test_a_crash_of_a_worker_names_its_line(number: signal.Signals, fatal: int, tmp_path: Path, tally: Tally) -> None:
    path = tmp_path / "large.jsonl"
    line = large_file(path, fatal)
    done = run(path, "--jobs", "2", "-f", "json-lines", action=KILL.format(number.name))
    assert done.returncode == 3
    *findings, last = map(json.loads, done.stdout.splitlines())
    assert (last["rule"], last["line"]) == ("damaged-input", None)
    assert f"a worker process died ({number.name}) at line {line:,}" in last["message"]
    assert done.stderr == b""
    # All that was found before it is told, and nothing else.
    head = tmp_path / "head" / path.name
    head.parent.mkdir()
    head.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[: line - 1]))
    wanted = [{**each.to_dict(), "path": str(path)} for each in batchlint.iter_findings(head)] if line > 1 else []
    assert findings == [each for each in wanted if each["line"] is not None]
    tally.tried("crashes of workers")


ONCE = """
        try:
            os.close(os.open({mark!r}, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_worker_that_does_not_die_again_was_ended_by_others(tmp_path: Path, tally: Tally) -> None:
    path = tmp_path / "large.jsonl"
    large_file(path, 5_000_000)
    done = run(path, "--jobs", "2", "-f", "concise", action=ONCE.format(mark=str(tmp_path / "mark")))
    assert done.returncode == 3
    last = done.stdout.splitlines()[-1].decode()
    assert "a worker process died (SIGKILL) within " in last
    first = int(last.rpartition(" from line ")[2].split(" on")[0].replace(",", ""))
    assert first > 1
    told = [int(line.split(b":")[1]) for line in done.stdout.splitlines()[:-1]]
    assert max(told) < first
    tally.tried("crashes of workers")


def test_a_crash_of_the_only_process_is_no_success_and_leaves_no_torn_report(tmp_path: Path) -> None:
    path = tmp_path / "small.jsonl"
    path.write_bytes(good_line(1) + FATAL)
    done = run(path, "-f", f"sarif:{tmp_path / 'report.sarif'}")
    assert done.returncode == -signal.SIGSEGV
    assert not (tmp_path / "report.sarif").exists()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system lists no processes in /proc")
def test_workers_end_at_once_when_the_first_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    path.write_bytes((good_line("x" * 5000) + FATAL) * (LARGE // 5000))
    endless = "[None for _ in iter(int, 1)]"
    command = [sys.executable, "-c", CRASHING.format(action=endless), "lint", "--jobs", "2", str(path)]
    with subprocess.Popen(command, env=clean_environment(), stdout=subprocess.DEVNULL) as process:
        wait_until(lambda: len(children_of(process.pid)) == 2)
        workers = children_of(process.pid)
        process.kill()
    wait_until(lambda: not any(map(is_running, workers)), 20)
