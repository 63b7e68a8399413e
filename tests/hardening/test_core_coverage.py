"""No branch of the core goes untested, and what mutation testing changes is what is measured here."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from mutation import lay_out
from support import CHECKOUT, PACKAGE_PATH, RECORDS, clean_environment
from tally import Tally

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOOL = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]
MEASURED = [path.removeprefix("*/") for path in TOOL["coverage"]["run"]["include"]]


def environment(**more: str) -> dict[str, str]:
    """That of a run of tests within this one, which hears of its own processes only."""
    return {name: value for name, value in clean_environment(**more).items() if name != RECORDS}


def coverage(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coverage", *arguments],
        cwd=CHECKOUT,
        env=environment(COVERAGE_FILE=str(data)),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_no_branch_of_the_core_goes_untested(tmp_path: Path) -> None:
    data = tmp_path / "coverage"
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/hardening/core"]
    done = coverage("run", *tests, data=data)
    assert done.returncode == 0, done.stdout + done.stderr
    done = coverage("report", data=data)
    assert done.returncode == 0, done.stdout + done.stderr
    # A module that was not imported would not be reported at all.
    assert [path for path in MEASURED if path not in done.stdout] == []


@pytest.mark.long
@pytest.mark.skipif(find_spec("mutmut") is None, reason="mutmut is not installed: pip install -e '.[mutation]'")
def test_mutants_are_killed(tally: Tally) -> None:
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "tests" / "mutation.py"), "--seconds", "7200"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    total, *_ = next(line for line in done.stdout.splitlines() if line.startswith("all ")).split()[1:]
    tally.tried("mutants of the core", int(total))


def test_what_is_measured_is_what_is_changed() -> None:
    assert [f"src/{path}" for path in MEASURED] == TOOL["mutmut"]["only_mutate"]
    for path in MEASURED:
        assert (PACKAGE_PATH / path).is_file()


def test_the_tests_of_the_core_run_where_mutants_are_made(tmp_path: Path) -> None:
    lay_out(tmp_path)
    tests = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/hardening/core"]
    done = subprocess.run(
        [sys.executable, *tests],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(tmp_path / "src")),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
