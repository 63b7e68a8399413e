"""Golden runs of the command: ``cases/command/NAME/``, described in ``cases/README.md``."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from batchlint.version import VERSION
from support import CASES, run

FOLDER = CASES / "command"
STREAMS = ("stdout", "stderr")


def runs() -> list[tuple[str, str]]:
    return [
        (folder.name, name)
        for folder in sorted(FOLDER.iterdir())
        for name in json.loads((folder / "case.json").read_text("utf-8"))["runs"]
    ]


@pytest.mark.parametrize(("case", "name"), runs())
def test_run(case: str, name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = FOLDER / case
    wanted = json.loads((folder / "case.json").read_text("utf-8"))["runs"][name]
    # A copy, so that nothing but the inputs lies below the folder and nothing of the checkout can change.
    inputs = tmp_path / "inputs"
    shutil.copytree(folder, inputs, ignore=shutil.ignore_patterns("case.json", "*.stdout", "*.stderr"))
    stdin = (inputs / wanted["stdin"]).read_bytes() if "stdin" in wanted else b""
    done = run(*wanted["arguments"], stdin=stdin, folder=inputs)
    printed = {"stdout": done.stdout, "stderr": done.stderr}
    for stream in STREAMS:
        golden = folder / f"{name}.{stream}"
        text = printed[stream].decode("ascii").replace(f'"version": "{VERSION}"', '"version": "VERSION"')
        if request.config.getoption("--rewrite"):
            golden.write_text(text, "ascii", newline="") if text else golden.unlink(missing_ok=True)
        assert text == (golden.read_text("ascii") if golden.exists() else "")
    assert done.returncode == wanted["status"]


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{case}{os.sep}{name}.{stream}" for case, name in runs() for stream in STREAMS}
    present = {str(path.relative_to(FOLDER)) for stream in STREAMS for path in FOLDER.glob(f"*/*.{stream}")}
    assert present <= expected
