"""Inputs of every kind through the library: paths, archives, file objects, and what goes wrong while reading."""

from __future__ import annotations

import errno
import gzip
import io
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import batchlint
from support import good_line, rules_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BAD = b'{"custom_id": "bad", "url": 1}\n'
CONTENT = good_line(1) + BAD + good_line(3) + b"[x]\n" + good_line(5)
EXPECTED = batchlint.validate(io.BytesIO(CONTENT))


def same_findings(report: batchlint.Report) -> bool:
    """Whether `report` says of another file what is expected of CONTENT."""

    def places(findings: tuple[batchlint.Finding, ...]) -> list[tuple[object, ...]]:
        return [tuple(finding.to_dict().values())[1:] for finding in findings]

    return places(report.findings) == places(EXPECTED.findings)


class Raw(io.RawIOBase):
    """A raw stream that hands out at most `size` bytes a time."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__()
        self._rest = content
        self._size = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece, self._rest = self._rest[: min(self._size, len(buffer))], self._rest[min(self._size, len(buffer)) :]
        buffer[: len(piece)] = piece
        return len(piece)


class OnlyRead:
    """The least that a file object may be: a method ``read``, which may return less than it is asked for."""

    def __init__(self, content: bytes, size: int) -> None:
        self._stream = io.BytesIO(content)
        self._size = size

    def read(self, size: int, /) -> bytes:
        return self._stream.read(min(size, self._size))


class Failing:
    """A file object that breaks after `good` bytes."""

    def __init__(self, content: bytes, good: int, error: Exception) -> None:
        self._stream = io.BytesIO(content[:good])
        self._error = error

    def read(self, size: int, /) -> bytes:
        if data := self._stream.read(size):
            return data
        raise self._error


FILE_OBJECTS: dict[str, Callable[[bytes], object]] = {
    "BytesIO": io.BytesIO,
    "buffered": lambda content: io.BufferedReader(Raw(content, 7)),
    "raw, one byte a time": lambda content: Raw(content, 1),
    "raw, seven bytes a time": lambda content: Raw(content, 7),
    "only read, one byte a time": lambda content: OnlyRead(content, 1),
    "only read, short reads": lambda content: OnlyRead(content, 100),
    "only read, whole": lambda content: OnlyRead(content, 10**9),
    "gzip file": lambda content: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(content))),
}


def test_what_is_expected_at_all() -> None:
    assert rules_of(EXPECTED.findings).count("wrong-type") == 1
    assert EXPECTED.findings[-1].rule == "invalid-json"
    assert EXPECTED.files[0].requests == 5


@pytest.mark.parametrize("kind", FILE_OBJECTS)
def test_a_file_object(kind: str) -> None:
    assert same_findings(batchlint.validate(FILE_OBJECTS[kind](CONTENT)))


def test_a_file_object_is_read_from_where_it_stands_and_left_open() -> None:
    stream = io.BytesIO(b"[x]\n" + good_line(1))
    stream.readline()
    assert batchlint.validate(stream).ok
    assert not stream.closed
    assert stream.read() == b""


def test_an_open_file_is_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(CONTENT)
    with path.open("rb") as file:
        assert batchlint.validate(file).files[0].path == str(path)
    with path.open("rb", buffering=0) as file:
        assert same_findings(batchlint.validate(file))


@pytest.mark.parametrize("kind", [str, os.fspath, Path])
def test_a_path(kind: Callable[[Path], str | Path], tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(CONTENT)
    report = batchlint.validate(kind(path))
    assert same_findings(report)
    assert report.files[0].path == str(path)


@pytest.mark.parametrize("source", [io.StringIO("{}\n"), 5, b"bytes", None])
def test_what_is_no_binary_file_is_refused(source: object) -> None:
    with pytest.raises(TypeError):
        batchlint.validate(source)


def test_wrong_arguments_are_refused_before_anything_is_read() -> None:
    with pytest.raises(batchlint.UsageError):
        batchlint.iter_findings(io.BytesIO(CONTENT), profile="nobody")
    with pytest.raises(batchlint.UsageError):
        batchlint.iter_findings(io.BytesIO(CONTENT), endpoint="/v1/embeddings")


def test_a_missing_path_a_folder_and_a_device(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        batchlint.validate(tmp_path / "missing.jsonl")
    with pytest.raises(OSError, match="is a directory"):
        batchlint.validate(tmp_path)
    with pytest.raises(OSError, match="neither a regular file nor a pipe"):
        batchlint.validate("/dev/zero")


@pytest.mark.parametrize("name", ["requests.jsonl.gz", "REQUESTS.JSONL.GZ", "x.gz"])
def test_gzip(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(gzip.compress(CONTENT))
    report = batchlint.validate(tmp_path / name)
    assert same_findings(report)
    assert report.files[0].bytes == len(CONTENT)


def test_gzip_of_several_members_cut_within_a_line(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(CONTENT[:50]) + gzip.compress(b"") + gzip.compress(CONTENT[50:]))
    assert same_findings(batchlint.validate(tmp_path / "x.gz"))


@pytest.mark.parametrize("name", ["requests.jsonl.zst", "x.ZST"])
def test_zstandard(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(zstd.compress(CONTENT[:50]) + zstd.compress(CONTENT[50:]))
    assert same_findings(batchlint.validate(tmp_path / name))


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_an_archive_cut_anywhere_is_damaged_and_the_rest_judged(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{ending}"
    whole = gzip.compress(CONTENT * 50) if ending == "gz" else zstd.compress(CONTENT * 50)
    for keep in (1, 2, 5, 9, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        path.write_bytes(whole[:keep])
        report = batchlint.validate(path)
        assert rules_of(report.findings)[-1] == "damaged-input", keep
        assert not report.complete
        assert not report.ok
        assert "empty-file" not in rules_of(report.findings)


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_damage_in_the_middle_of_an_archive(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{ending}"
    noise = b"".join(zlib.crc32(b"%d" % number).to_bytes(4, "big").hex().encode() + b"\n" for number in range(20000))
    whole = bytearray(gzip.compress(noise) if ending == "gz" else zstd.compress(noise, options={201: 1}))
    for position in (len(whole) // 3, len(whole) // 2, len(whole) - 2):
        changed = bytearray(whole)
        changed[position] ^= 0x10
        path.write_bytes(changed)
        assert not batchlint.validate(path).complete, position


@pytest.mark.parametrize("content", [b"no archive\n", b"\x1f\x8b", b"\x1f\x8b\x08\x00 but no further", b"\0" * 100])
@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_garbage_by_the_name_of_an_archive(content: bytes, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{ending}"
    path.write_bytes(content)
    report = batchlint.validate(path)
    assert [(finding.rule, finding.line) for finding in report.findings] == [("damaged-input", None)]


def test_garbage_after_an_archive(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(CONTENT) + b"garbage")
    report = batchlint.validate(tmp_path / "x.gz")
    assert not report.complete
    assert rules_of(report.findings)[:-1] == rules_of(EXPECTED.findings)


def test_an_empty_archive_is_an_empty_file(tmp_path: Path) -> None:
    for content in (b"", gzip.compress(b"")):
        (tmp_path / "x.gz").write_bytes(content)
        assert rules_of(batchlint.validate(tmp_path / "x.gz").findings) == ["empty-file"]


@pytest.mark.parametrize(
    "error",
    [OSError(errno.EIO, "Input/output error"), OSError(errno.EACCES, "Permission denied"), OSError("no number")],
    ids=["EIO", "EACCES", "no number"],
)
@pytest.mark.parametrize("good", [0, 10, len(CONTENT)])
def test_an_error_while_reading(error: OSError, good: int) -> None:
    report = batchlint.validate(Failing(CONTENT, good, error))
    last = report.findings[-1]
    assert (last.rule, last.line, report.complete, report.ok) == ("damaged-input", None, False, False)
    assert "empty-file" not in rules_of(report.findings)
    if good == len(CONTENT):
        assert report.findings[:-1] == tuple(batchlint.iter_findings(OnlyRead(CONTENT, 99)))


def test_a_pipe(tmp_path: Path) -> None:
    fifo = tmp_path / "requests.jsonl"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(CONTENT,))
    writer.start()
    report = batchlint.validate(fifo)
    writer.join()
    assert same_findings(report)
    assert report.complete


def test_a_pipe_written_byte_by_byte(tmp_path: Path) -> None:
    fifo = tmp_path / "requests.jsonl"
    os.mkfifo(fifo)
    code = f"import sys\nfor b in {CONTENT!r}:\n sys.stdout.buffer.write(bytes([b])); sys.stdout.flush()"
    with subprocess.Popen([sys.executable, "-c", f"import sys; sys.stdout = open({str(fifo)!r}, 'w'); {code}"]):
        assert same_findings(batchlint.validate(fifo))


@pytest.mark.parametrize("change", ["appended to", "cut", "replaced", "removed"])
def test_a_file_that_changes_while_it_is_read(change: str, tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(BAD * 100)
    findings = batchlint.iter_findings(path)
    next(findings)
    if change == "appended to":
        with path.open("ab") as file:
            file.write(BAD)
    elif change == "cut":
        os.truncate(path, 10)
    elif change == "replaced":
        (tmp_path / "new").write_bytes(BAD * 100)
        (tmp_path / "new").replace(path)
    else:
        path.unlink()
    *_, last = findings
    assert (last.rule, last.line) == ("damaged-input", None)


def test_the_file_is_closed_when_the_caller_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(BAD * 1000)
    before = len(os.listdir("/dev/fd"))
    findings = batchlint.iter_findings(path)
    next(findings)
    assert len(os.listdir("/dev/fd")) == before + 1
    findings.close()
    assert len(os.listdir("/dev/fd")) == before


def test_names_that_are_no_unicode(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.jsonl")
    Path(path).write_bytes(CONTENT)
    report = batchlint.validate(path)
    assert report.files[0].path.endswith("\\xff\\xfe.jsonl")
    report.files[0].path.encode("utf-8")
