"""What is imported: a small file must not wait for what only large or faulty ones need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import batchlint
from messy import request

MODULES = """
import json, runpy, sys
sys.argv[0] = "batchlint"
try:
    {statement}
finally:
    print(json.dumps(sorted(sys.modules)))
"""

COMMAND = 'runpy.run_module("batchlint", run_name="__main__")'

SLOW = {
    "jsonschema",
    "referencing",
    "rpds",
    "attrs",
    "multiprocessing",
    "ijson",
    "sqlite3",
    "concurrent.futures",
    "asyncio",
    "ssl",
    "urllib.request",
    "importlib.metadata",
    "xml",
    "logging",
    "tempfile",
    "batchlint.engine.road",
    "batchlint.engine.fold",
    "batchlint.engine.workers",
    "batchlint.policies",
    "batchlint.reading.remote",
    "fsspec",
    "batchlint.cluster",
    "batchlint.engine.lane",
    "dask",
    "distributed",
    "aiohttp",
    "batchlint.comparing",
}
"""What a clean small file never needs."""


def imported_by(statement: str, *arguments: str) -> set[str]:
    path = os.pathsep.join(filter(None, (str(Path(batchlint.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    # Not what the environment adds to every process: only what is imported on the way.
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path}
    before = run("pass", (), environment)
    return run(statement, arguments, environment) - before


def run(statement: str, arguments: tuple[str, ...], environment: dict[str, str]) -> set[str]:
    process = subprocess.run(
        [sys.executable, "-c", MODULES.format(statement=statement), *arguments],
        capture_output=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return set(json.loads(process.stdout.splitlines()[-1]))


@pytest.mark.parametrize("output_format", ["full", "concise", "json"])
def test_a_clean_small_file_imports_nothing_slow(output_format: str, tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(b"".join(request(number) + b"\n" for number in range(3)))
    modules = imported_by(COMMAND, "lint", "-f", output_format, str(path))
    assert not modules & SLOW
    # The road that a clean file takes was taken.
    assert {"orjson", "jsonschema_rs", "batchlint.engine.clean"} <= modules


def test_a_line_at_fault_imports_the_road_but_neither_jsonschema_nor_processes(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(request(1).replace(b'"POST"', b'"GET"') + b"\n")
    statement = f"import contextlib\n    with contextlib.suppress(SystemExit): {COMMAND}"
    modules = imported_by(statement, "lint", str(path))
    assert {"ijson", "batchlint.engine.road"} <= modules
    assert not modules & {"jsonschema", "referencing", "multiprocessing", "sqlite3"}


def test_importing_the_package_imports_none_of_its_dependencies() -> None:
    modules = imported_by("import batchlint")
    assert "batchlint" in modules
    assert not modules & {*SLOW, "click", "orjson", "jsonschema_rs", "json.tool", "dataclasses"}
