"""A Dask cluster of this machine: a scheduler and worker processes, as a user would start them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from support import clean_environment

# Without the lookup of its own host's name, for which there is no network.
_START = "import socket; socket.getfqdn = str; from distributed.cli.dask_{} import main; main()"
_QUIET = {
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s",
    "BATCHLINT_TEST_LOOPBACK": "1",
    "PYTHONWARNINGS": "ignore",
    "HOME": os.devnull,
}
HOOKS = Path(__file__).with_name("worker_hooks.py")
"""What workers run first: it makes some inputs deadly."""

LOOPBACK = {"BATCHLINT_TEST_LOOPBACK": "1"}


class DaskCluster:
    """A scheduler with workers, each a process below one that starts it anew when it dies."""

    def __init__(self, folder: Path, **environment: str) -> None:
        """Starts the scheduler.

        Args:
            folder: where workers put their files.
            environment: what its processes have in their environment beside the usual.
        """
        self._stack = ExitStack()
        self._folder = folder
        self._environment = environment
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler, address = self._start(
            "scheduler", rb"Scheduler at: +(tcp://\S+)", "--host", "127.0.0.1", "--port", "0"
        )
        self.address = address

    def add_worker(self, **environment: str) -> None:
        """Starts a worker with one thread and `environment`, and waits until the scheduler knows it."""
        arguments = (self.address, "--host", "127.0.0.1", "--nthreads", "1", "--local-directory")
        self._environment.update(environment)
        sign = rb"Registered to: +(tcp://\S+)"
        process, _ = self._start("worker", sign, *arguments, str(self._folder), "--preload", str(HOOKS))
        self.workers.append(process)

    def kill_worker(self, number: int) -> bool:
        """Kills the process that judges below a worker; returns whether there was one."""
        found = judging_below(self.workers[number].pid)
        for process in found:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return bool(found)

    def close(self) -> None:
        """Ends all its processes."""
        self._stack.close()

    def _start(self, part: str, sign: bytes, *arguments: str) -> tuple[subprocess.Popen[bytes], str]:
        log = self._folder / f"{part}-{len(self.workers)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-c", _START.format(part), *arguments, "--dashboard-address", "127.0.0.1:0"],
                stdout=file,
                stderr=file,
                env=clean_environment(**{**_QUIET, **self._environment}),
                cwd=self._folder,
                start_new_session=True,
            )
        self._stack.callback(_end, process)
        wait_until(lambda: re.search(sign, log.read_bytes()) or process.poll() is not None)
        found = re.search(sign, log.read_bytes())
        assert found is not None, f"the {part} did not start: {log.read_text()}"
        return process, found[1].decode()


def judging_below(process: int) -> list[int]:
    """The worker processes that the one that watches over them has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if fields[1] == str(process) and b"resource_tracker" not in command and fields[0] != "Z":
            found.append(int(folder.name))
    return found


def wait_until(holds: Callable[[], object], seconds: float = 60) -> None:
    """Waits until something holds; that it does not in `seconds` is a failure."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
