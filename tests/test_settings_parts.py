"""Invariants of the parts that settings are made of."""

from __future__ import annotations

import json
import os
import pickle
import resource
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import batchlint
from batchlint import Selection
from batchlint.command.grouped import GroupedOption
from batchlint.command.main import cli
from batchlint.documents.store import by_urn
from batchlint.reading.discovery import batch_files
from batchlint.reading.gitignore import GitIgnored
from batchlint.rules.catalogue import rules
from batchlint.rules.choice import ALL, FAMILIES, choose
from batchlint.settings.check import URN
from batchlint.settings.places import line_of
from batchlint.settings.toml import parse_toml
from batchlint.settings.values import RUN_KEYS, Settings, default_of
from support import COMMAND, clean_environment, good_line, run

NAMES = st.sampled_from([*rules(), *FAMILIES, ALL])
LISTS = st.lists(NAMES, max_size=4).map(tuple)
LEVELS = st.sampled_from(["error", "warning", "info", "off"])
SELECTIONS = st.builds(
    Selection, st.none() | LISTS, LISTS, LISTS, st.lists(st.tuples(st.sampled_from([*rules()]), LEVELS)).map(tuple)
)
OFF_IN_PROFILE = st.sets(st.sampled_from([*rules()]), max_size=3)


@given(OFF_IN_PROFILE, st.lists(SELECTIONS, max_size=3))
def test_what_is_said_twice_is_said_once(off: set[str], selections: list[Selection]) -> None:
    once = choose(rules(), off, selections)
    if selections:
        assert choose(rules(), off, [*selections, selections[-1]]) == once
    assert pickle.loads(pickle.dumps(once)) == once  # noqa: S301  # our own bytes


@given(OFF_IN_PROFILE, st.lists(SELECTIONS, max_size=3), SELECTIONS)
def test_select_forgets_what_weaker_sources_chose(off: set[str], weaker: list[Selection], last: Selection) -> None:
    last = last._replace(select=last.select or ())
    assert choose(rules(), off, [*weaker, last]).on == choose(rules(), off, [last]).on


@given(OFF_IN_PROFILE, SELECTIONS, st.randoms())
def test_the_order_within_a_source_says_nothing(off: set[str], selection: Selection, random: st.randoms) -> None:  # type: ignore[valid-type]
    def shuffled(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if names is None else tuple(random.sample(names, len(names)))  # type: ignore[attr-defined]

    other = selection._replace(
        select=shuffled(selection.select),
        extend_select=shuffled(selection.extend_select) or (),
        ignore=shuffled(selection.ignore) or (),
    )
    assert choose(rules(), off, [other]) == choose(rules(), off, [selection])


@given(OFF_IN_PROFILE)
def test_all_and_nothing(off: set[str]) -> None:
    assert choose(rules(), off, []).on == {name for name, rule in rules().items() if rule.default} - off
    assert choose(rules(), off, [Selection(select=(ALL,))]).on == set(rules())
    assert choose(rules(), off, [Selection(ignore=(ALL,))]).on == set()
    for name in rules():
        assert choose(rules(), off, [Selection(select=(name,))]).on == {name}
        assert name not in choose(rules(), off, [Selection(ignore=(name,))]).on


def test_a_rule_that_is_off_by_default_is_on_where_it_is_named() -> None:
    table = {name: rule._replace(default=name != "blank-line") for name, rule in rules().items()}
    for selection, is_on in (
        (Selection(), False),
        (Selection(select=("syntax",)), False),
        (Selection(severity=(("blank-line", "error"),)), False),
        (Selection(select=("all",)), True),
        (Selection(extend_select=("blank-line",)), True),
    ):
        assert ("blank-line" in choose(table, (), [selection]).on) == is_on


def test_the_library_takes_a_selection(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"[]\n\n")
    report = batchlint.validate(path, rules=Selection(ignore=("not-an-object",), severity=(("blank-line", "error"),)))
    assert [(finding.rule, finding.severity) for finding in report.findings] == [("blank-line", "error")]
    assert [finding.rule for finding in batchlint.iter_findings(path, rules=Selection(("blank-line",)))] == [
        "blank-line"
    ]
    assert batchlint.validate_request({}, rules=Selection(ignore=("schema",))) == []
    with pytest.raises(batchlint.UsageError, match="did you mean"):
        batchlint.iter_findings(path, rules=Selection(("blank-lines",)))


KEYS = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=6, unique=True)
BLANKS = st.sampled_from(["", "\n", "# a comment = 1\n", "  \n\n"])


def written(value: object) -> str:
    if isinstance(value, list):
        return "[\n" + "".join(f"  {written(item)},\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@given(KEYS, st.lists(BLANKS, min_size=6, max_size=6), st.data(), st.sampled_from(["", "[tool.batchlint]\n"]))
def test_the_line_of_a_key(keys: list[str], blanks: list[str], data: st.DataObject, head: str) -> None:
    text = "\n" + head
    lines = {}
    for key, blank in zip(keys, blanks, strict=False):
        value = data.draw(st.booleans() | st.text(max_size=5) | st.lists(st.integers(), max_size=3))
        text += blank
        lines[key] = text.count("\n") + 1
        text += f"{written(key)} = {written(value)}\n"
    prefix = ("tool", "batchlint") if head else ()
    for key, line in lines.items():
        assert line_of(text, (*prefix, key), parse_toml) == line
    assert line_of(text, (*prefix, *keys[:1], "within"), parse_toml) is None


def test_the_schema_of_the_configuration() -> None:
    schema = by_urn(URN)
    jsonschema.Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        jsonschema.Draft202012Validator(schema).validate(example)
    options = {
        param.key: param
        for command in (cli.commands["lint"],)
        for param in command.params
        if isinstance(param, GroupedOption) and param.key is not None
    }
    assert set(options) == set(schema["properties"]) - {"extend"}
    for key, row in schema["properties"].items():
        if "default" in row and key != "exclude":
            default = default_of(key)
            assert row["default"] == (list(default) if isinstance(default, tuple) else default), key
        assert row["description"].endswith("Holds for the run.") == (key in RUN_KEYS), key


def test_settings_can_be_sent_to_other_processes() -> None:
    value = Settings(selections=(Selection(ignore=("file",)),))
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301  # our own bytes
    assert hash(value) == hash(value._replace())


def test_a_run_without_configuration_loads_nothing_for_it(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(good_line(1))
    program = (
        "import sys\nfrom batchlint.command.main import main\nstatus = main(['lint', '-q', 'a.jsonl'])\n"
        "loaded = {'jsonschema', 'tomllib', 'tomli', 'pathspec', 'batchlint.baseline'} & set(sys.modules)\n"
        "sys.exit(f'{status} {sorted(loaded)}' if loaded or status else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=clean_environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


IGNORED = st.sampled_from(
    (
        *("*.jsonl", "a.jsonl", "/a.jsonl", "in/", "in/*", "!in/a.jsonl", "!a.jsonl", "**/b.jsonl", "!in/**"),
        *("in/**", "# a.jsonl", "b*", "!in/", "a.jsonl  ", "", "*", "!*", "deep", "!deep/", "/in", "!/in/a.jsonl"),
        *("!", "[", "[ab].jsonl", "\\!x.jsonl", "in/  ", "in/\\ ", "/**", "in/**/", "in/**/b.jsonl"),
    )
)


@given(top=st.lists(IGNORED, max_size=4), nested=st.lists(IGNORED, max_size=3))
@settings(max_examples=100, deadline=None)  # each example starts git twice
def test_what_git_ignores_is_what_git_says(
    top: list[str], nested: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("repository")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q", str(folder)], env=environment, check=True)
    for name in ("a.jsonl", "b.jsonl", "in/a.jsonl", "in/b.jsonl", "in/deep/a.jsonl", "in/in/b.jsonl"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"\n")
    (folder / ".gitignore").write_text("\n".join(top))
    (folder / "in" / ".gitignore").write_text("\n".join(nested))
    listing = ["git", "ls-files", "-z", "--others", "--exclude-standard", "*.jsonl"]
    listed = subprocess.run(listing, cwd=folder, env=environment, capture_output=True, check=True).stdout
    wanted = sorted(listed.decode().split("\0"))[1:]
    ignored = GitIgnored(str(folder))
    found = batch_files(str(folder), lambda path, is_folder: ignored.covers(path, is_folder=is_folder))
    assert sorted(os.path.relpath(path, folder) for path in found) == wanted


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_a_full_disk_leaves_the_old_baseline(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"[]\n" * 500)
    (tmp_path / "known.json").write_bytes(b"old\n")
    done = subprocess.run(
        [*COMMAND, "lint", "--write-baseline", "known.json", "a.jsonl"],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        preexec_fn=limit_files,  # no threads here
        check=False,
    )
    assert done.returncode == 3
    assert (
        done.stderr.splitlines()[-1] == b"batchlint: error: known.json: the baseline cannot be written: file too large"
    )
    assert (tmp_path / "known.json").read_bytes() == b"old\n"
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "known.json"]


def test_a_baseline_has_the_form_of_its_schema_and_no_other_permissions_than_files_have(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"[]\n")
    assert run("lint", "--write-baseline", "known.json", "a.jsonl", folder=tmp_path).returncode == 0
    document = json.loads((tmp_path / "known.json").read_bytes())
    jsonschema.Draft202012Validator(by_urn("urn:batchlint:meta:baseline")).validate(document)
    assert (tmp_path / "known.json").stat().st_mode == (tmp_path / "a.jsonl").stat().st_mode


@pytest.mark.parametrize("name", ["link.json", "a.jsonl"])
def test_a_baseline_replaces_neither_a_link_nor_an_input(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"[]\n")
    (tmp_path / "link.json").symlink_to(tmp_path / "a.jsonl")
    done = run("lint", "--write-baseline", name, "a.jsonl", folder=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "a.jsonl").read_bytes() == b"[]\n"
    assert (tmp_path / "link.json").is_symlink()


def test_reports_of_the_configuration_go_to_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"[]\n")
    (tmp_path / "in").mkdir()
    text = 'output-format = ["concise", "json:report.json"]\n'
    (tmp_path / "batchlint.toml").write_text(text, "ascii")
    done = run("lint", "-q", str(tmp_path / "a.jsonl"), folder=tmp_path / "in")
    assert done.returncode == 1
    assert json.loads((tmp_path / "report.json").read_bytes())["files"][0]["errors"] == 1
    (tmp_path / "batchlint.toml").write_text('output-format = "jsn"\n', "ascii")
    done = run("lint", "-q", "a.jsonl", folder=tmp_path)
    told = b'batchlint: error: batchlint.toml:1: there is no format "jsn"; did you mean "json"?\n'
    assert (done.returncode, done.stderr) == (2, told)


def test_names_that_are_no_utf8_in_patterns_and_paths(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for name in (b"caf\xe9.jsonl", b"tea\xe9.jsonl"):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b"\n")
    (tmp_path / ".gitignore").write_bytes(b"caf\xe9*\n")
    done = run("lint", "-f", "concise", "-q", "--select", "blank-line", ".", folder=tmp_path)
    assert done.stdout == b"./tea\\xe9.jsonl:1:1: warning blank-line the line is blank [--fix]\n"
    done = run("lint", "--write-baseline", "known.json", ".", folder=tmp_path)
    assert done.returncode == 0
    done = run("lint", "-f", "concise", "-q", "--baseline", "known.json", ".", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_selection_may_hold_lists_and_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n{}\n")
    lists = Selection(select=["blank-line"], severity=[["blank-line", "error"]])  # type: ignore[arg-type]  # as callers do
    tuples = Selection(select=("blank-line",), severity=(("blank-line", "error"),))
    assert batchlint.validate(path, rules=lists) == batchlint.validate(path, rules=tuples)
    with pytest.raises(batchlint.UsageError, match="not one text"):
        batchlint.validate(path, rules=Selection(ignore="blank-line"))  # type: ignore[arg-type]  # as callers do
