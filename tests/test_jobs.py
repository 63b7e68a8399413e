"""Several processes: the same report byte for byte, and nothing left behind however a run ends."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import batchlint
from batchlint.engine import work
from batchlint.engine.cutting import Cutting
from batchlint.engine.hidden import Bounds
from batchlint.engine.options import EngineOptions
from batchlint.engine.part import Part
from batchlint.engine.ranges import Range
from driving import judged_by
from messy import messy_file, request
from processes import children_of, is_running, wait_until
from support import clean_environment

COMMAND = (sys.executable, "-m", "batchlint", "lint")
LARGE = 13 * 1024 * 1024
"""Bytes of a file that is judged by several processes."""

needs_processes = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="the system lists no processes in /proc"
)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A messy file of few long lines, large enough to be cut."""
    path = tmp_path_factory.mktemp("jobs") / "large.jsonl"
    rng = random.Random(4)
    pieces = [b"\n".join(request(number, "x" * 9000) for number in range(start, start + 100)) for start in (0, 50, 200)]
    while sum(map(len, pieces)) < LARGE:
        pieces.append(messy_file(random.Random(rng.random()), 60, padding=40_000))
    path.write_bytes(b"\n".join(piece for piece in pieces if piece[:2] not in (b"\xff\xfe", b"\xfe\xff")))
    return path


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which every line is at fault, so that it takes long enough to be interrupted."""
    path = tmp_path_factory.mktemp("slow") / "slow.jsonl"
    line = b'{"custom_id": 1, "method": "GET", "url": "/v1/completions", "body": {"model": 1, "prompt": "%s"}}\n' % (
        b"x" * 2000
    )
    path.write_bytes(line * (LARGE // len(line)))
    return path


@pytest.mark.parametrize("screens", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_any_number_of_processes_gives_the_same_findings(seed: int, screens: bool, tmp_path: Path) -> None:
    rng = random.Random(seed)
    path = tmp_path / "f.jsonl"
    path.write_bytes(messy_file(rng, 120))
    options = EngineOptions(screens=screens, excerpt_width=rng.choice((None, 60)))
    results = [judged_by(options, jobs, [path], Cutting(1, 1, 2**30, rng.choice((1, 2, 8)))) for jobs in (1, 2, 3)]
    assert results[1] == results[0]
    assert results[2] == results[0]


def test_the_processes_serve_all_files_of_a_run(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jsonl" for number in range(5)]
    for number, path in enumerate(paths):
        path.write_bytes(messy_file(random.Random(f"many {number}"), 30))
    together = judged_by(EngineOptions(), 2, paths, Cutting(1, 1, 2**30, 3))
    assert together == judged_by(EngineOptions(), 1, paths)


@pytest.mark.parametrize("output_format", ["full", "concise", "json"])
def test_reports_of_a_large_file_are_the_same_byte_for_byte(large: Path, output_format: str) -> None:
    runs = [
        subprocess.run(
            [*COMMAND, "-f", output_format, "--jobs", str(jobs), str(large)],
            capture_output=True,
            env=clean_environment(),
            timeout=120,
            check=False,
        )
        for jobs in (1, 2, 3)
    ]
    assert len(runs[0].stdout) > 1000
    assert runs[0].returncode == 1
    for run in runs[1:]:
        assert (run.stdout, run.stderr, run.returncode) == (runs[0].stdout, runs[0].stderr, 1)


def test_the_library_gives_the_report_of_the_command(large: Path) -> None:
    import json

    command = subprocess.run(
        [*COMMAND, "-f", "json", "--jobs", "2", str(large)],
        capture_output=True,
        env=clean_environment(),
        timeout=120,
        check=False,
    )
    assert json.loads(command.stdout) == batchlint.validate(large).to_dict()


class Running:
    """A run over a slow file by two processes, which are held so that it cannot end by itself."""

    def __init__(self, path: Path, report: Path) -> None:
        with report.open("wb") as output:
            self.process = subprocess.Popen(
                [*COMMAND, "-f", "concise", "--jobs", "2", str(path)],
                stdout=output,
                stderr=subprocess.PIPE,
                env=clean_environment(),
                start_new_session=True,
            )
        wait_until(lambda: len(children_of(self.process.pid)) == 2)
        self.workers = children_of(self.process.pid)
        for worker in self.workers:
            os.kill(worker, signal.SIGSTOP)

    def finish(self) -> tuple[int, str]:
        """Waits for its end; returns its exit status and what it said, without the line end behind an echoed ^C."""
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said.decode().removeprefix("\n")

    def assert_nothing_is_left(self) -> None:
        wait_until(lambda: not any(map(is_running, self.workers)))


@pytest.fixture
def running(slow: Path, tmp_path: Path) -> Iterator[Running]:
    run = Running(slow, tmp_path / "report")
    yield run
    for process in (run.process.pid, *run.workers):
        if is_running(process):
            os.kill(process, signal.SIGKILL)
    run.process.wait()
    if run.process.stderr is not None:
        run.process.stderr.close()


@needs_processes
def test_a_killed_worker_ends_the_run(running: Running, tmp_path: Path) -> None:
    os.kill(running.workers[0], signal.SIGKILL)
    # The run may be quick to end the other worker, which stands still.
    with suppress(ProcessLookupError):
        os.kill(running.workers[1], signal.SIGCONT)
    status, said = running.finish()
    last = (tmp_path / "report").read_text().splitlines()[-1]
    assert said.count("\n") <= 1
    if status == 1:
        # It had no work yet, so that another one took its place and nothing is missing.
        assert "not read to the end" not in said
        assert "damaged-input" not in last
    else:
        assert status == 3
        assert "not read to the end" in said
        assert "damaged-input" in last
        assert "a worker process died (SIGKILL)" in last
    running.assert_nothing_is_left()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_worker_that_dies_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / f"{number}.jsonl" for number in range(4)]
    for path in paths:
        path.write_bytes(b"".join(request(number) + b"\n" for number in range(40)))
    judge_range = work.judge_range

    def deadly(options: EngineOptions, task: Range, bounds: Bounds) -> Part:
        if task.origin.name == str(paths[1]) and task.start >= 1000:
            os._exit(9)
        return judge_range(options, task, bounds)

    # Workers are copies of this process.
    monkeypatch.setattr(work, "judge_range", deadly)
    found = judged_by(EngineOptions(), 2, paths, Cutting(1, 1, 200, 1))
    assert [report.complete for _, report in found] == [True, False, True, True]
    (finding,) = found[1][0]
    assert finding.message == "a worker process died (exit code 9) within 200 bytes from line 9 on"


@needs_processes
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_ends_at_once(running: Running, number: signal.Signals, status: int) -> None:
    os.killpg(running.process.pid, number)
    assert running.finish() == (status, f"batchlint: stopped by {number.name}\n")
    running.assert_nothing_is_left()


@needs_processes
def test_a_stopped_run_ends_while_its_processes_judge(running: Running) -> None:
    for worker in running.workers:
        os.kill(worker, signal.SIGCONT)
    os.kill(running.process.pid, signal.SIGTERM)
    assert running.finish() == (143, "batchlint: stopped by SIGTERM\n")
    running.assert_nothing_is_left()


INTERRUPTED_AT_ONCE = """
import os, signal, sys
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGINT))
sys.argv[0] = "batchlint"
from batchlint.__main__ import entry
entry()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_worker_leaves_an_early_interrupt_to_the_first_process(slow: Path) -> None:
    arguments = ("lint", "-f", "concise", "--jobs", "2", str(slow))
    plain = subprocess.run(
        [*COMMAND, *arguments[1:]], capture_output=True, env=clean_environment(), timeout=120, check=False
    )
    early = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AT_ONCE, *arguments],
        capture_output=True,
        env=clean_environment(),
        timeout=120,
        check=False,
    )
    assert (early.stdout, early.stderr, early.returncode) == (plain.stdout, plain.stderr, 1)


NEVER_COPIED = """
import os, sys, threading
# A second thread might hold a lock at the moment of the copy.
stop = threading.Event()
threading.Thread(target=stop.wait, daemon=True).start()
os.register_at_fork(after_in_child=lambda: os._exit(70))
sys.argv[0] = "batchlint"
from batchlint.__main__ import entry
entry()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_process_with_threads_is_not_copied(large: Path) -> None:
    arguments = ("lint", "-f", "concise", "--jobs", "2", str(large))
    plain = subprocess.run(
        [*COMMAND, *arguments[1:]], capture_output=True, env=clean_environment(), timeout=120, check=False
    )
    threaded = subprocess.run(
        [sys.executable, "-c", NEVER_COPIED, *arguments],
        capture_output=True,
        env=clean_environment(),
        timeout=120,
        check=False,
    )
    assert (threaded.stdout, threaded.stderr, threaded.returncode) == (plain.stdout, plain.stderr, 1)


@needs_processes
def test_workers_end_with_a_killed_run(running: Running) -> None:
    os.kill(running.process.pid, signal.SIGKILL)
    for worker in running.workers:
        os.kill(worker, signal.SIGCONT)
    assert running.finish()[0] == -signal.SIGKILL
    running.assert_nothing_is_left()


@needs_processes
def test_workers_end_with_a_closed_pipe(slow: Path) -> None:
    run = subprocess.Popen(
        [*COMMAND, "-f", "concise", "--jobs", "2", str(slow)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environment(),
    )
    assert run.stdout is not None
    assert run.stdout.readline()
    workers = children_of(run.pid)
    run.stdout.close()
    _, said = run.communicate(timeout=60)
    assert (said, run.returncode) == (b"", 3)
    wait_until(lambda: not any(map(is_running, workers)))
