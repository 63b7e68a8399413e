"""Damaged and hostile archives: what can be read is judged, the damage is told, and memory stays bounded."""

from __future__ import annotations

import gzip
import io
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import batchlint
from batchlint.findings import Finding
from support import COMMAND, clean_environment, good_line, rules_of
from tally import Tally

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CONTENT = b"".join(
    good_line(number) if number % 3 else b'{"custom_id": "%d", "url": 1, "x": "%d"}\n' % (number, number * number)
    for number in range(150)
)
CHECKSUM = {zstd.CompressionParameter.checksum_flag: 1}
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: gzip.compress(data, mtime=0),
    "zst": lambda data: zstd.compress(data, options=CHECKSUM),
}
EXPECTED = batchlint.validate(io.BytesIO(CONTENT)).findings
MEASURE = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""
"""Runs a command from a small process, since one begins with the peak of the process that it was forked from."""

ALLOWED = 80
"""Megabytes that any run may take."""

each_ending = pytest.mark.parametrize("ending", COMPRESS)


def judged(folder: Path, ending: str, data: bytes) -> batchlint.Report:
    path = folder / f"x.jsonl.{ending}"
    path.write_bytes(data)
    return batchlint.validate(path)


def places(findings: tuple[Finding, ...]) -> list[tuple[object, ...]]:
    """Findings without the name of the file, and without what is told of its end."""
    return [tuple(each.to_dict().values())[1:] for each in findings if each.line is not None]


def is_begun(findings: tuple[Finding, ...]) -> bool:
    """Whether these are the first of the expected findings, but for the line in the middle of which reading ended."""
    found, wanted = places(findings), places(EXPECTED)
    return found == wanted[: len(found)]


@each_ending
def test_an_archive_cut_anywhere(ending: str, tmp_path: Path, seed: int, is_long: bool, tally: Tally) -> None:
    whole = COMPRESS[ending](CONTENT)
    rng = random.Random(f"{seed} {ending}")
    for keep in sorted(rng.sample(range(1, len(whole)), min(len(whole) - 1, 1000 if is_long else 200))):
        report = judged(tmp_path, ending, whole[:keep])
        assert not report.complete, keep
        assert rules_of(report.findings)[-1] == "damaged-input", keep
        assert rules_of(report.findings).count("damaged-input") == 1, keep
        assert is_begun(report.findings), keep
        tally.tried("damaged archives")


@each_ending
def test_one_flipped_bit(ending: str, tmp_path: Path, seed: int, is_long: bool, tally: Tally) -> None:
    whole = COMPRESS[ending](CONTENT)
    rng = random.Random(f"{seed} {ending}")
    for _ in range(2000 if is_long else 200):
        position, bit = rng.randrange(len(whole)), rng.randrange(8)
        data = bytearray(whole)
        data[position] ^= 1 << bit
        report = judged(tmp_path, ending, bytes(data))
        assert report.complete == ("damaged-input" not in rules_of(report.findings)), (position, bit)
        if report.complete:
            # Such a bit says nothing of the data: when it was made, on which system, in which of several encodings.
            assert places(report.findings) == places(EXPECTED), (position, bit)
        tally.tried("damaged archives")


@each_ending
def test_several_members(ending: str, tmp_path: Path, tally: Tally) -> None:
    compress = COMPRESS[ending]
    for size in (1, 1000, 40_000):
        pieces = [CONTENT[start : start + size] for start in range(0, min(len(CONTENT), 300 * size), size)]
        report = judged(tmp_path, ending, compress(b"").join(map(compress, pieces)))
        assert report.complete
        assert places(report.findings) == places(batchlint.validate(io.BytesIO(b"".join(pieces))).findings)
        tally.tried("hostile archives")


@each_ending
@pytest.mark.parametrize(
    "tail", [b"\0" * 7, b"\0" * 1024, b"garbage", b"\n", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", CONTENT]
)
def test_what_follows_an_archive(ending: str, tail: bytes, tmp_path: Path, tally: Tally) -> None:
    report = judged(tmp_path, ending, COMPRESS[ending](CONTENT) + tail)
    # Zeros fill up the last block of a tape; gzip passes over them.
    assert report.complete == (ending == "gz" and not tail.strip(b"\0"))
    assert places(report.findings) == places(EXPECTED)
    tally.tried("hostile archives")


@each_ending
def test_an_empty_archive(ending: str, tmp_path: Path) -> None:
    report = judged(tmp_path, ending, COMPRESS[ending](b""))
    assert (report.complete, rules_of(report.findings)) == (True, ["empty-file"])


@each_ending
@pytest.mark.parametrize("inner", COMPRESS)
def test_an_archive_in_an_archive_is_not_opened(ending: str, inner: str, tmp_path: Path) -> None:
    report = judged(tmp_path, ending, COMPRESS[ending](COMPRESS[inner](CONTENT)))
    assert not report.ok
    assert report.findings[0].rule == "invalid-utf8"
    assert "compressed" in (report.findings[0].hint or "")


def test_a_window_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    # The header of a frame may ask for a window of 3.75 TB (RFC 8878, 3.1.1.1.2), which is not reserved.
    report = judged(tmp_path, "zst", b"\x28\xb5\x2f\xfd\x00\xff" + zstd.compress(CONTENT)[6:])
    assert (report.complete, rules_of(report.findings)) == (False, ["damaged-input"])


def bomb(ending: str, piece: bytes, megabytes: int) -> bytes:
    """`piece` over and over, as an archive of many members, between two good lines."""
    compress = COMPRESS[ending]
    member = compress(piece * (4_000_000 // len(piece)))
    return compress(good_line("first")) + member * (megabytes // 4) + compress(b"\n" + good_line("last"))


@each_ending
@pytest.mark.parametrize("piece", ["x", "["])
def test_a_bomb_takes_time_but_no_memory(ending: str, piece: str, tmp_path: Path, is_long: bool, tally: Tally) -> None:
    path = tmp_path / f"x.jsonl.{ending}"
    is_slow = "\n" in piece
    megabytes = (40 if is_slow else 2000) if is_long else (4 if is_slow else 200)
    path.write_bytes(bomb(ending, piece.encode(), megabytes))
    assert path.stat().st_size < megabytes * 1_000_000 / (200 if is_slow else 900)
    command = [sys.executable, "-c", MEASURE, *COMMAND, "lint", "-f", "concise", "--max-findings", "20", str(path)]
    done = subprocess.run(command, capture_output=True, env=clean_environment(), timeout=500, check=False)
    peak = int(done.stderr.split()[-1]) * (1 if sys.platform == "darwin" else 1024) / 1_000_000
    assert done.returncode == 1
    assert b"damaged-input" not in done.stdout
    assert peak < ALLOWED
    tally.tried("hostile archives")
    tally.peak("MB resident, an archive of 1,000:1", peak)
