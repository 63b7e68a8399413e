"""Running a process and saying what it took."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """What one run of a process took.

    Attributes:
        seconds: from its start to its end.
        processor: of processor time, its own and that of the processes that it started.
        peak: the most memory that it, or the largest of the processes that it started, had at once, in bytes.
        status: its exit status.
        output: what it printed.
    """

    seconds: float
    processor: float
    peak: int
    status: int
    output: str


def timed(command: Sequence[str], output: Path) -> Run:
    """Runs `command` with its standard output in the file `output`; it must not be stopped by a signal.

    The system counts what this process has at the start of another one as that one's: this one stays small.
    """
    with output.open("wb") as file:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
        _, waited, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(waited)
    with output.open("rb") as file:
        text = file.read(2000).decode("utf-8", "replace")
    if process.returncode < 0 or "Traceback" in text:
        raise RuntimeError(f"{command} ended with {process.returncode}: {text}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, process.returncode, text)
