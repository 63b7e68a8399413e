"""``batchlint split``: every line in exactly one part, in order, or no part at all."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import batchlint

REQUEST = '{"custom_id": "%d", "method": "POST", "url": "/v1/completions", "body": {"model": "%s", "prompt": "p"}}\n'
SPLIT = [sys.executable, "-m", "batchlint", "split"]


def run(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*SPLIT, *arguments], cwd=cwd, input=stdin, capture_output=True, check=False)


def requests(count: int, models: str = "m") -> bytes:
    return "".join(REQUEST % (number, models[number % len(models)]) for number in range(count)).encode()


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(
        st.binary(max_size=30).map(lambda line: b"x" + line.replace(b"\n", b"")) | st.just(b" \r"), max_size=30
    ),
    ends=st.booleans(),
    max_requests=st.integers(1, 8),
    max_bytes=st.integers(32, 120),
)
def test_every_line_is_in_one_part(lines: list[bytes], ends: bool, max_requests: int, max_bytes: int) -> None:
    content = b"\n".join(lines) + (b"\n" if ends else b"")
    wanted = [line for line in lines if line.strip(b" \t\r")]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        source.write_bytes(content)
        if not wanted:
            with pytest.raises(batchlint.SplitError):
                batchlint.split(source, max_requests=max_requests, max_bytes=max_bytes)
            assert os.listdir(folder) == ["in.jsonl"]
            return
        parts = batchlint.split(source, max_requests=max_requests, max_bytes=max_bytes)
        texts = [part.path.read_bytes() for part in parts]
        assert sorted(os.listdir(folder)) == ["in.jsonl", *(part.path.name for part in parts)]
        assert source.read_bytes() == content
    assert b"".join(texts) == b"".join(line + b"\n" for line in wanted)
    assert [part.path.name for part in parts] == [f"in.part-{number:04}.jsonl" for number in range(1, len(parts) + 1)]
    for part, text, following in zip(parts, texts, [*texts[1:], b"\n"], strict=True):
        count = text.count(b"\n")
        assert (part.requests, part.bytes) == (count, len(text))
        assert count <= max_requests
        assert len(text) <= max_bytes
        # A part ends only where the next line does not fit.
        next_line = len(following.partition(b"\n")[0]) + 1
        assert following == b"\n" or count == max_requests or len(text) + next_line > max_bytes


@settings(max_examples=50, deadline=None)
@given(models=st.lists(st.sampled_from(["a", "b", None, 3]), min_size=1, max_size=20), max_requests=st.integers(1, 5))
def test_groups_are_kept_apart_and_in_order(models: list[object], max_requests: int) -> None:
    lines = [json.dumps({"n": n, "body": {"model": model}}) + "\n" for n, model in enumerate(models)]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        source.write_text("".join(lines))
        parts = batchlint.split(source, by="model", max_requests=max_requests, max_bytes=1000)
        rows = [[json.loads(line) for line in part.path.read_text().splitlines()] for part in parts]
    for part in rows:
        names = {row["body"]["model"] if isinstance(row["body"]["model"], str) else None for row in part}
        assert len(names) == 1
        assert len(part) <= max_requests
    for name in ("a", "b", None):
        numbers = [row["n"] for part in rows for row in part if row["body"]["model"] == name]
        assert numbers == sorted(numbers)
    assert sorted(row["n"] for part in rows for row in part) == list(range(len(models)))
    assert [part[0]["n"] for part in rows] == sorted(part[0]["n"] for part in rows)


def test_more_groups_than_files_may_be_open(tmp_path: Path) -> None:
    lines = [json.dumps({"url": str(n % 150), "n": n}) + "\n" for n in range(450)]
    (tmp_path / "in.jsonl").write_text("".join(lines))
    parts = batchlint.split(tmp_path / "in.jsonl", by="url")
    assert [part.requests for part in parts] == [3] * 150
    assert parts[149].path.read_text() == lines[149] + lines[299] + lines[449]


def test_defaults_are_the_limits_of_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(requests(50_001))
    (finding,) = batchlint.validate(path).findings
    assert finding.rule == "too-many-requests"
    assert "batchlint split" in (finding.hint or "")
    done = run("in.jsonl", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == [
        "in.part-0001.jsonl: 50,000 requests, 5,288,890 bytes",
        "in.part-0002.jsonl: 1 request, 106 bytes",
    ]
    assert batchlint.validate(tmp_path / "in.part-0001.jsonl").findings == ()


def test_existing_parts_are_kept_without_force(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(requests(3))
    for number in (1, 4):
        (tmp_path / f"in.part-000{number}.jsonl").write_text("precious")
    done = run("in.jsonl", "--max-requests", "2", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"batchlint: error: in.part-0001.jsonl exists already; --force overwrites it\n"
    assert (tmp_path / "in.part-0001.jsonl").read_text() == "precious"
    forced = run("in.jsonl", "--max-requests", "2", "--force", cwd=tmp_path)
    assert forced.returncode == 0
    assert forced.stderr == b"batchlint: warning: in.part-0004.jsonl is of an earlier split and was left\n"
    assert (tmp_path / "in.part-0001.jsonl").read_bytes() == requests(2)
    assert (tmp_path / "in.part-0004.jsonl").read_text() == "precious"


@pytest.mark.parametrize(
    ("content", "arguments", "status", "message"),
    [
        (requests(2), ["--max-bytes", "90"], 1, "line 1 has 102 bytes with its line end; a part may have at most 90"),
        (b"x" * 80 + b"\n" + b"y" * 90, ["--max-bytes", "90"], 1, "line 2 has 91 bytes"),
        (b"x\n" + b"y" * 3_000_000, ["--max-bytes", "90"], 1, "line 2 has 3,000,001 bytes"),
        (b" \n\r\n", [], 1, "the file holds no request"),
        (b"", [], 1, "the file holds no request"),
        (requests(1).decode().encode("utf-16"), [], 1, "the file is UTF-16 or UTF-32; save it as UTF-8"),
        (requests(1) + b"{,}\n", ["--by", "model"], 1, "line 2 is no JSON object, so its model is not known"),
        (requests(1) + b'{"url": "\xff"}\n', ["--by", "url"], 1, "line 2 is no JSON object, so its url is not known"),
        (requests(1), ["--max-requests", "0"], 2, "0 is not in the range"),
        (requests(1), ["--by", "size"], 2, "'size' is not one of"),
        (requests(1), ["--output-dir", "none"], 2, "Directory 'none' does not exist"),
        (requests(1), ["--profile", "none"], 2, 'there is no profile "none"'),
    ],
)
def test_nothing_is_left_behind(
    content: bytes, arguments: list[str], status: int, message: str, tmp_path: Path
) -> None:
    (tmp_path / "in.jsonl").write_bytes(content)
    done = run("in.jsonl", *arguments, cwd=tmp_path)
    assert done.returncode == status
    assert message in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert os.listdir(tmp_path) == ["in.jsonl"]


def test_compressed_inputs_and_streams(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(requests(3)))
    (tmp_path / "out").mkdir()
    done = run("in.jsonl.gz", "--max-requests", "2", "--output-dir", "out", cwd=tmp_path)
    assert done.returncode == 0
    assert sorted(os.listdir(tmp_path / "out")) == ["in.part-0001.jsonl", "in.part-0002.jsonl"]
    piped = run("-", "--stdin-filename", "x/std.jsonl", cwd=tmp_path, stdin=requests(2))
    assert piped.stdout == b"std.part-0001.jsonl: 2 requests, 204 bytes\n"
    assert run("-", cwd=tmp_path, stdin=requests(2)).returncode == 2
    with pytest.raises(batchlint.UsageError):
        batchlint.split(io.BytesIO(requests(1)))


def test_damaged_archive(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(requests(2000))[:-20])
    done = run("in.jsonl.gz", "--max-requests", "2", cwd=tmp_path)
    assert done.returncode == 3
    assert b"cannot be read to its end" in done.stderr
    assert os.listdir(tmp_path) == ["in.jsonl.gz"]


def test_full_disk(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(requests(2000))
    # A limit on the size of files stands for a full disk: the system refuses the write in the same place.
    command = ["bash", "-c", 'ulimit -f 64; exec "$@"', "-", *SPLIT, "in.jsonl", "--max-requests", "900"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 3
    assert done.stderr == b"batchlint: error: in.jsonl: it is not split: file too large\n"
    assert os.listdir(tmp_path) == ["in.jsonl"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signal(tmp_path: Path, number: signal.Signals, status: int) -> None:
    # The writing end stays open, so the split waits for more.
    with subprocess.Popen(
        [*SPLIT, "-", "--stdin-filename", "in.jsonl", "--max-requests", "2"], stdin=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdin is not None
        process.stdin.write(requests(20_000))
        process.stdin.flush()
        while process.poll() is None and not os.listdir(tmp_path):
            time.sleep(0.01)
        process.send_signal(number)
        assert process.wait(60) == status
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("has_links", [True, False])
def test_old_parts_come_back_when_a_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    (tmp_path / "in.jsonl").write_bytes(requests(6))
    for number in (1, 2):
        (tmp_path / f"in.part-000{number}.jsonl").write_text(f"old {number}")
    # A folder cannot be replaced by a file.
    (tmp_path / "in.part-0003.jsonl").mkdir()
    if not has_links:
        monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(OSError, match=r"in\.part-0003\.jsonl"):
        batchlint.split(tmp_path / "in.jsonl", max_requests=1, overwrite=True)
    assert sorted(os.listdir(tmp_path)) == ["in.jsonl", *(f"in.part-000{number}.jsonl" for number in (1, 2, 3))]
    for number in (1, 2):
        assert (tmp_path / f"in.part-000{number}.jsonl").read_text() == f"old {number}"
    (tmp_path / "in.part-0003.jsonl").rmdir()
    batchlint.split(tmp_path / "in.jsonl", max_requests=1, overwrite=True)
    assert len(os.listdir(tmp_path)) == 7


def _no_links(source: str, *_: object, **__: object) -> None:
    raise PermissionError(1, "Operation not permitted", source) if os.path.lexists(source) else FileNotFoundError


@pytest.mark.parametrize("name", ["link", "replace", "unlink", "open"])
def test_an_interrupt_between_any_two_steps_leaves_either_all_old_parts_or_all_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(requests(6))
    batchlint.split(tmp_path / "in.jsonl", max_requests=1)
    old = {each: (tmp_path / each).read_bytes() for each in os.listdir(tmp_path)}
    batchlint.split(tmp_path / "in.jsonl", max_requests=2, overwrite=True)
    new = {each: (tmp_path / each).read_bytes() for each in os.listdir(tmp_path)}
    real = getattr(os, name)
    for is_after in (False, True):
        for moment in range(1, 100):
            for each, data in old.items():
                (tmp_path / each).write_bytes(data)
            calls = 0

            def interrupted(*arguments: Any, moment: int = moment, is_after: bool = is_after, **named: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls != moment:
                    return real(*arguments, **named)
                if is_after:
                    with contextlib.suppress(FileNotFoundError):
                        real(*arguments, **named)
                raise KeyboardInterrupt

            with monkeypatch.context() as patched:
                patched.setattr(os, name, interrupted)
                try:
                    batchlint.split(tmp_path / "in.jsonl", max_requests=2, overwrite=True)
                except KeyboardInterrupt:
                    pass
                else:
                    assert calls < moment
                    break
            assert {each: (tmp_path / each).read_bytes() for each in os.listdir(tmp_path)} in (old, new), moment
        assert moment > 1
