"""The choice of rules, configuration, excluding and baselines: ``cases/settings/*.json``.

Each case has files and steps. A step may change files, then calls the command in a folder with arguments,
standard input and environment, and says what is printed and the exit status. ``--rewrite`` writes what is printed.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from batchlint.version import VERSION
from support import CASES, clean_environment, run

FOLDER = CASES / "settings"
TOPICS = sorted(path.stem for path in FOLDER.glob("*.json"))


def cases(topic: str) -> list[dict[str, Any]]:
    return list(json.loads((FOLDER / f"{topic}.json").read_text("utf-8")))


@pytest.mark.parametrize(("topic", "name"), [(topic, case["name"]) for topic in TOPICS for case in cases(topic)])
def test_case(topic: str, name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    table = cases(topic)
    case = next(case for case in table if case["name"] == name)
    _lay_out(tmp_path, case["files"], [])
    for step in case["steps"]:
        _lay_out(tmp_path, step.get("files", {}), step.get("remove", []))
        done = run(
            *step["arguments"],
            stdin=step.get("stdin", "").encode(),
            folder=tmp_path / step.get("folder", "."),
            environment=clean_environment(**step.get("environment", {})),
        )
        printed = {
            "status": done.returncode,
            "stdout": _lasting(done.stdout),
            "stderr": _lasting(done.stderr),
        }
        if request.config.getoption("--rewrite"):
            step.update(printed)
        assert printed == {key: step[key] for key in printed}
    if request.config.getoption("--rewrite"):
        (FOLDER / f"{topic}.json").write_text(json.dumps(table, indent=2) + "\n", "ascii")


def _lasting(printed: bytes) -> list[str]:
    """The lines of `printed` without what changes with each new version, rule or profile."""
    text = printed.decode("ascii").replace(f'"version": "{VERSION}"', '"version": "VERSION"')
    text = re.sub(r"^# rules: \d+ on", "# rules: N on", text, flags=re.MULTILINE)
    return re.sub(r"there are: \w+@.*$", "there are: ...", text, flags=re.MULTILINE).splitlines()


def _lay_out(folder: Path, files: dict[str, str], gone: list[str]) -> None:
    for name in gone:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
