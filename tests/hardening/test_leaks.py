"""Nothing is left of a file that was judged: a process that judges file after file does not grow."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from messy import messy_file
from support import clean_environment, good_line
from tally import Tally

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system tells no memory in /proc")

GROWTH = 4_000_000
"""Bytes by which the process may grow after the first tenth."""

OBJECTS = 50
"""Objects by which it may: some are made for the first time late, such as compiled patterns."""

JUDGING = """
import gc, io, json, sys
import batchlint
content = open(sys.argv[1], "rb").read()
rounds = int(sys.argv[2])
for number in range(11):
    for _ in range(rounds):
        for finding in batchlint.iter_findings(io.BytesIO(content)):
            pass
    gc.collect()
    with open("/proc/self/status", encoding="ascii") as status:
        resident = 1024 * int(next(line for line in status if line.startswith("VmRSS")).split()[1])
    print(json.dumps([resident, len(gc.get_objects())]))
"""

BAD = (
    b'{"custom_id": "a", "body": [1,]}\n',
    b'{"custom_id": "\xff"}\n',
    b'{"custom_id": 1e1000000000000000000}\n',
    b'{"custom_id": "\\ud800", "custom_id": "b", "n": 9007199254740993}\n',
    b'{"custom_id": "c", "method": "post", "url": "/v1/completion", "body": {"modle": "m"}}\n',
    b"[" + b"1, " * 200 + b"\n",
    b"1" * 5000 + b"\n",
    b"{" * 300 + b"\n",
    b"\n",
)


def content(rng: random.Random, count: int) -> bytes:
    """A file of `count` lines, half of them bad, and of a few values over several lines."""
    lines = [good_line(number) if number % 2 else rng.choice(BAD) for number in range(count)]
    messy = messy_file(rng, 10)
    while messy[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # Of a file in UTF-16 nothing is judged.
        messy = messy_file(rng, 10)
    return messy.removesuffix(b"\n") + b"\n" + b"".join(lines)


def test_a_million_lines(seed: int, is_long: bool, tmp_path: Path, tally: Tally) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(content(random.Random(f"leaks {seed}"), 1000))
    rounds = 91 if is_long else 2
    command = [sys.executable, "-c", JUDGING, str(path), str(rounds)]
    done = subprocess.run(command, capture_output=True, env=clean_environment(), timeout=3600, check=False)
    assert done.returncode == 0, done.stderr
    # The first measure is that of warming up.
    (resident, objects), *rest = map(json.loads, done.stdout.splitlines())
    assert len(rest) == 10
    assert max(size for size, _ in rest) - resident < GROWTH
    assert max(count for _, count in rest) - objects < OBJECTS
    tally.tried("lines judged in one process without a leak", 11 * rounds * 1000)
    tally.peak(
        "MB grown by a process that judges file after file", max(size for size, _ in rest) / 1e6 - resident / 1e6
    )
