"""A fault of the program itself: one line, no traceback, nothing of the user's data."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from messy import request
from support import clean_environment
from tally import Tally

SECRET = "canary-of-a-crash"  # noqa: S105  # it opens nothing

BROKEN = """
import sys
{patch}
from batchlint.__main__ import entry
entry()
"""

AT_A_LINE = """
from batchlint.engine.judge import Judge
def judge(self, body, text, screened=None):
    raise {error}
Judge.judge = judge
"""

AT_A_REPORT = """
from batchlint.engine.run import FileRun
def report(self, damage):
    raise {error}
FileRun.report = report
"""

ERRORS = ("KeyError(text)", "ValueError(body, text)", "RuntimeError(text)", "AssertionError(text)", "Unsendable(text)")

UNSENDABLE = """
class Unsendable(Exception):
    def __reduce__(self):
        raise TypeError(str(self))
"""


def crashed(patch: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", BROKEN.format(patch=patch), "lint", *arguments],
        capture_output=True,
        env=clean_environment(),
        timeout=120,
        check=False,
    )


def check(done: subprocess.CompletedProcess[bytes], error: str) -> None:
    name = error.partition("(")[0].encode()
    assert done.returncode == 70
    assert re.fullmatch(
        rb"batchlint: error: internal error, please report it: %s at batchlint/[a-z_/]+[.]py:[0-9]+\n" % name,
        done.stderr,
    )
    assert SECRET.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize("output_format", ["full", "json", "sarif", "junit"])
@pytest.mark.parametrize("error", ERRORS)
def test_a_crash_at_a_line(error: str, output_format: str, tmp_path: Path, tally: Tally) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_bytes(request(1) + b"\n" + request(2).replace(b'"x"', f'"{SECRET}", "{SECRET}": 1'.encode()) + b"\n")
    patch = UNSENDABLE + AT_A_LINE.format(error=error)
    check(crashed(patch, "-f", output_format, file), error)
    tally.tried("provoked crashes")


@pytest.mark.parametrize("error", ERRORS)
def test_a_crash_of_a_worker(error: str, tmp_path: Path, tally: Tally) -> None:
    file = tmp_path / "requests.jsonl"
    line = request(1, SECRET * 1000) + b"\n"
    file.write_bytes(line * (13_000_000 // len(line)))
    patch = UNSENDABLE + AT_A_LINE.format(error=error)
    check(crashed(patch, "--jobs", "2", file), error)
    tally.tried("provoked crashes")


def test_a_crash_leaves_no_half_report(tmp_path: Path, tally: Tally) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_bytes(b"[]\n")
    report = tmp_path / "report.json"
    report.write_text("as it was", "ascii")
    check(crashed(AT_A_REPORT.format(error=f"KeyError('{SECRET}')"), "-f", f"json:{report}", file), "KeyError")
    assert report.read_text("ascii") == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.json", "requests.jsonl"]
    tally.tried("provoked crashes")
