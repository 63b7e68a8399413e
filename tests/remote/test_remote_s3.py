"""Object storage: a real S3 server on this machine."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path

import pytest

from lint_remote import ended, lint, lint_measured, under
from messy import messy_file, request
from object_storage import ObjectStorage, s3_environment
from support import good_line
from tally import Tally

LARGE = 13 * 1024 * 1024
"""Bytes of an object that is judged by several processes."""

FORMATS = ("full", "json")


def large_file(size: int, seed: int) -> bytes:
    """A messy file of `size` bytes or a little more: long lines, and ids that come again far apart."""
    rng = random.Random(seed)
    pieces = [b"\n".join(request(number, "x" * 9000) for number in range(start, start + 90)) for start in (0, 50, 200)]
    while sum(map(len, pieces)) < size:
        pieces.append(messy_file(random.Random(rng.random()), 60, padding=40_000))
    return b"\n".join(piece for piece in pieces if piece[:2] not in (b"\xff\xfe", b"\xfe\xff"))


@pytest.fixture
def environment(storage: ObjectStorage) -> dict[str, str]:
    return s3_environment(storage.url)


@pytest.mark.parametrize("output_format", FORMATS)
def test_the_report_is_that_of_the_local_file(
    output_format: str, storage: ObjectStorage, environment: dict[str, str], seed: int, folder: Path
) -> None:
    path = folder / "large.jsonl"
    path.write_bytes(large_file(LARGE, seed))
    url = storage.put("same/large.jsonl", path.read_bytes())
    local = lint(environment, "-f", output_format, "--jobs", "1", str(path))
    assert local.status == 1
    assert len(local.out) > 1000
    for jobs in ("1", "2"):
        remote = lint(environment, "-f", output_format, "--jobs", jobs, url)
        assert remote.out == under(url, local.out, path), f"--jobs {jobs}"
        assert (remote.err, remote.status) == (local.err, 1)


def test_patterns_prefixes_and_buckets_stand_for_what_lies_there(
    storage: ObjectStorage, environment: dict[str, str]
) -> None:
    names = ["a.jsonl", "b.jsonl.gz", "c.jsonl.zst", "deep/er/d e#é?.jsonl", "no.json", "deep/f.JSONL"]
    names += ["deep/g::h.jsonl", "deep/i::j::k%20.jsonl"]
    for name in names:
        body = good_line(name)
        if name.endswith(".gz"):
            body = gzip.compress(body)
        elif name.endswith(".zst"):
            zstd = pytest.importorskip("backports.zstd" if sys.version_info < (3, 14) else "compression.zstd")
            body = zstd.compress(body)
        storage.put(f"run-1/{name}", body)
    storage.put("run-10/other.jsonl", good_line("other"))
    below = sorted(f"s3://bucket/run-1/{name}" for name in names if name != "no.json")

    def found(*urls: str) -> list[str]:
        run = lint(environment, "-f", "json", *urls)
        assert run.status == 0, run.err
        files = json.loads(run.out)["files"]
        assert all(file["requests"] == 1 for file in files)
        return [file["path"] for file in files]

    assert found("s3://bucket/run-1/") == below
    assert found("s3://bucket/run-1/*.jsonl") == ["s3://bucket/run-1/a.jsonl"]
    assert found("s3://bucket/run-1/**/*.jsonl*") == [name for name in below if not name.endswith("JSONL")]
    assert found("s3://bucket/run-*/[ao]*.jsonl") == ["s3://bucket/run-1/a.jsonl", "s3://bucket/run-10/other.jsonl"]
    assert set(below) <= {*found("s3://bucket/run-1/", "s3://bucket/run-10/other.jsonl")}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s3://bucket/nothing.jsonl", "s3://bucket/nothing.jsonl: there is no such file"),
        ("s3://no-bucket/a.jsonl", "s3://no-bucket/a.jsonl: there is no such file"),
        ("s3://no-bucket/", "s3://no-bucket/: there is no such place"),
        ("s3://bucket/nothing/", "nothing to lint, no *.jsonl, *.jsonl.gz or *.jsonl.zst below it"),
        ("s3://bucket/nothing/*.jsonl", "nothing to lint, nothing matches it"),
        ("s3://bucket/kinds", "is no object; with / at its end it stands for what lies below it"),
        ("s3://AKID:hunter2@bucket/nothing.jsonl", "s3://bucket/nothing.jsonl: there is no such file"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(
    url: str, said: str, storage: ObjectStorage, environment: dict[str, str]
) -> None:
    good = storage.put("kinds/good.jsonl", good_line(1))
    run = lint(environment, url, good)
    assert run.status == 2
    first, last = run.err.splitlines()
    assert first.startswith("batchlint: error: ")
    assert said in first
    assert last.startswith("1 file, 1 request")


def test_without_credentials_one_line_says_so(storage: ObjectStorage, environment: dict[str, str]) -> None:
    url = storage.put("kinds/good.jsonl", good_line(1))
    bare = {name: value for name, value in environment.items() if not name.endswith(("_KEY_ID", "_ACCESS_KEY"))}
    for each in (url, "s3://bucket/kinds/"):
        run = lint(bare, "-q", each)
        assert (run.status, run.out) == (2, "")
        assert run.err.startswith(f"batchlint: error: {each}: ")
        assert run.err.endswith("no credentials for it were found or taken\n")


def test_the_settings_are_those_of_the_current_directory(
    storage: ObjectStorage, environment: dict[str, str], folder: Path
) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.batchlint]\nextend-exclude = ["*.bak.jsonl", "bucket/set/drafts/"]\n'
        'per-file-ignores = { "bucket/set/b*.jsonl" = ["blank-line"] }\n'
    )
    (folder / "bucket" / "set").mkdir(parents=True)
    (folder / "bucket" / "set" / "pyproject.toml").write_text("[tool.batchlint]\nignore = ['missing-field']\n")
    for name in ("a.jsonl", "b.jsonl", "c.bak.jsonl", "drafts/d.jsonl"):
        storage.put(f"set/{name}", good_line(name) + b"\n{}\n")
    run = lint(environment, "-f", "json", "s3://bucket/set/", folder=folder)
    report = json.loads(run.out)
    assert [file["path"] for file in report["files"]] == ["s3://bucket/set/a.jsonl", "s3://bucket/set/b.jsonl"]
    assert {one["path"] for one in report["findings"] if one["rule"] == "blank-line"} == {"s3://bucket/set/a.jsonl"}
    assert "missing-field" in {one["rule"] for one in report["findings"]}
    forced = lint(environment, "--force-exclude", "s3://bucket/set/c.bak.jsonl", folder=folder)
    assert (forced.status, forced.out) == (0, "")
    named = lint(environment, "s3://bucket/set/c.bak.jsonl", folder=folder)
    assert named.status == 1


def test_known_findings_of_an_object_stay_known(
    storage: ObjectStorage, environment: dict[str, str], folder: Path
) -> None:
    url = storage.put("known/a.jsonl", b"{}\n")
    written = lint(environment, "--write-baseline", "known.json", url, folder=folder)
    assert written.status == 0
    assert url in (folder / "known.json").read_text()
    assert lint(environment, "--baseline", "known.json", url, folder=folder).status == 0
    storage.put("known/a.jsonl", b"{}\nx\n")
    assert lint(environment, "--baseline", "known.json", url, folder=folder).status == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lint", "--fix"], "only files are repaired; write the input to a file first"),
        (["lint", "--diff"], "only files are repaired; write the input to a file first"),
        (["split"], "only files are split; copy it to a file first"),
    ],
)
def test_nothing_is_written_to_a_store(
    arguments: list[str], said: str, storage: ObjectStorage, environment: dict[str, str]
) -> None:
    url = storage.put("kept/a.jsonl", b"{}\n")
    run = ended([sys.executable, "-m", "batchlint", *arguments, url], environment)
    assert run.status == 2
    assert f"batchlint: error: {url}: {said}" in run.err.splitlines()


def test_names_are_quoted_where_a_report_holds_uris(storage: ObjectStorage, environment: dict[str, str]) -> None:
    url = storage.put("names/a b#c%20é.jsonl", b"{}\n")
    run = lint(environment, "-f", "sarif", url)
    results = json.loads(run.out)["runs"][0]["results"]
    assert {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results} == {
        "s3://bucket/names/a%20b%23c%2520%C3%A9.jsonl"
    }


def test_the_library_takes_urls(storage: ObjectStorage, environment: dict[str, str]) -> None:
    url = storage.put("library/a.jsonl", b"{}\n")
    code = (
        "import batchlint, sys\n"
        "report = batchlint.validate(sys.argv[1])\n"
        "assert report.files[0].path == sys.argv[1] and not report.ok, report\n"
        "assert list(batchlint.iter_findings(sys.argv[1])) == list(report.findings)\n"
        "for url, error in ((sys.argv[1] + 'x', FileNotFoundError), ('gopher://x/y', batchlint.UsageError)):\n"
        "    try:\n"
        "        batchlint.validate(url)\n"
        "    except error as raised:\n"
        "        print(raised)\n"
        "try:\n"
        "    batchlint.split(sys.argv[1], output_dir='.')\n"
        "except batchlint.UsageError as raised:\n"
        "    print(raised)\n"
    )
    run = ended([sys.executable, "-c", code, url], environment)
    assert run.status == 0, run.err
    assert len(run.out.splitlines()) == 3


@pytest.mark.parametrize("cache", ["simplecache", "filecache", "blockcache"])
def test_caches_stand_before_a_url_as_fsspec_has_it(
    cache: str, storage: ObjectStorage, environment: dict[str, str]
) -> None:
    url = storage.put("cached/a.jsonl", good_line(1) + b"{}\n")
    # fsspec leaves a file of its block cache for the interpreter to close.
    run = lint({**environment, "PYTHONWARNINGS": "ignore"}, "-f", "concise", f"{cache}::{url}")
    assert run.status == 1
    assert run.out == lint(environment, "-f", "concise", url).out


def test_many_small_objects(storage: ObjectStorage, environment: dict[str, str], is_long: bool, tally: Tally) -> None:
    count = 2000 if is_long else 200
    for number in range(count):
        storage.put(f"many/{number:04}.jsonl", good_line(number) + b"{}\n" * (number % 50 == 0))
    run = lint(environment, "-f", "json", "s3://bucket/many/")
    report = json.loads(run.out)
    assert [file["path"] for file in report["files"]] == [f"s3://bucket/many/{n:04}.jsonl" for n in range(count)]
    assert all(file["complete"] for file in report["files"])
    assert {one["path"] for one in report["findings"]} == {
        f"s3://bucket/many/{n:04}.jsonl" for n in range(0, count, 50)
    }
    tally.tried("small objects", count)


def test_a_large_object_is_never_held_as_a_whole(
    storage: ObjectStorage, environment: dict[str, str], tally: Tally
) -> None:
    line = request(1, "x" * 2000) + b"\n"
    small = storage.put("memory/small.jsonl", line * 10)
    large = storage.put("memory/large.jsonl", line * (32 * 2**20 // len(line)))
    packed = storage.put("memory/packed.jsonl.gz", gzip.compress(line * (32 * 2**20 // len(line)), 1))
    options = ("--ignore", "duplicate-custom-id", "--ignore", "file-too-large", "--jobs", "1")
    peaks = [lint_measured(environment, *options, url) for url in (small, large, packed)]
    assert [run.status for run in peaks] == [0, 0, 0]
    for run in peaks[1:]:
        assert run.peak - peaks[0].peak < 24
        tally.peak("MB resident, an object of 32 MB", run.peak)
