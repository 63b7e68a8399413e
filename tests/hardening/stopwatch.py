"""Runs the command several times in one process and prints what each run cost, as JSON lines on standard error.

Seconds are those of a machine of the pace for which the bounds were set.

Usage: ``python stopwatch.py FILE``, where FILE holds a JSON array of arrays of arguments. The output of the runs
is discarded. The first run imports what is imported once, and is none to be compared.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import suppress

from batchlint.command.main import main

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


def measured(arguments: list[str]) -> dict[str, float]:
    """Seconds of processor time of one run, exit status, lines printed, and peak memory so far in kibibytes."""
    pace = reference()
    where = sys.stdout.buffer.tell()
    before = time.process_time()
    status = main(arguments)
    seconds = time.process_time() - before
    pace = max(1.0, pace, reference())
    sys.stdout.buffer.flush()
    findings = 0
    with open(f"/dev/fd/{sys.stdout.fileno()}", "rb") as printed:
        printed.seek(where)
        while piece := printed.read(1 << 20):
            findings += piece.count(b"\n")
    return {
        "seconds": seconds / pace,
        "status": status,
        "findings": findings,
        "peak": peak(),
    }


def peak() -> int:
    """The most memory that this process had, in kibibytes."""
    # The measure of the system begins with that of the process which this one was forked from.
    with suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as _file:
        _runs = json.load(_file)
    for _arguments in _runs:
        print(json.dumps(measured(_arguments)), file=sys.__stderr__, flush=True)
