"""Signals at any moment: the documented status or none, no traceback, no process, no temporary file, nothing torn."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from worst_inputs import INPUTS

from messy import messy_file
from processes import children_of, is_running
from support import good_line, run, start
from tally import Tally

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system lists no processes in /proc")

LARGE = 13 * 1024 * 1024
"""Bytes of a file that is judged by several processes."""

ENDS = {
    signal.SIGINT: {130, -signal.SIGINT},
    signal.SIGTERM: {143, -signal.SIGTERM},
    signal.SIGKILL: {-signal.SIGKILL},
    signal.SIGPIPE: {-signal.SIGPIPE},
}
"""The status of a process that a signal ended; a negative one is the system's, before the command hears signals.

Python does not hear SIGPIPE: that a reader has gone is told by the write itself.
"""

PYTHON_BEGINS = ("Fatal Python error: init_", "Could not import runpy module")
"""How Python tells, with status 1, that SIGINT ended it before it came to the command; a warning may stand before."""


@dataclass(frozen=True)
class Use:
    """One use of the command.

    Attributes:
        arguments: its arguments.
        inputs: the folder in which it runs.
        wanted: the same at the end, where nothing happens; None where it is only deleted or made whole.
        status: its exit status then.
        stdout: what it prints then.
        seconds: how long it takes.
    """

    arguments: tuple[str, ...]
    inputs: dict[str, bytes]
    wanted: dict[str, bytes]
    status: int
    stdout: bytes
    seconds: float


def use(folder: Path, inputs: dict[str, bytes], *arguments: str) -> Use:
    folder.mkdir()
    for name, content in inputs.items():
        (folder / name).write_bytes(content)
    begin = time.monotonic()
    done = run(*arguments, folder=folder)
    seconds = time.monotonic() - begin
    assert done.returncode in (0, 1), done.stderr
    wanted = {path.name: path.read_bytes() for path in folder.iterdir()}
    return Use(arguments, inputs, wanted, done.returncode, done.stdout, seconds)


@pytest.fixture(scope="module")
def uses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Use]:
    folder = tmp_path_factory.mktemp("uses")
    rng = random.Random(5)
    messy = b"".join(messy_file(rng, 60).removesuffix(b"\n") + b"\n" for _ in range(10))
    large = b"".join(good_line(f"{number}{'x' * 9000}") for number in range(LARGE // 9000)) + messy
    faulty = b"".join(good_line(number).replace(b'"POST"', b'"post"') for number in range(1500))
    reports = ("-f", "concise", "-f", "sarif:new.sarif", "-f", "json:old.json")
    return {
        "one process": use(folder / "1", {"a.jsonl": messy, "old.json": b"old"}, "lint", "a.jsonl", *reports),
        "two processes": use(
            folder / "2", {"a.jsonl": large, "old.json": b"old"}, "lint", "--jobs", "2", "a.jsonl", *reports
        ),
        "fix": use(folder / "3", {"a.jsonl": faulty}, "lint", "--fix", "-f", "concise", "a.jsonl"),
        "split": use(folder / "4", {"a.jsonl": faulty}, "split", "--max-requests", "200", "a.jsonl"),
    }


def session_of(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[3])
    except (OSError, ValueError):
        return None


def left_of(session: int) -> list[int]:
    """The processes of a session that still run."""
    found = [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if session_of(folder) == session]
    return [process for process in found if is_running(process)]


def wrong_files(one: Use, folder: Path, *, may_leave: bool) -> Iterator[str]:
    """What is neither as it was nor as it should be."""
    left = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name, content in left.items():
        if name in one.wanted:
            if content not in (one.inputs.get(name), one.wanted[name]):
                yield f"{name} is torn"
        elif not may_leave or not (name.startswith(".") and name.endswith(".tmp")):
            yield f"{name} is left"
    if one.inputs.keys() - left.keys():
        yield "an input is lost"
    parts = one.wanted.keys() - one.inputs.keys()
    if one.arguments[0] == "split" and not may_leave and 0 < len(parts & left.keys()) < len(parts):
        yield "some parts are there and others not"


def wrong_words(one: Use, number: signal.Signals, status: int, printed: bytes, said: str) -> Iterator[str]:
    """What is wrong with the status and the words of a run."""
    has_begun = not any(line.startswith(PYTHON_BEGINS) for line in said.splitlines())
    if status not in ENDS[number] | {one.status if has_begun else 1}:
        yield f"status {status}"
    if has_begun and status == one.status and printed != one.stdout:
        yield "not all is printed"
    if not one.stdout.startswith(printed):
        yield "what is printed is torn"
    # Of the first moments, in which the command has not begun, Python tells in its own way.
    # And only a test that makes errors of warnings sees that an import was left in the middle of a file.
    is_ignored = "Exception ignored" in said and "ResourceWarning" not in said
    if ("Traceback" in said and ", in entry" in said) or is_ignored:
        yield said
    if status in (130, 143) and not said.endswith(f"batchlint: stopped by {number.name}\n"):
        yield f"says {said!r}"


def wrong(one: Use, number: signal.Signals, delay: float, folder: Path) -> Iterator[str]:
    """What is wrong with a run that gets a signal after `delay` seconds."""
    folder.mkdir()
    for name, content in one.inputs.items():
        (folder / name).write_bytes(content)
    with (folder.parent / "stdout").open("wb+") as stdout:
        process = start(*one.arguments, cwd=folder, stdout=stdout, start_new_session=True)
        time.sleep(delay)
        process.send_signal(number)
        try:
            _, said = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            yield "does not end"
            return
        stdout.seek(0)
        printed = stdout.read()
    yield from wrong_words(one, number, process.returncode, printed, said.decode())
    end = time.monotonic() + 10
    while left := left_of(process.pid):
        if time.monotonic() > end:
            for each in left:
                os.kill(each, signal.SIGKILL)
            yield f"{len(left)} processes are left"
            break
        time.sleep(0.01)
    yield from wrong_files(one, folder, may_leave=number is signal.SIGKILL)


JUDGING = ("one process", "two processes")
"""The uses that only judge."""


@pytest.mark.parametrize("name", [*JUDGING, "fix", "split"])
@pytest.mark.parametrize("number", ENDS)
def test_a_signal_at_any_moment(
    number: signal.Signals, name: str, uses: dict[str, Use], tmp_path: Path, is_long: bool, seed: int, tally: Tally
) -> None:
    rng = random.Random(f"{seed} {number.name} {name}")
    one = uses[name]
    found: list[str] = []
    for turn in range((50 if name in JUDGING else 20) if is_long else 4):
        delay = rng.uniform(0, 1.1 * one.seconds)
        found += (f"after {delay:.3f} s: {problem}" for problem in wrong(one, number, delay, tmp_path / str(turn)))
        tally.tried("signals sent")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", JUDGING)
def test_a_reader_that_goes_at_any_moment(
    name: str, uses: dict[str, Use], tmp_path: Path, is_long: bool, seed: int, tally: Tally
) -> None:
    rng = random.Random(f"{seed} {name}")
    one = uses[name]
    for turn in range(50 if is_long else 4):
        folder = tmp_path / str(turn)
        folder.mkdir()
        for file, content in one.inputs.items():
            (folder / file).write_bytes(content)
        size = rng.randrange(len(one.stdout))
        process = start(*one.arguments, cwd=folder, stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout is not None
        printed = process.stdout.read(size)
        process.stdout.close()
        _, said = process.communicate(timeout=60)
        assert printed == one.stdout[:size]
        # What fits into the pipe is written before its end is noticed.
        assert (process.returncode, said) in ((3, b""), (one.status, run(*one.arguments, folder=folder).stderr))
        assert not list(wrong_files(one, folder, may_leave=False))
        assert not left_of(process.pid)
        tally.tried("signals sent")


LONG_LINES = ("escapes", "lone surrogates", "small integers", "members", "an open array of numbers", "open brackets")
"""Kinds of the worst input of which each is one line."""

ANSWERED = 2.0
"""Seconds of processor time after which a signal has to be answered."""


def processor_seconds(process: int) -> float:
    """The processor time of a process and its workers so far, of those that have ended as well."""
    ticks = 0
    for each in (process, *children_of(process)):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("kind", LONG_LINES)
def test_a_signal_within_a_long_line_is_answered_soon(
    kind: str, tmp_path: Path, is_long: bool, seed: int, tally: Tally
) -> None:
    rng = random.Random(f"{seed} {kind}")
    path = tmp_path / "a.jsonl"
    path.write_bytes(INPUTS[kind](30_000_000 if is_long else 10_000_000))
    for number in (signal.SIGINT, signal.SIGTERM) * (5 if is_long else 1):
        with start("lint", "-q", "-f", "concise", str(path), stdout=subprocess.DEVNULL) as process:
            # On a busy machine, time on a clock says nothing of how far it has come. A line as long as this one is
            # judged by a worker where there are several processors, and the process that waits for it takes no time.
            begin = rng.uniform(0.2, 2)
            while is_running(process.pid) and processor_seconds(process.pid) < begin:
                time.sleep(0.01)
            before = processor_seconds(process.pid)
            os.kill(process.pid, number)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        # A short one may have come to its end.
        assert process.returncode in ENDS[number] | {0, 1}
        assert usage.ru_utime + usage.ru_stime - before < ANSWERED
        tally.tried("signals sent")


def test_reports_are_json_here_so_that_whole_ones_are_known(uses: dict[str, Use]) -> None:
    for name in JUDGING:
        assert json.loads(uses[name].wanted["new.sarif"])
        assert json.loads(uses[name].wanted["old.json"])
