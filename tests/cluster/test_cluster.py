"""A Dask cluster: the same report byte for byte, whatever happens to its workers; and what is told where it fails."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from dask_cluster import LOOPBACK, DaskCluster, judging_below, wait_until

import batchlint
from messy import messy_file, request
from support import clean_environment, good_line, run
from tally import Tally

REPORTS_OF = Path(__file__).with_name("reports_of.py")
RANGE = 400_000


def lint(cluster: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return run("lint", "--cluster", cluster, *arguments, environment=clean_environment(**LOOPBACK))


def told(done: subprocess.CompletedProcess[bytes]) -> str:
    """What a run said on standard error, which has to be one line."""
    (line,) = done.stderr.decode().splitlines()
    return line


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Small files, and a large one whose ids repeat across ranges."""
    folder = tmp_path_factory.mktemp("files")
    rng = random.Random(8)
    paths = []
    for number in range(40):
        path = folder / f"{number}.jsonl"
        path.write_bytes(messy_file(rng, 60))
        paths.append(path)
    large = folder / "large.jsonl"
    pieces = [b"\n".join(request(rng.randrange(9000), "x" * 900) for _ in range(400)) for _ in range(16)]
    pieces += [messy_file(random.Random(number), 60, padding=4000) for number in range(4)]
    large.write_bytes(b"\n".join(piece for piece in pieces if piece[:2] not in (b"\xff\xfe", b"\xfe\xff")))
    return [*paths[:20], large, *paths[20:]]


@pytest.fixture(scope="module")
def expected(files: list[Path]) -> list[str]:
    """The reports that one process gives."""
    return [json.dumps(batchlint.validate(str(path)).to_dict()) for path in files]


def reports_of(
    cluster: DaskCluster, files: Sequence[str | Path], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """A process that prints the reports of `files`, and says when it begins."""
    sizes = (str(4 * RANGE), str(RANGE), str(RANGE))
    process = subprocess.Popen(
        [sys.executable, str(REPORTS_OF), cluster.address, *sizes, *map(str, files)],
        env={**clean_environment(), **(environment or {}), **LOOPBACK, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "connected\n"
    return process


@pytest.mark.parametrize("output_format", ["json", "concise"])
def test_a_cluster_gives_the_report_of_one_machine(cluster: DaskCluster, files: list[Path], output_format: str) -> None:
    arguments = ("-f", output_format, "--statistics", *files)
    here = run("lint", "--quiet", *arguments)
    there = lint(cluster.address, "--quiet", *arguments)
    assert len(here.stdout) > 10_000
    assert (there.stdout, there.stderr, there.returncode) == (here.stdout, here.stderr, 1)


def test_so_many_findings_are_shown_and_all_are_counted(cluster: DaskCluster, files: list[Path]) -> None:
    for number in ("0", "3", "100"):
        arguments = ("-f", "json", "--statistics", "--max-findings", number, *files[:5])
        here = run("lint", *arguments)
        there = lint(cluster.address, *arguments)
        assert (there.stdout, there.stderr, there.returncode) == (here.stdout, here.stderr, 1)


def test_a_file_in_ranges_has_the_findings_of_one_pass(
    cluster: DaskCluster, files: list[Path], expected: list[str]
) -> None:
    said, _ = reports_of(cluster, files).communicate(timeout=120)
    assert said.splitlines() == expected


def test_a_worker_that_is_killed_changes_nothing(
    cluster: DaskCluster, files: list[Path], expected: list[str], is_long: bool, seed: int, tally: Tally
) -> None:
    rng = random.Random(seed)
    for _ in range(20 if is_long else 2):
        wait_until(lambda: all(judging_below(worker.pid) for worker in cluster.workers))
        process = reports_of(cluster, files)
        moment = rng.random() * 2
        time.sleep(moment)
        was_running = process.poll() is None
        assert cluster.kill_worker(rng.randrange(2))
        said, _ = process.communicate(timeout=180)
        assert said.splitlines() == expected, f"killed after {moment:.3f} s"
        tally.tried("runs in which a worker of a cluster was killed", int(was_running))


def test_an_input_that_kills_each_worker_is_a_finding(
    start_cluster: Callable[..., DaskCluster], tmp_path: Path
) -> None:
    cluster = start_cluster(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    cluster.add_worker()
    for name in ("1", "2", "killer", "3", "4"):
        (tmp_path / f"{name}.jsonl").write_bytes(good_line(name))
    done = lint(cluster.address, "-f", "json", *(tmp_path / f"{name}.jsonl" for name in ("1", "2", "killer", "3", "4")))
    report = json.loads(done.stdout)
    assert done.returncode == 3
    assert [file["complete"] for file in report["files"]] == [True, True, False, True, True]
    (finding,) = report["findings"]
    assert (finding["path"], finding["rule"]) == (str(tmp_path / "killer.jsonl"), "damaged-input")
    assert finding["message"] == "each worker that judged it died"


def test_a_worker_of_another_version_is_refused(start_cluster: Callable[..., DaskCluster], tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(good_line("a"))
    cluster = start_cluster()
    without_workers = lint(cluster.address, path)
    assert without_workers.returncode == 2
    assert told(without_workers).endswith(f"the cluster at {cluster.address} has no worker")
    cluster.add_worker()
    assert lint(cluster.address, path).returncode == 0
    cluster.add_worker(BATCHLINT_TEST_VERSION="0.0.1")
    done = lint(cluster.address, path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"this is batchlint {batchlint.__version__}, but 1 worker has batchlint 0.0.1" in told(done)


def test_a_scheduler_that_goes_ends_the_run(start_cluster: Callable[..., DaskCluster], tmp_path: Path) -> None:
    first, endless = tmp_path / "first.jsonl", tmp_path / "endless.jsonl"
    first.write_bytes(good_line("a") + b"{\n")
    endless.write_bytes(good_line("a"))
    cluster = start_cluster()
    cluster.add_worker()
    # Findings go out at once where standard input is among the inputs.
    command = ["lint", "-q", "-f", "concise", "--cluster", cluster.address, first, endless, "-"]
    process = subprocess.Popen(
        [sys.executable, "-m", "batchlint", *command],
        env=clean_environment(**LOOPBACK),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(f"{first}:2:2: error ")
    wait_until((tmp_path / "begun").exists)
    cluster.scheduler.send_signal(signal.SIGKILL)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 3
    assert complaint == "batchlint: error: the executor gave up its work: it was closed, or its scheduler is gone\n"


@pytest.mark.parametrize("address", ["nonsense", "foo://127.0.0.1:1", "tcp://127.0.0.1:1"])
def test_an_address_where_no_scheduler_is(address: str, cluster: DaskCluster, files: list[Path]) -> None:
    assert cluster.scheduler.poll() is None
    done = lint(address, files[0])
    assert (done.returncode, done.stdout) == (2, b"")
    assert address in told(done)


@pytest.mark.parametrize("option", ["--fix", "--diff", "--exit-first"])
def test_options_that_need_one_process_are_refused(option: str, files: list[Path]) -> None:
    done = run("lint", "--cluster", "tcp://127.0.0.1:1", option, files[0])
    assert done.returncode == 2
    assert "--cluster is not for" in told(done)


def test_without_the_extra_one_line_names_it(tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ImportError")
    path = tmp_path / "f.jsonl"
    path.write_bytes(good_line("a"))
    environment = clean_environment()
    environment["PYTHONPATH"] = f"{tmp_path}:{environment['PYTHONPATH']}"
    environment["BATCHLINT_TEST_LOOPBACK"] = "1"
    done = run("lint", "--cluster", "tcp://127.0.0.1:1", path, environment=environment)
    assert done.returncode == 2
    assert told(done) == "batchlint: error: --cluster needs: pip install 'batchlint[dask]'"
