"""Help texts, and what a shell completes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from batchlint.command.grouped import OTHER, PREFIX, GroupedCommand, GroupedOption
from batchlint.command.main import cli
from batchlint.documents.profile import profile_names
from batchlint.rules.catalogue import rules
from support import CHECKOUT, clean_environment, run

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


@pytest.mark.parametrize("name", ["", "schema", "config"])
def test_summaries_of_commands_are_not_cut(name: str) -> None:
    assert [line for line in help_of(*name.split())[1:] if line.endswith("...")] == []


@pytest.mark.parametrize("name", ["", "schema", "config"])
def test_without_a_command_there_is_the_help_on_standard_error(name: str) -> None:
    done = run(*name.split(), environment=clean_environment(COLUMNS="80"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode("ascii").splitlines() == help_of(*name.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["lnit", "a.jsonl"], 'there is no command "lnit"; did you mean "lint"?'),
        (["check"], 'there is no command "check"; there are: config, explain, lint, rules, schema, split'),
        (["a.jsonl"], 'there is no command "a.jsonl"; did you mean "batchlint lint a.jsonl"?'),
        (["."], 'there is no command "."; did you mean "batchlint lint ."?'),
        (["schema", "a.jsonl"], 'there is no command "a.jsonl"; there are: check, diff, drift, list, show'),
        (["\x1b[31m##[x]"], 'there is no command "\\u001b[31m\\u0023\\u0023[x]"; there are: config, '),
    ],
)
def test_a_command_that_does_not_exist(arguments: list[str], told: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    done = run(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode("ascii").startswith(f"batchlint: error: {told}")
    assert done.stderr.count(b"\n") == 1


def options_of(command: click.Command, name: str = "batchlint") -> Iterator[tuple[str, click.Option]]:
    """All options with the command that they belong to, but for --help and --version, which do something else."""
    for option in command.params:
        if isinstance(option, click.Option) and not option.is_eager:
            yield name, option
    if isinstance(command, click.Group):
        for each in sorted(command.commands):
            yield from options_of(command.commands[each], f"{name} {each}")


OPTIONS = list(options_of(cli))


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=lambda each: each if isinstance(each, str) else each.name)
def test_each_option_says_its_default(name: str, option: click.Option) -> None:
    assert name
    assert option.show_default or re.search(r"\[default: .+\]$", option.help or "")


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=lambda each: each if isinstance(each, str) else each.name)
def test_each_option_stands_in_the_reference(name: str, option: click.Option) -> None:
    text = (CHECKOUT / "README.md").read_text("utf-8").partition("\n## Reference\n")[2]
    # Of a switch the way is named that is not the default.
    names = [*option.opts, *option.secondary_opts]
    found = [each for each in names if re.search(rf"(?<![\w-]){each}(?![\w-])", text)]
    assert len(found) >= len(option.opts), f"{name} {names}"


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
    "a document": (("schema", "show", "together/2026-02-15/l"), ["together/2026-02-15/line"]),
    "a file": (("lint", "a.js"), ["a.js"]),
    "the file of an option": (("lint", "--write-baseline", "a.js"), ["a.js"]),
    # bash ends words at a colon and at the sign between a name and a value.
    "a value behind its option": (("lint", "--output-format", "=", "json-"), ["json-lines"]),
    "a value that is yet to begin": (("lint", "--fail-level", "="), ["error", "warning", "info"]),
    "a level to bash": (("lint", "--severity", "blank-line", "=", "w"), ["warning"]),
    "all levels to bash": (("lint", "--severity", "blank-line", "="), ["error", "warning", "info", "off"]),
    "a level behind its option to bash": (("lint", "--severity", "=", "blank-line", "=", "w"), ["warning"]),
    "the file of a format to bash": (("lint", "-f", "sarif", ":", "a.js"), ["a.js"]),
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


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_value_behind_its_option_keeps_the_option(shell: str) -> None:
    assert completed("batchlint", "lint", "--output-format=json-", shell=shell) == ["--output-format=json-lines"]
    assert completed("batchlint", "lint", "--severity=blank-line=w", shell=shell) == ["--severity=blank-line=warning"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("batchlint explain blank-", "blank-line"),
        ("batchlint lint --severity blank-line = w", "warning"),
        ("batchlint lint --severity blank-l", "blank-line="),
        ("batchlint lint --select file,blank-", "file,blank-line"),
    ],
)
def test_bash_offers(words: str, wanted: str, folder_of_commands: str) -> None:
    script = run(environment=clean_environment(_BATCHLINT_COMPLETE="bash_source")).stdout.decode()
    # Outside of a completion bash has no options of one.
    asked = f"compopt() {{ :; }}\nCOMP_WORDS=({words})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))"
    check = f'{script}\n{asked}\n_batchlint_completion batchlint\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    done = in_shell(["bash", "--norc", "-c", check], folder_of_commands)
    assert done.stdout.decode().splitlines() == [wanted]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("batchlint explain blank-", "blank-line\ta line is blank"),
        ("batchlint lint --select file,blank-", "file,blank-line\ta line is blank"),
        ("batchlint lint --output-format=sar", "--output-format=sarif\tSARIF 2.1.0 for code scanning"),
        ("batchlint lint no-such-file", ""),
    ],
)
def test_fish_offers(line: str, wanted: str, folder_of_commands: str) -> None:
    script = run(environment=clean_environment(_BATCHLINT_COMPLETE="fish_source")).stdout.decode()
    done = in_shell(["fish", "--no-config", "-c", f"{script}\ncomplete -C '{line}'"], folder_of_commands)
    assert done.stdout.decode().strip() == wanted


@pytest.fixture
def folder_of_commands(tmp_path: Path) -> str:
    """A folder in which ``batchlint`` is a command."""
    command = tmp_path / "batchlint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m batchlint "$@"\n')
    command.chmod(0o755)
    return str(tmp_path)


def in_shell(command: list[str], folder: str) -> subprocess.CompletedProcess[bytes]:
    environment = clean_environment(HOME=folder)
    environment["PATH"] = os.pathsep.join((folder, environment["PATH"]))
    return subprocess.run(command, capture_output=True, cwd=folder, env=environment, timeout=60, check=False)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_takes_its_script() -> None:
    script = run(environment=clean_environment(_BATCHLINT_COMPLETE="bash_source")).stdout.decode()
    check = f"set -e\n{script}\ncomplete -p batchlint"
    done = subprocess.run(["bash", "--norc", "-c", check], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
    assert b"_batchlint_completion" in done.stdout
