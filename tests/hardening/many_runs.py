"""Runs the command many times in one process and writes down what each run printed.

Usage: ``python many_runs.py FILE``, where FILE holds a JSON array of {"arguments", "environment", "folder"}. Prints a
JSON line for each: its exit status and both streams, in base64.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys

from batchlint.command.main import main


def recorded(arguments: list[str], environment: dict[str, str], folder: str) -> dict[str, object]:
    """One run."""
    streams = {"stdout": io.BytesIO(), "stderr": io.BytesIO()}
    os.chdir(folder)
    before = dict(os.environ)
    os.environ.update(environment)
    sys.stdout = io.TextIOWrapper(streams["stdout"], "utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(streams["stderr"], "utf-8", "backslashreplace", write_through=True)
    sys.stdin = io.TextIOWrapper(io.BytesIO(b"{}\n"), "utf-8")
    try:
        status = main(arguments)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return {"status": status, **{name: base64.b64encode(each.getvalue()).decode() for name, each in streams.items()}}


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as _file:
        _runs = json.load(_file)
    for _run in _runs:
        print(json.dumps(recorded(**_run)), file=sys.__stdout__)
