"""Web servers, and stores that fail: busy, silent, breaking off, changing, and some that send no ranges."""

from __future__ import annotations

import gzip
import json
import mmap
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sitecustomize import loopback

from faulty_store import Store
from lint_remote import Ended, ended, lint, lint_measured, under
from messy import request
from object_storage import s3_environment
from support import clean_environment, good_line
from tally import Tally
from test_remote_s3 import large_file

WEB = clean_environment(BATCHLINT_TEST_LOOPBACK="1")
CHANGED = "damaged-input the file changed while it was read"
QUICK: dict[str, object] = {"config_kwargs": {"read_timeout": 1, "connect_timeout": 1}}
"""Options of s3fs that give up a silent server sooner."""

Address = Callable[[Store, str], tuple[dict[str, str], str]]


def by_web(store: Store, path: str) -> tuple[dict[str, str], str]:
    return WEB, f"{store.url}/{path}"


def by_s3(store: Store, path: str) -> tuple[dict[str, str], str]:
    return {**s3_environment(store.url, **QUICK), "AWS_MAX_ATTEMPTS": "2"}, f"s3://{path}"


both = pytest.mark.parametrize("address", [by_web, by_s3])


def assert_told(run: Ended, url: str, reason: str, status: int = 3) -> None:
    """That the last finding is about the input as a whole, and in few words."""
    assert run.status == status, run.err
    last = run.out.splitlines()[-1]
    assert last.startswith(f"{url}: error damaged-input ")
    assert reason in last
    assert run.err.count("\n") == 1


@pytest.mark.parametrize(
    "behaviour", ["ranges", "no ranges", "no size", "no state", "nothing told", "gzip on the way", "empty tags"]
)
def test_the_report_is_that_of_the_local_file(behaviour: str, store: Store, folder: Path) -> None:
    data = large_file(2**20, 7)
    (folder / "f.jsonl").write_bytes(data)
    how = store.behaviour
    how.sends_ranges = behaviour in ("ranges", "no state")
    how.tells_size = behaviour not in ("no size", "nothing told")
    how.tells_state = behaviour not in ("no state", "nothing told")
    how.checks_state = behaviour != "empty tags"
    if behaviour == "gzip on the way":
        how.encoding = "gzip"
        data = gzip.compress(data)
    url = store.put("f.jsonl", data)
    local = lint(WEB, "-f", "json", "f.jsonl", folder=folder)
    remote = lint(WEB, "-f", "json", url)
    assert remote.out == local.out.replace('"f.jsonl"', f'"{url}"')
    assert (remote.err, remote.status) == (local.err, local.status)


@pytest.mark.parametrize("address", [by_web, by_s3])
def test_ranges_of_a_large_file_are_read_once(address: Address, store: Store, folder: Path) -> None:
    path = folder / "large.jsonl"
    path.write_bytes(b"".join(request(number, "x" * 20_000) + b"\n" for number in range(700)) + b"{}\n")
    size = path.stat().st_size
    store.put("bucket/large.jsonl", path.read_bytes())
    environment, url = address(store, "bucket/large.jsonl")
    local = lint(WEB, "-f", "full", "--jobs", "1", str(path))
    for jobs in ("1", "2"):
        store.sent.clear()
        run = lint(environment, "-f", "full", "--jobs", jobs, url)
        assert run.out == under(url, local.out, path)
        assert len(store.sent) > 1
        assert max(store.sent) < size // 1.5
        # The end of the last line of each range belongs to the next one too.
        assert size <= sum(store.sent) < 1.15 * size


@both
def test_lines_that_repeat_an_id_are_read_again_in_few_ranges(address: Address, store: Store, folder: Path) -> None:
    path = folder / "repeats.jsonl"
    path.write_bytes(b"".join(request(number % 5000, "x" * 1500) + b"\n" for number in range(10_000)))
    store.put("bucket/repeats.jsonl", path.read_bytes())
    environment, url = address(store, "bucket/repeats.jsonl")
    local = lint(WEB, "-q", "-f", "concise", "--jobs", "1", str(path))
    store.sent.clear()
    run = lint(environment, "-q", "-f", "concise", "--jobs", "2", url)
    assert run.out == under(url, local.out, path)
    assert run.out.count("duplicate-custom-id") == 5000
    assert len(store.sent) < 60
    assert sum(store.sent) < 3 * path.stat().st_size


@both
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_is_replaced_while_it_is_read_is_damaged(jobs: str, address: Address, store: Store) -> None:
    before = b"".join(request(number, "x" * 20_000) + b"\n" for number in range(900))
    store.put("bucket/f.jsonl", before)

    def replace(number: int) -> None:
        if number == 2:
            store.files["bucket/f.jsonl"] = before.replace(b"POST", b"POT!")

    store.behaviour.before = replace
    environment, url = address(store, "bucket/f.jsonl")
    run = lint(environment, "-f", "concise", "--jobs", jobs, url)
    assert_told(run, url, "the file changed while it was read")
    if jobs == "1":
        assert "POT!" not in run.out, "nothing of the other file was judged"


@pytest.mark.parametrize("tells_state", [True, False])
def test_a_server_that_heeds_no_condition_is_asked_again_at_the_end(tells_state: bool, store: Store) -> None:
    before = b"".join(request(number, "x" * 20_000) + b"\n" for number in range(500))
    url = store.put("f.jsonl", before)
    store.behaviour.checks_state = False
    store.behaviour.tells_state = tells_state

    def replace(number: int) -> None:
        if number == 2:
            store.files["f.jsonl"] = before + b"{}\n"

    store.behaviour.before = replace
    assert_told(lint(WEB, "-f", "concise", url), url, "the file changed while it was read")


@both
def test_a_file_that_is_removed_while_it_is_read_is_damaged(address: Address, store: Store) -> None:
    store.put("bucket/f.jsonl", b"".join(request(number, "x" * 20_000) + b"\n" for number in range(500)))
    store.behaviour.before = lambda number: store.files.clear() if number == 2 else None
    environment, url = address(store, "bucket/f.jsonl")
    run = lint(environment, "-f", "concise", url)
    assert run.status == 3
    assert any(text in run.out for text in ("removed while it was read", "changed while it was read")), run.out


@both
def test_a_busy_store_is_asked_again(address: Address, store: Store) -> None:
    store.put("bucket/f.jsonl", good_line(1))
    store.behaviour.busy = 2
    environment, url = address(store, "bucket/f.jsonl")
    run = lint({**environment, "AWS_MAX_ATTEMPTS": "5"}, url)
    assert (run.status, run.out) == (0, "")
    assert store.behaviour.busy == 0


@both
def test_a_store_that_stays_busy_is_given_up(address: Address, store: Store) -> None:
    store.put("bucket/f.jsonl", good_line(1))
    store.behaviour.busy = -1
    environment, url = address(store, "bucket/f.jsonl")
    assert_told(lint(environment, "-f", "concise", url), url, "the store is too busy (status 503)")
    assert 2 <= store.requests <= 20


@both
def test_a_store_that_becomes_busy_is_given_up(address: Address, store: Store) -> None:
    store.put("bucket/f.jsonl", b"".join(request(number, "x" * 20_000) + b"\n" for number in range(500)))

    def busy(number: int) -> None:
        if number == 1:
            store.behaviour.busy = -1

    store.behaviour.before = busy
    environment, url = address(store, "bucket/f.jsonl")
    assert_told(lint(environment, "-f", "concise", url), url, "the store is too busy (status 503)")


@pytest.mark.parametrize(("address", "jobs"), [(by_web, "2"), (by_s3, "1")])
def test_a_permission_that_ends_is_told(jobs: str, address: Address, store: Store) -> None:
    store.put("bucket/f.jsonl", b"".join(request(number, "x" * 20_000) + b"\n" for number in range(900)))

    def deny(number: int) -> None:
        if number == 1:
            store.behaviour.denied = True

    store.behaviour.before = deny
    environment, url = address(store, "bucket/f.jsonl")
    run = lint(environment, "-f", "concise", "--jobs", jobs, url)
    assert_told(run, url, "the input cannot be read: there is no permission to read it")


@both
@pytest.mark.parametrize("fails", ["stalls_at", "breaks_at"])
def test_a_silent_or_broken_connection_is_tried_again(fails: str, address: Address, store: Store) -> None:
    store.put("bucket/f.jsonl", b"".join(request(number, "x" * 20_000) + b"\n" for number in range(500)))
    setattr(store.behaviour, fails, 2)
    environment, url = address(store, "bucket/f.jsonl")
    begun = time.monotonic()
    run = lint(environment, "-f", "concise", url)
    assert (run.status, run.out) == (0, "")
    assert time.monotonic() - begun < 300


@both
def test_a_connection_that_breaks_for_good_is_given_up(address: Address, store: Store) -> None:
    store.put("bucket/f.jsonl", b"".join(request(number, "x" * 20_000) + b"\n" for number in range(500)))
    store.behaviour.breaks_at, store.behaviour.breaks_for_good = 2, True
    environment, url = address(store, "bucket/f.jsonl")
    assert_told(lint(environment, "-f", "concise", url), url, "the store broke off")
    assert len(store.sent) < 20


def test_a_stream_that_breaks_off_is_damaged(store: Store) -> None:
    url = store.put("f.jsonl", b"".join(request(number, "x" * 20_000) + b"\n" for number in range(20)))
    store.behaviour.sends_ranges = False
    store.behaviour.breaks_at = 1
    assert_told(lint(WEB, "-f", "concise", url), url, "the store broke off")


@both
def test_what_may_not_be_read_is_told_in_one_line(address: Address, store: Store) -> None:
    store.put("bucket/f.jsonl", good_line(1))
    store.behaviour.denied = True
    environment, url = address(store, "bucket/f.jsonl")
    run = lint(environment, "-q", url)
    assert (run.status, run.out) == (2, "")
    assert run.err == f"batchlint: error: {url}: there is no permission to read it\n"


def test_a_missing_file_and_a_missing_server(store: Store) -> None:
    run = lint(WEB, "-q", f"{store.url}/none.jsonl")
    assert (run.status, run.err) == (2, f"batchlint: error: {store.url}/none.jsonl: there is no such file\n")
    with loopback(), socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/f.jsonl"
        run = lint(WEB, "-f", "concise", url)
    assert_told(run, url, "the store cannot be reached")


def test_passwords_and_signatures_are_not_shown(store: Store) -> None:
    store.put("f.jsonl", b"{}\n")
    host = store.url.removeprefix("http://")
    name = f"{store.url}/f.jsonl"
    url = f"http://me:hunter2@{host}/f.jsonl?X-Amz-Signature=hunter2#hunter2"
    for output_format in ("full", "json", "sarif", "gitlab", "junit"):
        run = lint(WEB, "-f", output_format, url)
        assert run.status == 1
        assert name in run.out.replace("\\/", "/")
    missing = lint(WEB, "-q", url.replace("f.jsonl", "none.jsonl"))
    assert missing.err == f"batchlint: error: {store.url}/none.jsonl: there is no such file\n"
    store.behaviour.denied = True
    assert "no permission" in lint(WEB, url).err
    unknown = lint(WEB, "-q", f"ftp://me:hunter2@{host}/f.jsonl")
    assert unknown.status == 2
    assert "ftp:// cannot be read; what can: s3://" in unknown.err
    assert unknown.err.count("\n") == 1


def test_pages_of_links_are_folders(store: Store) -> None:
    for name in ("run/a.jsonl", "run/b.jsonl", "run/deep/c.jsonl", "run/note.txt"):
        store.put(name, good_line(name))

    def found(url: str) -> list[str]:
        run = lint(WEB, "-f", "json", url)
        assert run.status == 0, run.err
        return [file["path"].removeprefix(f"{store.url}/run/") for file in json.loads(run.out)["files"]]

    assert found(f"{store.url}/run/*.jsonl") == ["a.jsonl", "b.jsonl"]
    assert found(f"{store.url}/run/") == ["a.jsonl", "b.jsonl", "deep/c.jsonl"]


def test_archives_are_read_from_the_web(store: Store) -> None:
    data = b"".join(request(number) + b"\n" for number in range(500)) + b"{}\n"
    for sends_ranges in (True, False):
        store.behaviour.sends_ranges = sends_ranges
        url = store.put("f.jsonl.gz", gzip.compress(data))
        assert lint(WEB, "-f", "concise", url).out.splitlines()[0].startswith(f"{url}:501:1: error missing-field")
    store.put("f.jsonl.gz", gzip.compress(data)[:-20])
    assert_told(lint(WEB, "-f", "concise", url), url, "the compressed input ends too early")


@pytest.mark.parametrize("cache", ["simplecache", "filecache", "blockcache"])
def test_caches_stand_before_a_web_address(cache: str, store: Store) -> None:
    url = store.put("f.jsonl", good_line(1) + b"{}\n")
    # fsspec leaves a file of its block cache for the interpreter to close.
    run = lint({**WEB, "PYTHONWARNINGS": "ignore"}, "-f", "concise", f"{cache}::{url}")
    assert (run.status, run.out) == (1, lint(WEB, "-f", "concise", url).out)


def test_an_empty_file_is_empty_wherever_it_lies(store: Store) -> None:
    for sends_ranges in (True, False):
        store.behaviour.sends_ranges = sends_ranges
        run = lint(WEB, "-f", "concise", store.put("f.jsonl", b""))
        assert run.status == 1
        assert "empty-file" in run.out


def test_without_the_extra_a_url_names_it(folder: Path) -> None:
    (folder / "broken" / "fsspec").mkdir(parents=True)
    (folder / "broken" / "fsspec" / "__init__.py").write_text("raise ImportError('no such module')\n")
    (folder / "f.jsonl").write_bytes(good_line(1))
    path = WEB["PYTHONPATH"]
    environment = {**WEB, "PYTHONPATH": f"{folder / 'broken'}{':' if sys.platform != 'win32' else ';'}{path}"}
    for url in ("s3://bucket/f.jsonl", "https://127.0.0.1/f.jsonl", "gs://bucket/run/", "hf://datasets/a/b/*.jsonl"):
        run = lint(environment, "f.jsonl", url, folder=folder)
        assert run.status == 2
        scheme = url.partition(":")[0]
        error, counts = run.err.splitlines()
        assert error == f"batchlint: error: {url}: reading {scheme}:// needs: pip install 'batchlint[remote]'"
        assert counts.startswith("1 file, 1 request")


def test_the_library_tells_what_is_missing_and_never_opens_a_path_object(folder: Path) -> None:
    code = (
        "import batchlint, pathlib\n"
        "try:\n"
        "    batchlint.validate(pathlib.Path('http://127.0.0.1/f.jsonl'))\n"
        "except FileNotFoundError:\n"
        "    import sys; assert 'fsspec' not in sys.modules; print('a path')\n"
    )
    assert ended([sys.executable, "-c", code], clean_environment(), folder).out == "a path\n"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(("address", "jobs"), [(by_web, "1"), (by_s3, "2")])
def test_a_run_that_waits_for_a_store_can_be_stopped(
    jobs: str, number: signal.Signals, status: int, address: Address, store: Store
) -> None:
    store.put("bucket/f.jsonl", b"".join(request(number, "x" * 20_000) + b"\n" for number in range(700)))
    store.behaviour.stalls_at = 1
    environment, url = address(store, "bucket/f.jsonl")
    command = [sys.executable, "-m", "batchlint", "lint", "--jobs", jobs, url]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, start_new_session=True
    ) as process:
        end = time.monotonic() + 60
        while not store.sent:
            assert time.monotonic() < end, "it did not come about in time"
            time.sleep(0.02)
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=60)
    # A line end stands behind an echoed ^C.
    assert (process.returncode, said.decode().lstrip("\n")) == (status, f"batchlint: stopped by {number.name}\n")


def gigabyte(path: Path) -> None:
    """Writes a file of 1 GB: messy at both ends, with ids at the end that stand at the start too."""
    messy = large_file(8 * 2**20, 1) + b"\n"
    plain = b"".join(request(number, "x" * 2000) + b"\n" for number in range(15_000))
    with path.open("wb") as file:
        file.write(messy)
        for number in range(34):
            file.write(plain.replace(b'"custom_id": "r', b'"custom_id": "%d-r' % number))
        file.write(messy)


@pytest.mark.long
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_gigabyte_gives_the_report_of_the_local_file(jobs: str, store: Store, tally: Tally, folder: Path) -> None:
    path = folder / "large.jsonl"
    gigabyte(path)
    assert path.stat().st_size > 2**30
    # The server of the other tests of object storage keeps an object in memory and reads it whole for each range.
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        store.files["bucket/large.jsonl"] = data
        local = lint(WEB, "-f", "json", "--jobs", jobs, str(path))
        url = "s3://bucket/large.jsonl"
        remote = lint_measured(s3_environment(store.url), "-f", "json", "--jobs", jobs, url)
        store.files.clear()
    assert remote.out == under(url, local.out, path)
    assert (remote.status, len(local.out) > 10_000) == (1, True)
    assert remote.peak < 250
    assert sum(store.sent) < 1.1 * path.stat().st_size
    tally.peak("MB resident, an object of 1 GB", remote.peak)
    tally.tried("bytes of one object", path.stat().st_size)
