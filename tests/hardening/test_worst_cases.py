"""The time that hostile inputs take: bounded for each megabyte, and in proportion to the size.

What counts is processor time: for the bounds beside that of a reference, which is measured right before and after in
the same process, so that a slow or busy machine fails nothing. The reference does what readers of JSON do: it decodes
and looks around.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from worst_inputs import INPUTS, PROFILES

from support import clean_environment
from tally import Tally

STOPWATCH = Path(__file__).parent / "stopwatch.py"

SECONDS_PER_MB = 0.2
"""The promise: 2 seconds for 10 MB."""

SECONDS_PER_FINDING = 0.0001
"""Each finding is reckoned beside; the command says what every line is at fault for, however short the lines are."""

SECONDS_PER_LINE = 0.00005
"""Each line as well."""

BYTES_OF_A_BYTE = 55
"""Of memory, beside 80 MB: for an empty array, with its comma three bytes, CPython takes 80 and jsonschema-rs as much
again for its own copy; for an array of one item that is written in two bytes, CPython takes a hundred."""

SLACK = 5
"""Times the promise that fail a test: other work on the machine disturbs, and only growth is to be found."""

SHORT = frozenset(
    {
        "blank lines",
        "empty requests",
        "lines of digits",
        "lines of one bracket",
        "lines of one bracket that closes",
        "lines with carriage returns",
        "lines with marks",
    }
)
"""Each line, of two bytes, has a finding; the size is a tenth or less, since findings take the time."""


class Run(NamedTuple):
    """What one run cost.

    Attributes:
        seconds: processor time, on the machine of the bounds.
        here: that on this machine.
        status: the exit status.
        findings, lines: how many there were.
        size: of the input, in bytes.
        peak: resident memory, in bytes.
    """

    seconds: float
    here: float
    status: int
    findings: int
    lines: int
    size: int
    peak: int


Stopwatch = Callable[[Mapping[str, object]], int]


@pytest.fixture(scope="module")
def stopwatch() -> Iterator[Stopwatch]:
    """Has a case of runs measured, each in a process of its own; returns its exit status."""
    command = [sys.executable, str(STOPWATCH)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=clean_environment())

    def measure(case: Mapping[str, object]) -> int:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(case).encode() + b"\n")
        server.stdin.flush()
        return int(server.stdout.readline())

    yield measure
    server.communicate(timeout=60)


def measured(stopwatch: Stopwatch, name: str, sizes: list[int], folder: Path, rounds: int = 1) -> list[Run]:
    """The best of some rounds for each size."""
    warm = folder / "warm.jsonl"
    warm.write_bytes(INPUTS[name](500))
    files = []
    for size in sizes:
        files.append(folder / f"{size}.jsonl")
        files[-1].write_bytes(INPUTS[name](size))
    common = ["lint", "--quiet", "--jobs", "1", "-f", "json-lines"]
    if name in PROFILES:
        common += ["--profile", PROFILES[name]]
    first, *others = [[*common, str(path)] for path in (warm, *files)]
    costs = folder / "costs.jsonl"
    case = {"runs": [first, *others * rounds], "printed": str(folder / "printed"), "costs": str(costs)}
    assert stopwatch(case) == 0
    rows = [json.loads(line) for line in costs.read_text("ascii").splitlines()]
    best = []
    for number, path in enumerate(files):
        same = rows[number :: len(files)]
        row = min(same, key=lambda each: each["seconds"])
        # What goes on beside makes a run longer, never shorter; of what the reference takes that cannot be said.
        here = min(each["here"] for each in same)
        content = path.read_bytes()
        count = content.count(b"\n")
        best.append(Run(row["seconds"], here, row["status"], row["findings"], count, len(content), row["peak"] * 1024))
    return best


def promised(run: Run) -> float:
    """The seconds that `run` may take on the machine of the bounds."""
    return 0.05 + SECONDS_PER_MB * run.size / 1e6 + SECONDS_PER_FINDING * run.findings + SECONDS_PER_LINE * run.lines


def check(stopwatch: Stopwatch, name: str, size: int, folder: Path) -> list[Run]:
    """Fails if an input takes too long, or twice of it much more than twice as long."""
    once, twice = measured(stopwatch, name, [size, 2 * size], folder)
    growth = 2.5 * once.here + 0.1
    if twice.here > growth or twice.seconds > SLACK * promised(twice):
        # Something else may have been in the way; the best of three rounds is not chance.
        once, twice = measured(stopwatch, name, [size, 2 * size], folder, rounds=3)
        growth = 2.5 * once.here + 0.1
    assert twice.seconds <= SLACK * promised(twice), (twice, "more than is promised for the size")
    assert twice.here <= growth, (once, twice, "more than in proportion to the size")
    assert {once.status, twice.status} <= {0, 1}
    assert twice.peak <= 80e6 + BYTES_OF_A_BYTE * twice.size, (twice, "more memory than is promised for the size")
    return [once, twice]


@pytest.mark.parametrize("name", list(INPUTS))
def test_time_is_bounded(name: str, stopwatch: Stopwatch, tmp_path: Path, tally: Tally, is_long: bool) -> None:
    size = 5_000_000 if is_long else 100_000
    if name in SHORT:
        size //= 50 if is_long else 10
    runs = check(stopwatch, name, size, tmp_path)
    tally.tried("worst cases of time", len(runs))
    tally.peak("MB resident, worst cases of time", max(run.peak for run in runs) / 1e6)
