"""The same bytes give the same report: however they arrive, are cut, compressed, and whatever the hash seed."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest

import batchlint
from batchlint.documents.profile import DEFAULT
from batchlint.engine.cutting import Cutting
from batchlint.engine.options import EngineOptions
from batchlint.engine.ranges import judge_range
from batchlint.engine.setup import engine_for
from batchlint.formats.registry import FORMATS
from batchlint.reading.lines import PIECE
from cutting import folded, ranges
from differential import judged, known_requests
from driving import judged_by
from generated import lines
from hardening.minefield import mines
from messy import messy_file
from support import COMMAND, clean_environment, good_line
from tally import Tally

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SIZES = (1, 7, 4096, 64 * 1024, 1024 * 1024)
LIMITS = batchlint.Limits(line_bytes=3000, depth=60)


class Short:
    """A file object that returns fewer bytes than it is asked for, with or without a name."""

    def __init__(self, content: bytes, size: Callable[[], int], name: str | None = None) -> None:
        self._stream = io.BytesIO(content)
        self._size = size
        self.name = name

    def read(self, size: int, /) -> bytes:
        return self._stream.read(min(size, self._size()))


def contents(rng: random.Random, longest: int = 12) -> bytes:
    """A small file in which all kinds of faults may stand."""
    kind = rng.random()
    if kind < 0.4:
        return messy_file(rng, rng.randrange(1, longest))
    if kind < 0.7:
        return b"".join(islice(lines(rng, known_requests(DEFAULT)), rng.randrange(1, longest)))
    texts = [mine.data for mine in rng.choices(mines(), k=rng.randrange(1, longest)) if len(mine.data) < 6000]
    return rng.choice((b"\n", b"\r\n")).join([*texts, good_line("last")[:-1]]) + rng.choice((b"", b"\n"))


def report(source: object, name: str | None = None) -> str:
    """The JSON report, byte for byte; `name` takes the place of the input's name."""
    made = batchlint.validate(source, limits=LIMITS).to_dict()
    text = json.dumps(made)
    return text if name is None else text.replace(json.dumps(name), '"<stream>"')


@pytest.mark.parametrize("part", range(4))
def test_the_size_of_reads(part: int, seed: int, is_long: bool, tally: Tally) -> None:
    rng = random.Random(f"reads {seed} {part}")
    count = 600 if is_long else 30
    for _ in range(count):
        content = contents(rng)
        whole = report(io.BytesIO(content))
        for size in SIZES:
            assert report(Short(content, lambda size=size: size)) == whole, (content, size)
        assert report(Short(content, lambda: rng.randrange(1, 50))) == whole, content
        size = rng.choice((7, 100, 4096))
        for name, packed in (("f.jsonl.gz", gzip.compress(content, 1)), ("f.jsonl.zst", zstd.compress(content))):
            assert report(Short(packed, lambda size=size: size, name), name) == whole, (content, name, size)
    tally.tried("files read in pieces of eight sizes and kinds", count)


@pytest.mark.parametrize("line", [good_line("x").replace(b'"p"', b"5"), b"[\n1]\n", b"x\r\n", b"\xef\xbb\xbf{}\n"])
def test_lines_that_begin_at_any_place_of_a_read(line: bytes, tally: Tally) -> None:
    rest = line + good_line("rest").replace(b'"m"', b'""')
    expected = [(each.rule, each.column, each.pointer) for each in batchlint.iter_findings(io.BytesIO(b"{}\n" + rest))]
    for shift in range(len(rest) + 2):
        # The first line takes nearly the whole of the first read.
        first = b"{}" + b" " * (PIECE - shift - 3) + b"\n"
        found = list(batchlint.iter_findings(io.BytesIO(first + rest)))
        assert [(each.rule, each.column, each.pointer) for each in found] == expected
        assert all(each.offset >= len(first) for each in found if each.line is not None and each.line > 1)
        tally.tried("lines at the edge of a read")


@pytest.mark.parametrize("size", [1000, PIECE - 1, PIECE, 3 * PIECE])
def test_a_line_of_several_reads(size: int, tally: Tally) -> None:
    wide = good_line("wide")[:-1] + b" " * (3 * PIECE + 5) + b"\n"
    content = good_line("first") + wide + good_line("last").replace(b'"p"', b"5")
    (finding,) = batchlint.iter_findings(Short(content, lambda: size))
    assert (finding.rule, finding.line, finding.offset) == ("wrong-type", 3, content.rindex(b"5}"))
    tally.tried("lines of several reads")


def test_a_file_cut_anywhere(seed: int, is_long: bool, tmp_path: Path, tally: Tally) -> None:
    rng = random.Random(f"cuts {seed}")
    options = EngineOptions(limits=LIMITS)
    path = tmp_path / "f.jsonl"
    for _ in range(30 if is_long else 4):
        path.write_bytes(contents(rng, 7))
        size = path.stat().st_size
        whole = judged(engine_for(options), path.read_bytes())
        places = range(size + 1) if size < 3000 else sorted(rng.sample(range(size + 1), 300))
        for cut in places:
            parts = [(task, judge_range(options, task)) for task in ranges(path, [0, cut, size])]
            assert folded(path, parts, options) == whole, (path.read_bytes(), cut)
        tally.tried("places at which files were cut in two", len(places))


@pytest.mark.parametrize("jobs", [2, 3])
def test_the_number_of_processes(jobs: int, seed: int, is_long: bool, tmp_path: Path, tally: Tally) -> None:
    rng = random.Random(f"jobs {seed} {jobs}")
    options = EngineOptions(limits=LIMITS, excerpt_width=60)
    path = tmp_path / "f.jsonl"
    for _ in range(20 if is_long else 2):
        # Ranges of all sizes, from some bytes to whole files.
        step = rng.choice((40, 100, 500, 3000))
        paths = [tmp_path / f"{number}.jsonl" for number in range(25 if is_long else 10)]
        for path in paths:
            path.write_bytes(contents(rng, 40))
        several = judged_by(options, jobs, paths, Cutting(1, step, step))
        for path, found, one in zip(paths, several, judged_by(options, 1, paths), strict=True):
            assert found == one, (path.read_bytes(), step)
        tally.tried("files judged by several processes", len(paths))


NAME = "requests.jsonl"


def all_formats(folder: Path, *more: str, seed: str = "random", stdin: io.BufferedIOBase | None = None) -> list[bytes]:
    """What the command writes in every format about the input of one name in `folder`."""
    reports = folder / "reports"
    reports.mkdir(exist_ok=True)
    outputs = [f"--output-format={name}:{reports / name}" for name in FORMATS]
    run = subprocess.run(
        [*COMMAND, "lint", "--isolated", *outputs, *more],
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        capture_output=True,
        cwd=folder,
        env=clean_environment(PYTHONHASHSEED=seed),
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, b""), run.stderr
    return [(reports / name).read_bytes() for name in FORMATS]


def rows(reports: list[bytes]) -> list[dict[str, object]]:
    """The findings of the report for programs that write one a line."""
    return [json.loads(row) for row in reports[list(FORMATS).index("json-lines")].splitlines()]


@contextmanager
def written(content: bytes, sink: io.BufferedIOBase | Path, size: int) -> Iterator[None]:
    """Writes `content` in pieces of `size` bytes to a pipe, beside what happens meanwhile."""

    def write() -> None:
        with open(sink, "wb", buffering=0) if isinstance(sink, Path) else sink as pipe:
            for start in range(0, len(content), size):
                pipe.write(content[start : start + size])

    writer = threading.Thread(target=write)
    writer.start()
    yield
    writer.join(timeout=60)
    assert not writer.is_alive()


def test_reports_in_all_formats(seed: int, is_long: bool, tmp_path: Path, tally: Tally) -> None:
    rng = random.Random(f"formats {seed}")
    path = tmp_path / NAME
    for _ in range(12 if is_long else 1):
        content = messy_file(rng, 25) + b"\n" + b"".join(islice(lines(rng, known_requests(DEFAULT)), 25))
        path.write_bytes(content)
        plain = all_formats(tmp_path, NAME, seed="0")
        for each in ("1", "4242", "random"):
            assert all_formats(tmp_path, NAME, "--jobs=2", seed=each) == plain
        path.unlink()
        for size in (7, 4096) if is_long else (7,):
            read, write = os.pipe()
            with open(read, "rb") as stdin, written(content, os.fdopen(write, "wb", buffering=0), size):
                assert all_formats(tmp_path, "-", f"--stdin-filename={NAME}", stdin=stdin) == plain
            os.mkfifo(path)
            with written(content, path, size):
                assert all_formats(tmp_path, NAME) == plain
            path.unlink()
        for ending, packed in ((".gz", gzip.compress(content)), (".zst", zstd.compress(content))):
            archive = tmp_path / (NAME + ending)
            archive.write_bytes(packed)
            # Names may be escaped or part of a fingerprint, so only the findings themselves are compared.
            assert [{**row, "path": NAME} for row in rows(all_formats(tmp_path, archive.name))] == rows(plain)
        tally.tried("reports compared byte for byte over all formats", len(FORMATS) * 6)
