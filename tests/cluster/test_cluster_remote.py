"""A Dask cluster that reads object storage: the report of one machine, byte for byte."""

from __future__ import annotations

import gzip
import json
import mmap
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dask_cluster import LOOPBACK, DaskCluster
from sitecustomize import loopback
from test_cluster import RANGE, reports_of

import batchlint
from faulty_store import Store
from messy import messy_file, request
from object_storage import ObjectStorage, s3_environment
from support import run
from tally import Tally

Start = Callable[..., DaskCluster]


def with_storage(start: Start, environment: dict[str, str]) -> DaskCluster:
    """A cluster of two workers that find the object storage which `environment` names."""
    cluster = start(**{name: value for name, value in environment.items() if name.startswith(("AWS_", "FSSPEC_"))})
    cluster.add_worker()
    cluster.add_worker()
    return cluster


def lint(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return run("lint", *arguments, environment={**environment, **LOOPBACK})


def test_objects_have_the_report_of_one_machine(start_cluster: Start, storage: ObjectStorage, tmp_path: Path) -> None:
    environment = s3_environment(storage.url)
    rng = random.Random(3)
    for number in range(12):
        storage.put(f"run/{number:02}.jsonl", messy_file(rng, 40))
    storage.put("run/packed.jsonl.gz", gzip.compress(messy_file(rng, 400)))
    storage.put("run/cut.jsonl.gz", gzip.compress(messy_file(rng, 400))[:-20])
    local = tmp_path / "local.jsonl"
    local.write_bytes(messy_file(rng, 40))
    cluster = with_storage(start_cluster, environment)
    inputs = ("s3://bucket/run/*.jsonl", str(local), "s3://bucket/run/", "s3://bucket/nothing.jsonl")
    for options in (("-f", "json", "--statistics"), ("-f", "sarif", "--select", "schema", "--max-findings", "9")):
        here = lint(environment, *options, *inputs)
        there = lint(environment, *options, "--cluster", cluster.address, *inputs)
        assert len(here.stdout) > 10_000
        assert (there.stdout, there.stderr, there.returncode) == (here.stdout, here.stderr, 3)

    large = b"\n".join(request(rng.randrange(900), "x" * 900) for _ in range(4000))
    path = tmp_path / "large.jsonl"
    path.write_bytes(large)
    url = storage.put("large.jsonl", large)
    said, _ = reports_of(cluster, [url], environment).communicate(timeout=120)
    report = json.dumps(batchlint.validate(path).to_dict())
    assert len(large) > 4 * RANGE
    assert said.splitlines() == [report.replace(str(path), url)]


def test_an_object_that_is_replaced_while_a_worker_reads_it_is_damaged(start_cluster: Start) -> None:
    before = b"".join(request(number, "x" * 20_000) + b"\n" for number in range(900))
    with loopback(), Store() as store:
        store.put("bucket/f.jsonl", before)

        def replace(number: int) -> None:
            if number == 2:
                store.files["bucket/f.jsonl"] = b"{}\n"

        store.behaviour.before = replace
        environment = s3_environment(store.url)
        cluster = with_storage(start_cluster, environment)
        done = lint(environment, "-q", "-f", "json", "--cluster", cluster.address, "s3://bucket/f.jsonl")
    assert (done.returncode, done.stderr) == (3, b"")
    report = json.loads(done.stdout)
    assert [file["complete"] for file in report["files"]] == [False]
    (finding,) = report["findings"]
    assert (finding["rule"], finding["message"]) == ("damaged-input", "the file changed while it was read")


@contextmanager
def served(path: Path) -> Iterator[Store]:
    """A server of the file at `path`, of which it holds nothing; moto reads all of an object for each range."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        loopback(),
        Store() as store,
    ):
        store.files["bucket/large.jsonl"] = data
        yield store
        store.files.clear()


@pytest.mark.long
def test_a_gigabyte_has_one_report_wherever_it_lies_and_whoever_judges_it(
    start_cluster: Start, tmp_path: Path, tally: Tally
) -> None:
    path = tmp_path / "large.jsonl"
    plain = b"".join(request(number, "x" * 2000) + b"\n" for number in range(15_000))
    with path.open("wb") as file:
        for number in range(34):
            file.write(plain.replace(b'"custom_id": "r', b'"custom_id": "%d-r' % (number % 33)))
            file.write(messy_file(random.Random(number), 200)[2:] + b"\n")
    url = "s3://bucket/large.jsonl"
    with served(path) as store:
        environment = s3_environment(store.url)
        cluster = with_storage(start_cluster, environment)
        here = lint(environment, "-f", "json", "--jobs", "1", str(path))
        for where in (("--cluster", cluster.address, str(path)), (url,), ("--cluster", cluster.address, url)):
            there = lint(environment, "-f", "json", *where)
            expected = here.stdout if where[-1] != url else here.stdout.replace(str(path).encode(), url.encode())
            assert there.stdout == expected, where
            assert (there.stderr, there.returncode) == (here.stderr, here.returncode)
    assert here.returncode == 1
    tally.tried("bytes of a file that a cluster judged", path.stat().st_size)
