"""A process that may have little memory ends with findings or with one line that refuses, never with a crash."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from safety import FORMATS
from worst_inputs import INPUTS, chat, nested, said

from support import clean_environment, good_line
from tally import Tally

if sys.platform == "win32":
    pytest.skip("Windows has no limit of the address space", allow_module_level=True)

import resource

MEGABYTES = (150, 200, 300)

SMALL = 2_000_000
LONG = 30_000_000

CONTENTS: dict[str, Callable[[], bytes]] = {
    "normal": lambda: said("x" * 500) * 4000,
    "bad": lambda: b'{"custom_id": 1}\n[1,]\n' * 2000,
    "wide": lambda: INPUTS["members"](SMALL),
    "wide, integers": lambda: INPUTS["small integers"](LONG),
    "wide, of one name": lambda: INPUTS["the same member"](LONG),
    "deep": lambda: chat('{{"a": {}}}'.format(nested("[", "]", "", LONG))),
    "deep, open": lambda: INPUTS["open brackets"](LONG),
    "a long line": lambda: said("x" * LONG),
    "a long line of escapes": lambda: said("\\u00e9" * (LONG // 6)),
    "a long line of wide characters": lambda: said("日" * (LONG // 3)),
    "a line over the limit": lambda: said("x" * 60_000_000),
    "a long line that is no JSON": lambda: b"{" + b"x" * LONG + b"\n",
}
"""What is linted; the line after it has a fault of its own, which shows that the end was reached."""

LAST = b"[last]\n"

RUN = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
os.execv(sys.executable, [sys.executable, "-m", "batchlint", *sys.argv[2:]])
"""


def limited(megabytes: int, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Runs the command with an address space of so many megabytes."""
    command = [sys.executable, "-c", RUN, str(megabytes * 1_000_000), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=clean_environment(), capture_output=True, timeout=300, check=False)


def check(done: subprocess.CompletedProcess[bytes]) -> bool:
    """Fails if the run crashed; returns whether it came to the end."""
    assert done.returncode in (0, 1, 2, 3), (done.returncode, done.stderr[-1000:])
    for text in (b"Traceback", b"MemoryError", b"Fatal Python error", b"Segmentation"):
        assert text not in done.stderr, done.stderr[-1000:]
    # SARIF names all rules, and says for itself whether all was read.
    is_told = b"damaged-input" in done.stdout and b'"executionSuccessful": true' not in done.stdout
    if is_told or b"not read to the end" in done.stderr:
        # A worker that has ended is a finding about the file.
        assert done.returncode == 3
        return False
    if done.returncode in (2, 3):
        assert done.stderr.startswith(b"batchlint: error: ")
        return False
    return True


@pytest.fixture(scope="module", params=list(CONTENTS))
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("limited") / "requests.jsonl"
    path.write_bytes(CONTENTS[request.param]() + LAST)
    return path


@pytest.mark.parametrize("megabytes", MEGABYTES)
def test_a_file(file: Path, megabytes: int, tally: Tally) -> None:
    done = limited(megabytes, "lint", "--jobs", "1", "-f", "concise", file, folder=file.parent)
    if check(done):
        assert b": error invalid-json " in done.stdout.splitlines()[-1] or b"file-too-large" in done.stdout
    tally.tried("runs in a limited address space")


def some_limits(is_long: bool, number: int) -> tuple[int, ...]:
    """All limits, or in the short tier one for each case, by its `number`."""
    return MEGABYTES if is_long else (MEGABYTES[number % len(MEGABYTES)],)


CONTENTS_ANOTHER_WAY = ("normal", "bad", "wide, integers", "a long line")
WAYS = {
    "gz": ("lint", "requests.jsonl.gz"),
    "jobs": ("lint", "--jobs", "2", "requests.jsonl"),
    "fix": ("lint", "--fix", "--unsafe-fixes", "requests.jsonl"),
    "diff": ("lint", "--diff", "--unsafe-fixes", "requests.jsonl"),
    "split": ("split", "--max-requests", "1000", "requests.jsonl"),
}


@pytest.mark.parametrize("name", CONTENTS_ANOTHER_WAY)
@pytest.mark.parametrize("way", WAYS)
def test_another_way(way: str, name: str, tmp_path: Path, is_long: bool, tally: Tally) -> None:
    content = CONTENTS[name]() + LAST
    for megabytes in some_limits(is_long, CONTENTS_ANOTHER_WAY.index(name) + list(WAYS).index(way)):
        folder = tmp_path / str(megabytes)
        folder.mkdir()
        path = folder / WAYS[way][-1]
        path.write_bytes(gzip.compress(content, 1) if path.suffix == ".gz" else content)
        check(limited(megabytes, *WAYS[way], folder=folder))
        assert list(folder.glob(".*")) == []
        tally.tried("runs in a limited address space")


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_format(output_format: str, tmp_path: Path, is_long: bool, tally: Tally) -> None:
    (tmp_path / "requests.jsonl").write_bytes(CONTENTS["bad"]() + good_line(1))
    for megabytes in some_limits(is_long, FORMATS.index(output_format)):
        check(limited(megabytes, "lint", "-f", output_format, "requests.jsonl", folder=tmp_path))
        tally.tried("runs in a limited address space")


def test_the_limit_is_felt(tmp_path: Path) -> None:
    """With next to nothing it has to be refused; otherwise the other tests would show nothing."""
    assert resource.RLIMIT_AS
    path = tmp_path / "requests.jsonl"
    path.write_bytes(said("x" * LONG))
    assert not check(limited(110, "lint", path, folder=tmp_path))
