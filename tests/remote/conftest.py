"""What the tests of remote inputs share: servers on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from sitecustomize import loopback

from faulty_store import Store
from object_storage import ObjectStorage
from support import clean_environment


@pytest.fixture(scope="session")
def storage() -> Iterator[ObjectStorage]:
    """An S3 server in a process of its own."""
    _need("s3fs", "moto", "flask")
    # Without the lookup of its own host's name, for which there is no network.
    code = "import socket; socket.getfqdn = str; from moto.server import main; main(['-H', '127.0.0.1', '-p', '0'])"
    command = [sys.executable, "-c", code]
    environment = {**clean_environment(BATCHLINT_TEST_LOOPBACK="1", HOME=os.devnull), "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment) as process:
        assert process.stderr is not None
        port = None
        while port is None and (line := process.stderr.readline()):
            port = re.search(rb"Running on http://127\.0\.0\.1:(\d+)", line)
        assert port is not None, "the S3 server did not start"
        # What it says of each request must not fill the pipe.
        drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL)
        yield ObjectStorage(int(port[1]))
        process.kill()
        drain.wait()


@pytest.fixture
def store() -> Iterator[Store]:
    """A server of files in this process that can be told to fail."""
    _need("fsspec", "aiohttp", "s3fs")
    with loopback(), Store() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory to run the command in."""
    place = tmp_path / "project"
    place.mkdir()
    return place


def _need(*modules: str) -> None:
    # Not imported: this process keeps no thread of fsspec, and nothing that looks for a network.
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; the extra batchlint[test] brings it")
