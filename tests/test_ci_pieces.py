"""The pieces for CI systems that the README shows: each parses, and the commands in them are ones that work."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from batchlint.rules.catalogue import address_of, rules
from batchlint.version import VERSION
from support import CASES, CHECKOUT, good_line, run

FOLDER = CASES / "ci"
HOOKS = CHECKOUT / ".pre-commit-hooks.yaml"


def load(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


def commands() -> Iterator[tuple[str, str]]:
    for step in load("github-actions.yml")["jobs"]["batchlint"]["steps"]:
        if "run" in step:
            yield "github-actions.yml", step["run"]
    for line in load("gitlab-ci.yml")["batchlint"]["script"]:
        yield "gitlab-ci.yml", line


@pytest.mark.parametrize("content", [good_line(1), b"[]\n"])
@pytest.mark.parametrize(("piece", "command"), [pair for pair in commands() if pair[1].startswith("batchlint ")])
def test_the_command_of_a_piece_works(piece: str, command: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_bytes(content)
    done = run(*shlex.split(command)[1:], folder=tmp_path)
    assert done.returncode == (content == b"[]\n"), (piece, done.stderr)
    assert (tmp_path / report_of(piece)).stat().st_size > 0


def report_of(piece: str) -> str:
    """The file that the piece hands to its system."""
    if piece == "gitlab-ci.yml":
        return str(load(piece)["batchlint"]["artifacts"]["reports"]["codequality"])
    upload = next(step for step in load(piece)["jobs"]["batchlint"]["steps"] if "upload-sarif" in step.get("uses", ""))
    return str(upload["with"]["sarif_file"])


def test_reports_are_kept_when_there_are_findings() -> None:
    steps = load("github-actions.yml")["jobs"]["batchlint"]["steps"]
    assert [step["if"] for step in steps if "upload-sarif" in step.get("uses", "")] == ["always()"]
    assert load("gitlab-ci.yml")["batchlint"]["artifacts"]["when"] == "always"


def test_the_piece_for_pre_commit_names_our_hook_and_version() -> None:
    (repo,) = load("pre-commit-config.yaml")["repos"]
    assert repo["rev"] == f"v{VERSION}"
    # One address in all places: the hook, the package's metadata, the pages that reports link to.
    rule = next(iter(rules().values()))
    assert f'Source = "{repo["repo"]}"\n' in (CHECKOUT / "pyproject.toml").read_text("utf-8")
    assert (address_of(rule) or "").startswith(f"{repo['repo']}/blob/v{VERSION}/docs/rules.md#")
    hooks = yaml.safe_load(HOOKS.read_text("utf-8"))
    assert {hook["id"] for hook in repo["hooks"]} <= {hook["id"] for hook in hooks}


def test_the_arguments_of_the_piece_for_pre_commit_work(tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_bytes(good_line(1))
    (hook,) = load("pre-commit-config.yaml")["repos"][0]["hooks"]
    assert run(*entry()[1:], *hook["args"], "requests.jsonl", folder=tmp_path).returncode == 0


def test_the_hook_passes_over_what_the_configuration_excludes(tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_bytes(b"[]\n")
    arguments = [*entry()[1:], "requests.jsonl"]
    assert run(*arguments, folder=tmp_path).returncode == 1
    (tmp_path / "batchlint.toml").write_text('exclude = ["requests.jsonl"]')
    assert run(*arguments, folder=tmp_path).returncode == 0


def entry() -> list[str]:
    """The command of the hook, which stays where a user sets other arguments."""
    (hook,) = yaml.safe_load(HOOKS.read_text("utf-8"))
    return shlex.split(hook["entry"])
