"""What the tests of a cluster share: one of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest
from dask_cluster import DaskCluster

from object_storage import ObjectStorage, object_storage


@pytest.fixture
def start_cluster(tmp_path: Path) -> Iterator[Callable[..., DaskCluster]]:
    """Starts a cluster that ends with the test; the arguments are those of `DaskCluster` behind the folder."""
    _need_distributed()
    with ExitStack() as stack:

        def start(**environment: str) -> DaskCluster:
            folder = tmp_path / "workers"
            folder.mkdir()
            cluster = DaskCluster(folder, **environment)
            stack.callback(cluster.close)
            return cluster

        yield start


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A cluster of two workers."""
    _need_distributed()
    cluster = DaskCluster(tmp_path_factory.mktemp("workers"))
    try:
        cluster.add_worker()
        cluster.add_worker()
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def storage() -> Iterator[ObjectStorage]:
    """An S3 server in a process of its own."""
    with object_storage() as server:
        yield server


def _need_distributed() -> None:
    if find_spec("distributed") is None:
        pytest.skip("distributed is not installed")
    if not Path("/proc/self/stat").exists():
        pytest.skip("the system lists no processes in /proc")
