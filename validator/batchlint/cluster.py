"""A Dask cluster as what runs the work. Imported only where one is named."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from batchlint.engine.lane import Executor, Lane
from batchlint.errors import MissingPartError, UsageError, VersionError
from batchlint.escaping import show
from batchlint.version import VERSION

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 10.0
"""Seconds that a scheduler, and a first worker, are waited for."""

_END = 5.0
"""Seconds that the cluster has to take leave."""

_EACH = 4
"""Pieces of work for each thread of the workers that may be sent and not yet answered."""


_CONFIGURATION = {
    # Records of ids go to the worker that compares them, some MB at a time.
    "distributed.admin.large-graph-warning-threshold": "1GB",
    # So long a scheduler that is gone is looked for, in seconds.
    "distributed.comm.timeouts.connect": "10s",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that answers.

    Attributes:
        lane: the way to its workers.
        in_flight: how many pieces of work keep them all busy.
    """

    lane: Lane
    in_flight: int


@contextmanager
def connected(address: str, patience: float = PATIENCE) -> Iterator[Cluster]:
    """The cluster whose scheduler is at `address`, such as ``tcp://host:8786``; it is left when the context is.

    Raises:
        MissingPartError: the package ``distributed`` is not installed.
        UsageError: no scheduler answers there, or it has no worker.
        VersionError: a worker has another version of batchlint, or none.
    """
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise MissingPartError("--cluster needs: pip install 'batchlint[dask]'") from None
    from distributed.comm.addressing import parse_address
    from distributed.comm.registry import get_backend

    _silence()
    shown = show(address, 100)
    try:
        get_backend(parse_address(address, strict=True)[0])
    except ValueError:
        raise UsageError(f"--cluster: {shown} is no address of a scheduler, such as tcp://host:8786") from None
    dask.config.set(_CONFIGURATION)
    try:
        client = Client(address, timeout=patience, set_as_default=False, name="batchlint")
    except (OSError, ValueError):
        raise UsageError(f"no scheduler of a Dask cluster answers at {shown}") from None
    try:
        try:
            client.wait_for_workers(1, timeout=patience)
        except OSError:
            raise UsageError(f"the cluster at {shown} has no worker") from None
        _compare_versions(client)
        threads = sum(client.nthreads().values())
        executor = cast(Executor, client.get_executor(pure=False))
        yield Cluster(Lane(executor), max(16, _EACH * threads))
    finally:
        client.close(timeout=_END)


def _compare_versions(client: Client) -> None:
    """Raises VersionError unless all workers have this version."""

    # A function within another is sent as it is: a worker need not know this module.
    def version() -> str | None:
        try:
            import batchlint
        except ImportError:
            return None
        return batchlint.__version__

    found: Counter[str | None] = Counter(client.run(version).values())
    for other, count in found.items():
        if other != VERSION:
            has = "no batchlint" if other is None else f"batchlint {show(str(other), 40)}"
            workers = f"{count:,} worker{' has' if count == 1 else 's have'}"
            raise VersionError(f"this is batchlint {VERSION}, but {workers} {has}; install the same version")


def _silence() -> None:
    """Keeps the messages of distributed from standard error, where each failure is one line of ours."""
    for name in ("distributed", *(name for name in logging.root.manager.loggerDict if name.startswith("distributed."))):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
