"""Help texts, and what a shell completes."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping

import click
import pytest

from batchlint.command.grouped import OTHER, PREFIX, GroupedCommand, GroupedOption
from batchlint.command.main import cli
from batchlint.documents.profile import profile_names
from batchlint.rules.catalogue import rules
from support import clean_environment, run

SCREEN = 24
SUBCOMMANDS = sorted(cli.commands)
GROUPED = {name: command for name, command in cli.commands.items() if isinstance(command, GroupedCommand)}


def help_of(*arguments: str, columns: int = 80) -> list[str]:
    done = run(*arguments, "--help", environment=clean_environment(COLUMNS=str(columns)))
    assert done.returncode == 0
    return done.stdout.decode("ascii").splitlines()


def test_the_first_help_fits_on_a_screen() -> None:
    lines = help_of()
    assert len(lines) <= SCREEN
    assert max(map(len, lines)) <= 80
    assert all(any(line.split()[:1] == [name] for line in lines) for name in SUBCOMMANDS)


def test_summaries_of_commands_are_not_cut() -> None:
    assert [line for line in help_of()[1:] if line.endswith("...")] == []


@pytest.mark.parametrize("columns", [60, 100])
def test_help_keeps_to_the_width(columns: int) -> None:
    text = help_of("lint", columns=columns)
    # Words that are longer than a column are not cut.
    assert [line for line in text if len(line) > columns and " " in line.strip()] == []


@pytest.mark.parametrize("name", sorted(GROUPED))
def test_each_option_says_its_default_and_stands_in_a_group(name: str) -> None:
    for option in GROUPED[name].params:
        if isinstance(option, click.Option):
            assert isinstance(option, GroupedOption), option.name
            assert re.search(r"\[default: .+\]$", option.help or ""), option.name
    headings = [line[:-1] for line in help_of(name) if re.fullmatch(r"[A-Z].*:", line)]
    assert headings == [heading for heading in GroupedCommand.headings if heading in headings]
    assert headings[-1] == OTHER


@pytest.mark.parametrize("name", sorted(GROUPED))
def test_variables_have_one_prefix_and_the_name_of_the_option(name: str) -> None:
    for option in GROUPED[name].params:
        if isinstance(option, GroupedOption) and option.envvar is not None:
            assert option.envvar == PREFIX + str(option.name).upper()


def completed(*words: str, shell: str = "bash") -> list[str]:
    """What is offered for the last of `words`."""
    line = " ".join(words)
    environment = {"bash": (line, str(len(words) - 1)), "zsh": (line, str(len(words) - 1)), "fish": (line, words[-1])}
    command_line, current = environment[shell]
    done = run(
        environment=clean_environment(
            COMP_WORDS=command_line, COMP_CWORD=current, _BATCHLINT_COMPLETE=f"{shell}_complete"
        )
    )
    assert done.returncode == 0
    text = done.stdout.decode("ascii")
    if shell == "zsh":
        return text.splitlines()[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in text.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_offers_rules(shell: str) -> None:
    wanted = [name for name in rules() if name.startswith("m")]
    assert wanted
    assert completed("batchlint", "explain", "m", shell=shell) == wanted


COMPLETED: Mapping[str, tuple[tuple[str, ...], list[str]]] = {
    "a list of rules": (("lint", "--select", "file,blank"), ["file,blank-line"]),
    "a family": (("lint", "--ignore", "synt"), ["syntax"]),
    "a rule and a level": (("lint", "--severity", "blank"), ["blank-line="]),
    "a level": (("lint", "--severity", "blank-line=w"), ["blank-line=warning"]),
    "a format": (("lint", "--output-format", "json-"), ["json-lines"]),
    "a severity": (("lint", "--fail-level", "w"), ["warning"]),
    "a command": (("expl",), ["explain"]),
    "an option": (("lint", "--extend-s"), ["--extend-select"]),
}


@pytest.mark.parametrize("name", sorted(COMPLETED))
def test_completion_offers(name: str) -> None:
    words, wanted = COMPLETED[name]
    assert completed("batchlint", *words) == wanted


def test_completion_offers_profiles() -> None:
    offered = completed("batchlint", "lint", "--profile", "together")
    assert offered == ["together", *(name for name in profile_names() if name.startswith("together@"))]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed(shell: str) -> None:
    done = run(environment=clean_environment(_BATCHLINT_COMPLETE=f"{shell}_source"))
    assert done.returncode == 0
    assert b"_BATCHLINT_COMPLETE" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_takes_its_script() -> None:
    script = run(environment=clean_environment(_BATCHLINT_COMPLETE="bash_source")).stdout.decode()
    check = f"set -e\n{script}\ncomplete -p batchlint"
    done = subprocess.run(["bash", "--norc", "-c", check], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
    assert b"_batchlint_completion" in done.stdout
