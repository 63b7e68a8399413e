"""The pre-commit hook, run by the real ``pre-commit`` in a small git repository.

Installing the hook's environment is the one thing in the suite that uses a network: ``pip`` fetches the packages
that the hook needs. The hook itself then runs without one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import CHECKOUT, OFFLINE, good_line

SHIPPED = ("LICENSE", "README.md", "pyproject.toml", ".pre-commit-hooks.yaml")
BAD = b'{"custom_id": "bad", "url": 1}\n'


def environment(home: Path, *, offline: bool) -> dict[str, str]:
    """An environment of its own: no settings of the user's git, and nothing of this checkout on the path."""
    values = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    # How pip reaches its packages is the machine's business.
    values |= {
        name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.lower().endswith("_proxy")
    }
    return values | ({"PYTHONPATH": str(OFFLINE)} if offline else {})


def call(*command: str, folder: Path, home: Path, offline: bool = True) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, cwd=folder, env=environment(home, offline=offline), capture_output=True, timeout=600, check=False
    )


def commit_all(folder: Path, home: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    call("git", "add", "--all", folder=folder, home=home)
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return call("git", *author, "commit", "--message", "change", *options, folder=folder, home=home)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    """A repository that uses the hook of this checkout as it is now, with the hook installed."""
    hooks = tmp_path_factory.mktemp("hooks")
    for name in SHIPPED:
        shutil.copy(CHECKOUT / name, hooks / name)
    for name in ("schemas", "validator"):
        shutil.copytree(CHECKOUT / name, hooks / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    call("git", "init", "--quiet", folder=hooks, home=home)
    assert commit_all(hooks, home).returncode == 0
    revision = call("git", "rev-parse", "HEAD", folder=hooks, home=home).stdout.decode().strip()

    user = tmp_path_factory.mktemp("repository")
    call("git", "init", "--quiet", folder=user, home=home)
    config = f"repos:\n  - repo: {hooks}\n    rev: {revision}\n    hooks:\n      - id: batchlint\n"
    (user / ".pre-commit-config.yaml").write_text(config)
    assert commit_all(user, home).returncode == 0
    installed = call(
        sys.executable, "-m", "pre_commit", "install", "--install-hooks", folder=user, home=home, offline=False
    )
    assert installed.returncode == 0, installed.stdout.decode()
    return user


def test_the_manifest_is_valid(home: Path) -> None:
    done = call(
        sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml", folder=CHECKOUT, home=home
    )
    assert done.returncode == 0, done.stdout


def test_a_commit_with_a_fault_is_refused(repository: Path, home: Path) -> None:
    (repository / "requests.jsonl").write_bytes(good_line(1) + BAD)
    done = commit_all(repository, home)
    assert done.returncode == 1
    printed = (done.stdout + done.stderr).decode()
    assert "batchlint....." in printed
    assert "exit code: 1" in printed
    assert "requests.jsonl:2:29: error wrong-type" in printed
    assert "Traceback" not in printed


def test_a_commit_without_a_fault_is_let_through(repository: Path, home: Path) -> None:
    (repository / "requests.jsonl").write_bytes(good_line(1))
    done = commit_all(repository, home)
    assert done.returncode == 0, done.stderr
    assert b"Passed" in done.stdout + done.stderr


def test_files_by_other_names_are_left_alone(repository: Path, home: Path) -> None:
    for name in ("data.json", "notes.txt", "requests.jsonl.bak"):
        (repository / name).write_bytes(BAD)
    done = commit_all(repository, home)
    assert done.returncode == 0
    assert b"(no files to check)Skipped" in done.stdout + done.stderr


def test_files_that_are_no_text_are_judged(repository: Path, home: Path) -> None:
    (repository / "utf-16.jsonl").write_bytes(good_line(1).decode().encode("utf-16"))
    (repository / "nul.jsonl").write_bytes(good_line(1) + b"\0\n")
    (repository / "with space.jsonl").write_bytes(BAD)
    call("git", "add", "--all", folder=repository, home=home)
    done = call(sys.executable, "-m", "pre_commit", "run", "--all-files", folder=repository, home=home)
    assert done.returncode == 1
    lines = done.stdout.decode()
    assert "utf-16.jsonl:1:1: error invalid-utf8" in lines
    assert "nul.jsonl:2:1: error invalid-json" in lines
    assert "with space.jsonl:1:29: error wrong-type" in lines


def test_many_files_are_judged_by_one_process(repository: Path, home: Path) -> None:
    for path in repository.glob("*.jsonl"):
        path.unlink()
    for number in range(300):
        (repository / f"part-{number:03}.jsonl").write_bytes(good_line(1) + BAD)
    call("git", "add", "--all", folder=repository, home=home)
    done = call(sys.executable, "-m", "pre_commit", "run", "--all-files", folder=repository, home=home)
    places = [line.split(":")[0] for line in done.stdout.decode().splitlines() if "wrong-type" in line]
    assert places == [f"part-{number:03}.jsonl" for number in range(300)]
