"""Who judges the inputs of a run: this process, processes of this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from batchlint.engine.cutting import ELSEWHERE, usable_cores
from batchlint.engine.driver import Driver

if TYPE_CHECKING:
    # Loaded with the first file that is worth it.
    from batchlint.engine.lane import Lane

_EACH = 2
"""Ranges for each process that may be judged or waiting for one; it bounds the memory."""


@contextmanager
def workforce(jobs: int | None, cluster: str | None, max_findings: int | None) -> Iterator[Driver]:
    """What judges the inputs.

    Args:
        jobs: processes of this machine for a large file; None for as many as it has cores.
        cluster: the address of a scheduler, which takes the place of those; or None.
        max_findings: so many findings of each input are wanted, the others may be only counted; None for all.

    Raises:
        MissingPartError, UsageError, VersionError: the cluster cannot be used.
    """
    if cluster is not None:
        from batchlint.cluster import connected

        with (
            connected(cluster) as found,
            Driver(lambda: found.lane, ELSEWHERE, in_flight=found.in_flight, max_findings=max_findings) as driver,
        ):
            yield driver
        return
    processes = jobs or usable_cores()

    def open_lane() -> Lane:
        from batchlint.engine.workers import lane_of

        return lane_of(processes)

    with Driver(
        open_lane if processes > 1 else None, in_flight=_EACH * processes, jobs=processes, max_findings=max_findings
    ) as driver:
        yield driver
