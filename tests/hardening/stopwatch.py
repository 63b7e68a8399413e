"""Runs the command several times in one process and tells what each run cost.

Seconds are those of this machine and of one of the pace for which the bounds were set.

Run as a script it is a server that has imported the command: a case a line on standard input, a JSON object of the
arrays of arguments (`runs`), the file for what they print and that for what they cost, JSON lines; the exit status on
standard output. Each case is a fork of the server, so that its memory is its own. The first of its runs imports
what this kind of input needs, and is none to be compared.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from typing import Any

from batchlint.command.main import main

PATIENCE = 900
"""Seconds after which a case is ended."""

REFERENCE_SECONDS = 0.025
"""What `reference` takes on the machine on which the bounds were set."""

_ROWS = json.dumps([{"custom_id": f"{number}", "body": {"messages": [{"role": "user"}] * 5}} for number in range(1000)])


def reference() -> float:
    """How many times as long as the machine of the bounds this one takes now for what any reader of JSON does.

    Beside other work it changes from one moment to the next, also in processor time.
    """
    before = time.process_time()
    for _ in range(10):
        rows = json.loads(_ROWS)
        sum(len(member) for row in rows for member in row["body"]["messages"])
    return (time.process_time() - before) / REFERENCE_SECONDS


def measured(arguments: list[str], pace: float) -> tuple[dict[str, float], float]:
    """Seconds of processor time of one run, here and on the machine of the bounds, and what else can be seen of it.

    Args:
        arguments: of the command.
        pace: what `reference` told right before.

    Returns:
        These, the exit status, lines printed and peak memory so far in kibibytes; what `reference` tells right after.
    """
    where = sys.stdout.buffer.tell()
    before = time.process_time()
    status = main(arguments)
    seconds = time.process_time() - before
    after = reference()
    sys.stdout.buffer.flush()
    findings = 0
    with open(f"/dev/fd/{sys.stdout.fileno()}", "rb") as printed:
        printed.seek(where)
        while piece := printed.read(1 << 20):
            findings += piece.count(b"\n")
    return {
        "here": seconds,
        "seconds": seconds / max(1.0, pace, after),
        "status": status,
        "findings": findings,
        "peak": peak(),
    }, after


def peak() -> int:
    """The most memory that this process had, in kibibytes."""
    # The measure of the system begins with that of the process which this one was forked from.
    with suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _run(case: dict[str, Any]) -> None:
    """The life of a fork."""
    signal.alarm(PATIENCE)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(case["printed"], os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666), 1)
    with open(case["costs"], "w", encoding="ascii") as costs:
        main(case["runs"][0])
        pace = reference()
        for arguments in case["runs"][1:]:
            cost, pace = measured(arguments, pace)
            costs.writelines((json.dumps(cost), "\n"))


def _serve() -> None:
    for line in iter(sys.stdin.readline, ""):
        process = os.fork()
        if not process:
            status = 70
            try:
                _run(json.loads(line))
                status = 0
            finally:
                os._exit(status)
        _, ended = os.waitpid(process, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(ended)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
