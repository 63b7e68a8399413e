"""A file from its ranges, where all its ids are kept here: findings go out as the parts come in."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.engine.arrival import Arrival
from batchlint.engine.driver import Judged, Outcome
from batchlint.engine.fold import Fold
from batchlint.engine.hidden import Hidden
from batchlint.engine.lane import DeathError
from batchlint.engine.run import Engine, FileRun, damage_of
from batchlint.reading.origins import Origin
from batchlint.reading.sources import OnRead
from batchlint.reading.version import CUT_SHORT, Version


def in_turn(
    engine: Engine, origin: Origin, version: Version, parts: Iterator[Arrival], on_read: OnRead | None
) -> Judged:
    """What is found in a file.

    Args:
        engine: judges it.
        origin: the file.
        version: what it has to be.
        parts: its parts in their order; their ids are sent as they are, and so have no records.
        on_read: is told of the bytes that were read.
    """
    run = FileRun(engine, origin.name)
    hidden = Hidden()
    damage: str | None = None
    try:
        with origin.open(version) as file:
            fold = Fold(engine, run, file)
            hidden = fold.hidden
            for task, part, _ in parts:
                yield from run.settled(fold.add(task, part))
                if on_read is not None:
                    on_read(task.end - task.start)
                damage = part.damage
                if damage is not None:
                    break
            if damage is None and run.progress.bytes < version.size:
                damage = CUT_SHORT
    except OSError as error:
        damage = damage_of(error)
    except DeathError as error:
        damage = error.told(run.progress.lines + 1)
    yield from run.finish(damage)
    return Outcome(run.report(damage), hidden)
