"""A repair that cannot be completed leaves the file as it was and nothing beside it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import batchlint

FAULTY = '{"custom_id": "%d", "url": "/v1/completions", "body": {"model": "m", "prompt": "p"}}\n'
GOOD = FAULTY.replace('"url"', '"method": "POST", "url"')
LINES = 8_000
"""Of a file whose repair takes so long that it can be disturbed."""

FIX = [sys.executable, "-m", "batchlint", "lint", "-q", "-f", "concise", "--fix"]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file whose repair takes a second."""
    path = tmp_path / "in.jsonl"
    path.write_text("".join(FAULTY % number for number in range(LINES)))
    return path


@pytest.fixture
def repairing(large: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command while it repairs the large file."""
    process = subprocess.Popen([*FIX, str(large)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        while process.poll() is None and len(os.listdir(large.parent)) == 1:
            time.sleep(0.01)
        assert process.poll() is None, "the repair was too quick to be disturbed"
        yield process
        process.kill()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signal(large: Path, repairing: subprocess.Popen[bytes], number: signal.Signals, status: int) -> None:
    before = large.read_bytes()
    repairing.send_signal(number)
    _, errors = repairing.communicate(timeout=60)
    assert repairing.returncode == status
    assert errors.strip() == f"batchlint: stopped by {number.name}".encode()
    assert large.read_bytes() == before
    assert os.listdir(large.parent) == [large.name]


def test_original_that_changes(large: Path, repairing: subprocess.Popen[bytes]) -> None:
    with large.open("a") as file:
        file.write(FAULTY % -1)
    before = large.read_bytes()
    _, errors = repairing.communicate(timeout=120)
    assert repairing.returncode == 3
    assert errors.endswith(b"in.jsonl: the file is not repaired: the file changed while it was read\n")
    assert errors.count(b"\n") == 1
    assert large.read_bytes() == before
    assert os.listdir(large.parent) == [large.name]


def test_full_disk(large: Path) -> None:
    before = large.read_bytes()
    # A limit on the size of files stands for a full disk: the system refuses the write in the same place.
    script = f'ulimit -f {len(before) // 2048}; exec "$@"'
    done = subprocess.run(["bash", "-c", script, "-", *FIX, str(large)], capture_output=True, check=False)
    assert done.returncode == 3
    assert done.stderr.splitlines()[0].endswith(b": the file is not repaired: file too large")
    assert b"Traceback" not in done.stderr
    assert done.stdout.count(b"missing-field") == LINES
    assert large.read_bytes() == before
    assert os.listdir(large.parent) == [large.name]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_read_only_folder(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(FAULTY % 1)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            batchlint.fix(path, path)
    finally:
        tmp_path.chmod(0o700)
    assert path.read_text() == FAULTY % 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_write_protected_file(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(FAULTY % 1)
    path.chmod(0o400)
    with pytest.raises(batchlint.FixError, match="write-protected"):
        batchlint.fix(path, path)
    assert path.read_text() == FAULTY % 1


def test_target_in_no_folder(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(FAULTY % 1)
    with pytest.raises(FileNotFoundError):
        batchlint.fix(source, tmp_path / "none" / "out.jsonl")
    assert os.listdir(tmp_path) == ["in.jsonl"]


def test_target_that_exists(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(FAULTY % 1)
    target.write_text("precious")
    target.chmod(0o640)
    with pytest.raises(FileExistsError):
        batchlint.fix(source, target)
    assert target.read_text() == "precious"
    batchlint.fix(source, target, overwrite=True)
    assert target.read_text() == GOOD % 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_what_is_no_file(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(FAULTY % 1)
    link = tmp_path / "full"
    link.symlink_to("/dev/full")
    os.mkfifo(tmp_path / "pipe")
    done = subprocess.run([*FIX, str(link)], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    for other in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(batchlint.FixError, match="regular file"):
            batchlint.fix(source, other, overwrite=True)
    assert sorted(os.listdir(tmp_path)) == ["full", "in.jsonl", "pipe"]
    assert (tmp_path / "pipe").is_fifo()


def test_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    for option in ("--fix", "--diff"):
        command = [*FIX[:-1], option, str(tmp_path / "pipe.jsonl")]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        assert done.returncode == 2
        assert done.stderr.endswith(b"only files are repaired; write the input to a file first\n")


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "in.jsonl", tmp_path / "link.jsonl"
    path.write_text(FAULTY % 1)
    path.chmod(0o604)
    link.symlink_to(path.name)
    assert batchlint.fix(link, link).repaired == (("missing-field", 1),)
    assert link.is_symlink()
    assert path.read_text() == GOOD % 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o604
    assert sorted(os.listdir(tmp_path)) == ["in.jsonl", "link.jsonl"]


def test_clean_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(GOOD % 1)
    before = path.stat()
    assert batchlint.fix(path, path).repaired == ()
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_damaged_archive(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl.gz"
    source.write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(batchlint.FixError, match="ends too early"):
        batchlint.fix(source, tmp_path / "out.jsonl")
    with pytest.raises(batchlint.FixError, match="compressed"):
        batchlint.fix(source, source)
    assert os.listdir(tmp_path) == ["in.jsonl.gz"]


def test_archive_is_written_plain(tmp_path: Path) -> None:
    import gzip

    source, target = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    source.write_bytes(gzip.compress((FAULTY % 1).encode()))
    batchlint.fix(source, target)
    assert target.read_text() == GOOD % 1
    source.write_bytes(gzip.compress((GOOD % 2).encode()))
    batchlint.fix(source, target, overwrite=True)
    assert target.read_text() == GOOD % 2
