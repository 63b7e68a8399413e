"""Memory stays bounded whatever the size of the input.

The tests of a gigabyte take a minute or more and are asked for with ``pytest --long``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import NamedTemporaryFile, TemporaryFile

import pytest

from support import COMMAND, clean_environment, good_line, start
from tally import Tally

MEGABYTE = 1_000_000
ALLOWED = 80 * MEGABYTE
"""Bytes that any run may take."""

GROWTH = 5 * MEGABYTE
"""Bytes by which a run may grow after its first tenth."""

MEASURE = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


def peak_and_status(content: Iterable[bytes], *arguments: str) -> tuple[int, int, bytes]:
    """Pipes `content` through ``batchlint lint``; returns its peak resident memory in bytes, status and output."""
    return measured(content, "lint", "-f", "concise", *arguments, "-")


def measured(content: Iterable[bytes], *arguments: str) -> tuple[int, int, bytes]:
    """The same for ``batchlint`` with any `arguments`."""
    # A process begins with the peak of the one that it was forked from; so a small one stands between.
    # A file takes the output, since a pipe that nobody reads would stop the command.
    command = [sys.executable, "-c", MEASURE, *COMMAND, *arguments]
    with (
        TemporaryFile() as output,
        Popen(command, env=clean_environment(), stdin=PIPE, stdout=output, stderr=PIPE) as child,
    ):
        for piece in content:
            child.stdin.write(piece)
        child.stdin.close()
        peak = int(child.stderr.read().split()[-1])
        child.wait()
        output.seek(0)
        # macOS counts bytes, Linux kibibytes.
        return peak * (1 if sys.platform == "darwin" else 1024), child.returncode, output.read()


def resident(process: int) -> int:
    """The memory that a process has now, in bytes."""
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        return 1024 * int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def one_long_line(megabytes: int) -> Iterator[bytes]:
    yield good_line("before")
    yield from (b"x" * MEGABYTE for _ in range(megabytes))
    yield b"\n" + good_line("after") + b"[x]\n"


def long_requests(megabytes: int) -> Iterator[bytes]:
    text = b"The quick brown fox. " * 5000
    for number in range(megabytes * MEGABYTE // len(text)):
        yield good_line(number).replace(b'"p"', b'"' + text + b'"')


def spread_value(megabytes: int) -> Iterator[bytes]:
    yield b"[\n"
    for number in range(megabytes * 10):
        yield b" " + good_line(number)[:-2].replace(b'"p"', b'"' + b"x" * 99_900 + b'"') + b"},\n"
    yield b" {}\n]\n"


def check_long_line(megabytes: int, tally: Tally) -> None:
    peak, status, printed = peak_and_status(one_long_line(megabytes))
    assert status == 1
    assert [line.split(b": ")[0] for line in printed.splitlines()] == [b"<stdin>:2:1", b"<stdin>:4:2", b"<stdin>"]
    assert b"file-too-large" in printed.splitlines()[-1]
    assert peak <= ALLOWED
    tally.tried("MB in one line", megabytes)
    tally.peak("MB resident, a single line", peak / MEGABYTE)


def check_requests(megabytes: int) -> None:
    peak, status, printed = peak_and_status(long_requests(megabytes))
    assert (status, printed.count(b"error")) == (1 if megabytes > 104 else 0, 1 if megabytes > 104 else 0)
    assert peak <= ALLOWED


def test_a_line_of_300_megabytes_between_good_lines(tally: Tally) -> None:
    check_long_line(300, tally)


def test_requests_of_50_megabytes() -> None:
    check_requests(50)


def test_an_array_that_wraps_50_megabytes_of_requests() -> None:
    peak, status, printed = peak_and_status(spread_value(50))
    assert (status, printed.count(b"multiline-json"), printed.count(b"\n")) == (1, 1, 1)
    assert peak <= ALLOWED


def test_many_findings_are_not_held() -> None:
    peak, status, printed = peak_and_status(b"[x]\n" * 1000 for _ in range(50))
    assert (status, printed.count(b"\n")) == (1, 50_000)
    assert peak <= ALLOWED


def test_repairing_an_array_that_wraps_50_megabytes_of_requests(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    with path.open("wb") as file:
        file.writelines(line.replace(b'"POST"', b'"post"') for line in spread_value(50))
    peak, status, printed = measured([], "lint", "-f", "concise", "--fix", "--unsafe-fixes", str(path))
    # The last element is an empty object.
    assert (status, printed.count(b"missing-field"), printed.count(b"\n")) == (1, 3, 3)
    with path.open("rb") as file:
        assert sum(b'"POST"' in line for line in file) == 501
    assert peak <= ALLOWED


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells no memory in /proc")
def test_requests_from_a_pipe_at_flat_memory(is_long: bool, tally: Tally) -> None:
    megabytes = 10_000 if is_long else 200
    text = b"The quick brown fox. " * (MEGABYTE // 21)
    measures: list[int] = []
    with start("lint", "--quiet", "-f", "concise", "-", stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None
        for number in range(megabytes):
            process.stdin.write(good_line(number).replace(b'"p"', b'"' + text + b'"'))
            if number % (megabytes // 20) == megabytes // 20 - 1:
                measures.append(resident(process.pid))
        process.stdin.close()
        assert process.stdout is not None
        printed = process.stdout.read()
    assert (process.returncode, printed.count(b"\n")) == (1, 1)
    assert b"file-too-large" in printed
    # What is read is there before it is judged, and the first tenth has the rest of the program imported.
    first, last = max(measures[:2]), max(measures[2:])
    assert last <= first + GROWTH
    assert last <= ALLOWED
    tally.tried("MB from a pipe at flat memory", megabytes)
    tally.peak("MB resident, from a pipe", last / MEGABYTE)


@pytest.mark.long
def test_a_diff_of_a_million_places() -> None:
    with NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(good_line(1) + b"\n" * 1_000_000)
        file.flush()
        peak, status, printed = measured([], "lint", "--diff", file.name)
    assert (status, printed.count(b"\n@@ ")) == (1, 1_000_000)
    assert peak <= ALLOWED


@pytest.mark.long
def test_a_line_of_a_gigabyte(tally: Tally) -> None:
    check_long_line(1000, tally)


@pytest.mark.long
def test_requests_of_a_gigabyte() -> None:
    check_requests(1000)
