"""At which line a worker died: its range is judged once more by a process that tells each line before it judges it."""

from __future__ import annotations

import os
from contextlib import suppress
from multiprocessing.connection import Connection

from batchlint.engine.options import EngineOptions
from batchlint.engine.ranges import Range, judge_range
from batchlint.engine.workers import one_process


def line_of_death(options: EngineOptions, task: Range) -> int | None:
    """The byte at which the line begins that ends the process which judges it; None where none does.

    Then the data are not the cause: the system may have ended the worker, for want of memory.
    """
    last = task.start
    with one_process(_trace, options, task) as lines, suppress(EOFError, OSError):
        while True:
            told: int | None = lines.recv()
            if told is None:
                return None
            last = told
    return last


def _trace(lines: Connection, options: EngineOptions, task: Range) -> None:
    with suppress(Exception):
        judge_range(options, task, on_line=lines.send)
    lines.send(None)
    # Not sys.exit: a forked process holds a copy of what its parent has not yet written out.
    os._exit(0)
