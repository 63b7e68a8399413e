"""A server that speaks S3, as the tests use it, and the environment of a process that finds it."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import pytest
from sitecustomize import loopback

from support import clean_environment

BUCKET = "bucket"


class ObjectStorage:
    """A server that speaks S3, and what is put into it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._send("PUT", f"/{BUCKET}", b"")

    def put(self, key: str, body: bytes) -> str:
        """Stores an object and returns its URL."""
        self._send("PUT", f"/{BUCKET}/{urllib.parse.quote(key)}", body)
        return f"s3://{BUCKET}/{key}"

    def _send(self, method: str, path: str, body: bytes) -> None:
        with loopback():
            # moto takes any signature.
            scope = "AKID/20260101/us-east-1/s3/aws4_request"
            headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            answer.read()
        assert answer.status == 200, answer.status


@contextmanager
def object_storage() -> Iterator[ObjectStorage]:
    """An S3 server in a process of its own."""
    need("s3fs", "moto", "flask")
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


def need(*modules: str) -> None:
    """Skips a test where one of `modules` is not installed."""
    # Not imported: this process keeps no thread of fsspec, and nothing that looks for a network.
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; the extra batchlint[test] brings it")


def s3_environment(endpoint: str, **options: object) -> dict[str, str]:
    """The environment of a process that finds S3 at `endpoint` and nowhere else; `options` are those of s3fs."""
    return clean_environment(
        BATCHLINT_TEST_LOOPBACK="1",
        AWS_ACCESS_KEY_ID="AKID",
        AWS_SECRET_ACCESS_KEY="secret",  # noqa: S106  # no server checks it
        AWS_DEFAULT_REGION="us-east-1",
        AWS_EC2_METADATA_DISABLED="true",
        HOME=os.devnull,
        FSSPEC_S3=json.dumps({"endpoint_url": endpoint, **options}),
    )
