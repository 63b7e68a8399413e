"""README.md: every command that it shows is run, and prints what it shows.

In a block of ``console`` a line that begins with ``$`` is a command, and what follows is what it prints, up to the
next command. ``$ echo $?`` shows the exit status of the one before. Commands run in a copy of the files that git
would ship; those that set up an environment are left to ``.ci/run``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import CHECKOUT, clean_environment

README = (CHECKOUT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETS_UP = re.compile(r"\bpip install\b|\bpython3? -m venv\b|\bpre-commit\b|\bpip download\b")


def blocks() -> list[list[tuple[str, str]]]:
    """For each block its commands with what they print."""
    found = []
    for block in BLOCK.findall(README):
        parts = re.split(r"^\$ ((?:.*\\\n)*.*)\n", block, flags=re.MULTILINE)
        assert not parts[0].strip(), f"a block of console begins with a command, not with: {parts[0]}"
        found.append(list(zip(parts[1::2], parts[2::2], strict=True)))
    return found


RUN = [pair for pair in ([each for each in block if not SETS_UP.search(each[0])] for block in blocks()) if pair]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The checkout as a new clone has it, and ``batchlint`` as a command."""
    copy = tmp_path / "clone"
    copy.mkdir()
    for name in ("schemas", "tests", "validator", "README.md", "pyproject.toml"):
        if (CHECKOUT / name).is_dir():
            shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy(CHECKOUT / name, copy / name)
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "batchlint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m batchlint "$@"\n')
    (commands / "batchlint").chmod(0o755)
    (commands / "python").symlink_to(sys.executable)
    return copy


@pytest.mark.parametrize("block", RUN, ids=lambda block: block[0][0][:60])
def test_what_the_readme_shows(block: list[tuple[str, str]], folder: Path) -> None:
    environment = clean_environment(COLUMNS="100")
    environment["PATH"] = os.pathsep.join((str(folder.parent / "bin"), environment["PATH"]))
    # One shell for the whole block, so that $? and the folder are those of the command before.
    marker = "----- end of command -----"
    script = "".join(
        f"{command}\nbatchlint_status=$?; echo '{marker}'; (exit $batchlint_status)\n" for command, _ in block
    )
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    printed = done.stdout.decode("utf-8").split(f"{marker}\n")[:-1]
    assert [text.strip("\n") for text in printed] == [text.strip("\n") for _, text in block]


@pytest.mark.parametrize("code", PYTHON.findall(README))
def test_what_the_readme_programs(code: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=clean_environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_every_file_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"\btests/[\w./-]+\w", README))
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


def test_the_readme_and_ci_run_the_same_commands() -> None:
    """The two commands for a fresh machine stand in README.md; ``.ci/run`` calls that for the tests."""
    ci = (CHECKOUT / ".ci" / "run").read_text("utf-8")
    (tests,) = re.findall(r"^readme_tests='(.*)'$", ci, re.MULTILINE)
    (lint,) = re.findall(r"^readme_lint='(.*)'$", ci, re.MULTILINE)
    assert tests in README
    assert lint in README
