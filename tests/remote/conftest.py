"""What the tests of remote inputs share: servers on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sitecustomize import loopback

from faulty_store import Store
from object_storage import ObjectStorage, need, object_storage


@pytest.fixture(scope="session")
def storage() -> Iterator[ObjectStorage]:
    """An S3 server in a process of its own."""
    with object_storage() as server:
        yield server


@pytest.fixture
def store() -> Iterator[Store]:
    """A server of files in this process that can be told to fail."""
    need("fsspec", "aiohttp", "s3fs")
    with loopback(), Store() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory to run the command in."""
    place = tmp_path / "project"
    place.mkdir()
    return place
