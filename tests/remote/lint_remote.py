"""The command over URLs, as a user calls it, and how much memory it took."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECRETS = ("secret-of-the-store", "hunter2", "X-Amz-Signature", "Traceback")
"""What no run may print: what a store says, passwords, signatures, and Python's own words."""


@dataclass(frozen=True)
class Ended:
    """A run that has ended; its texts hold nothing secret.

    Attributes:
        status: the exit status.
        out, err: what it wrote.
        peak: the most memory that its first process held, in MB.
    """

    status: int
    out: str
    err: str
    peak: float


def lint(environment: Mapping[str, str], *arguments: str, folder: Path | None = None) -> Ended:
    """Runs ``batchlint lint``."""
    return ended([sys.executable, "-m", "batchlint", "lint", *arguments], environment, folder)


def ended(command: list[str], environment: Mapping[str, str], folder: Path | None = None) -> Ended:
    """Runs `command` to its end, however long it takes to be stopped."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(environment), cwd=folder
    ) as process:
        out, err = process.communicate(timeout=900)
    for secret in SECRETS:
        assert secret not in out.decode() + err.decode(), err.decode()
    return Ended(process.returncode, out.decode(), err.decode(), 0.0)


PEAK = """
import resource, runpy, sys
sys.argv[0] = "batchlint"
try:
    runpy.run_module("batchlint", run_name="__main__")
finally:
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def lint_measured(environment: Mapping[str, str], *arguments: str) -> Ended:
    """The same, with its peak of memory."""
    run = ended([sys.executable, "-c", PEAK, "lint", *arguments], environment)
    err, _, peak = run.err.rpartition("peak ")
    return Ended(run.status, run.out, err, int(peak) / (2**20 if sys.platform == "darwin" else 2**10))


def under(name: str, report: str, path: str | os.PathLike[str]) -> str:
    """`report` about `path` as if that were called `name`."""
    return report.replace(os.fspath(path), name)
