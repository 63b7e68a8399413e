"""The benchmarks run, and leave out what is not installed; their figures are nobody's test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import batchlint

RUN = Path(__file__).parent / "benchmarks" / "run.py"


def test_a_quick_run_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    path = os.pathsep.join(filter(None, (str(Path(batchlint.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    figures = tmp_path / "figures.json"
    run = subprocess.run(
        [sys.executable, str(RUN), "--quick", "--only", "completions", "--json", str(figures), "--markdown"],
        capture_output=True,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path},
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert b"| completions | batchlint |" in run.stdout
    assert b"left out: ajv over readline" in run.stdout
    report = json.loads(figures.read_bytes())
    assert {"batchlint", "json.loads", "orjson + jsonschema-rs"} <= {row["command"] for row in report["figures"]}
    assert all(row["median_seconds"] > 0 and row["peak_bytes"] > 1_000_000 for row in report["figures"])
    assert len(report["targets"]) == 11


def test_the_reckoning_of_many_machines_runs(tmp_path: Path) -> None:
    path = os.pathsep.join(filter(None, (str(Path(batchlint.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    figures = tmp_path / "figures.json"
    run = subprocess.run(
        [sys.executable, str(RUN.with_name("cluster.py")), "--quick", "--json", str(figures)],
        capture_output=True,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path},
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert b"| 1,000 | " in run.stdout
    report = json.loads(figures.read_bytes())
    runs = [*report["objects"], report["ranges"], report["tiny"]]
    assert [row["workers"] for row in report["objects"]] == [1, 10, 100, 1000]
    assert all(row["driver"] > 0 and row["peak"] < 200 for row in runs)
