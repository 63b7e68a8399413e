"""``batchlint schema``: what is listed, shown, bundled, compared and checked."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from batchlint.command.main import main
from batchlint.comparing.members import members
from batchlint.comparing.tables import CHANGES, differences
from batchlint.documents.linked import linked
from batchlint.documents.profile import profile_named, profile_names
from batchlint.documents.store import names, schemas_folder
from batchlint.documents.walk import schemas

AJV = Path(__file__).parent / "ajv"
DOCUMENTS = [name for name in names() if not name.endswith("/profile") or name.startswith("meta/")]
NO_DOCUMENT = "meta/dialect"
"""A meta-schema for other tools: it declares a vocabulary, which documents may not."""


def shown(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["schema", *arguments]) == 0
    output = capfd.readouterr()
    assert not output.err
    return output.out


def bundled(capfd: pytest.CaptureFixture[str], name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(shown(capfd, "show", name, "--bundle"))
    return document


def values(line: dict[str, Any]) -> list[dict[str, Any]]:
    """The examples of a document of lines, and each of them with a fault in the envelope and in the body."""
    good = line["examples"]
    chat = next(each for each in good if "messages" in each["body"])
    bad = [{**each, "custom_id": 5} for each in good] + [{**each, "body": 5} for each in good]
    return [*good, *bad, {**chat, "body": {**chat["body"], "messages": 5}}, {**chat, "body": {"messages": [{}]}}]


def test_list_names_profiles_documents_and_sources(capfd: pytest.CaptureFixture[str]) -> None:
    text = shown(capfd, "list")
    assert "  together@2026-02-15 (default): Together batch inference, February 2026\n" in text
    assert "    /v1/chat/completions: together/2026-02-15/chat-completions\n" in text
    for name in profile_names():
        assert f"  {name}" in text
        assert all(f"    source: {source}\n" in text for source in profile_named(name).sources)
    assert all(f"  {name}: " in text for name in names())


@pytest.mark.parametrize("name", list(names()))
def test_show_prints_the_file(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    ending = ".json" if name.endswith("/profile") and not name.startswith("meta/") else ".schema.json"
    assert shown(capfd, "show", name) == (schemas_folder() / f"{name}{ending}").read_text("utf-8")


def test_show_takes_a_profile(capfd: pytest.CaptureFixture[str]) -> None:
    assert json.loads(shown(capfd, "show", "together@2026-02-15"))["provider"] == "together"
    assert bundled(capfd, "together@2026-02-15") == bundled(capfd, "together/2026-02-15/line")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_bundle_is_closed_plain_and_good(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    document = bundled(capfd, name)
    for _, schema in schemas(document):
        assert "x-lint" not in schema
        reference = schema.get("$ref", "#")
        assert reference == "#" or reference.removeprefix("#/$defs/") in document["$defs"] or name == NO_DOCUMENT
    Draft202012Validator.check_schema(document)
    if name != NO_DOCUMENT:
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps(document), "utf-8")
        assert shown(capfd, "check", str(path)) == ""


@pytest.mark.parametrize("profile", profile_names())
def test_jsonschema_and_jsonschema_rs_take_a_bundle(profile: str, capfd: pytest.CaptureFixture[str]) -> None:
    document = bundled(capfd, profile)
    compiled = jsonschema_rs.Draft202012Validator(document)
    slow = Draft202012Validator(document)
    sample = values(document)
    expected = [index < len(document["examples"]) for index in range(len(sample))]
    assert [compiled.is_valid(value) for value in sample] == expected
    assert [slow.is_valid(value) for value in sample] == expected


@pytest.mark.skipif(shutil.which("node") is None, reason="Ajv runs on Node.js, which is not installed")
@pytest.mark.skipif(not (AJV / "node_modules" / "ajv").is_dir(), reason="install Ajv: npm ci --prefix tests/ajv")
@pytest.mark.parametrize("profile", profile_names())
def test_ajv_takes_a_bundle(profile: str, capfd: pytest.CaptureFixture[str]) -> None:
    document = bundled(capfd, profile)
    sample = values(document)
    question = json.dumps({"schema": document, "values": sample})
    answer = subprocess.run(
        ["node", "judge.mjs"], cwd=AJV, input=question, capture_output=True, text=True, check=False, timeout=120
    )
    assert answer.stderr == ""
    assert json.loads(answer.stdout) == [index < len(document["examples"]) for index in range(len(sample))]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nothing"], 'there is no document "nothing"; "batchlint schema list" names them'),
        (["show", "../../etc/passwd"], 'there is no document "../../etc/passwd"; "batchlint schema list" names them'),
        (
            ["show", "together/2026-02-15/profile", "--bundle"],
            '"together/2026-02-15/profile" is a profile, not a schema; name it as PROVIDER@DATE',
        ),
        (["diff", "together", "nobody@2020-01-01"], f"there are: {', '.join(profile_names())}"),
        (["drift", "nothing.json", "together"], "nothing.json: cannot be read: no such file or directory"),
        (["drift", "nothing.json", "nobody"], f"there are: {', '.join(profile_names())}"),
    ],
)
def test_what_is_not_there(arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", *arguments]) == 2
    output = capfd.readouterr()
    assert output.out == ""
    assert output.err.startswith("batchlint: error: ")
    assert message in output.err
    assert output.err.count("\n") == 1


def test_diff_of_a_profile_with_itself(capfd: pytest.CaptureFixture[str]) -> None:
    text = shown(capfd, "diff", "together@2026-02-15", "together@2026-02-15")
    assert text == "from together@2026-02-15 to together@2026-02-15\nno difference\n"


def test_differences_by_member() -> None:
    before = {
        "required": ["model"],
        "properties": {
            "model": {"type": "string"},
            "n": {"type": "integer", "maximum": 4, "x-lint": {"maximum": {"severity": "warning"}}},
            "gone": {"type": "object", "properties": {"inner": {"type": "string"}}},
            "role": {"enum": ["user", "tool"]},
            "items": {"type": "array", "items": {"properties": {"text": {"maxLength": 5}}}},
        },
    }
    after = {
        "properties": {
            "model": {"type": ["string", "null"]},
            "n": {"type": "integer", "maximum": 4},
            "role": {"anyOf": [{"const": "user"}, {"const": "system"}]},
            "items": {"type": "array", "items": {"properties": {"text": {"maxLength": 6}}}},
            "new": {"type": "boolean"},
        },
    }
    first, second = (members(schema, "", lambda *_: None, with_severity=True) for schema in (before, after))
    assert list(differences(first, second, CHANGES)) == [
        "removed: gone (type object)",
        "differs: items[].text: most characters: was 5, is 6",
        "differs: model: required: was yes, is nothing",
        "differs: model: type: only is null",
        "differs: n: at most: was 4 (warning), is 4",
        "added: new (type boolean)",
        'differs: role: values: only was "tool", only is "system"',
    ]


def test_every_document_is_a_good_one(capfd: pytest.CaptureFixture[str]) -> None:
    files = sorted(
        str(path)
        for path in schemas_folder().rglob("*.json")
        if NO_DOCUMENT not in path.as_posix() and path.name != "lock.json"
    )
    assert len(files) > 5
    assert shown(capfd, "check", *files) == ""


def test_check_of_a_profile(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    profile = json.loads((schemas_folder() / "together/2026-02-15/profile.json").read_text("utf-8"))
    profile["line"] = "urn:batchlint:nobody:line"
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(profile), "utf-8")
    assert main(["schema", "check", str(path)]) == 1
    assert capfd.readouterr().out == f"{path}: /line: there is no document urn:batchlint:nobody:line\n"
    del profile["sources"]
    path.write_text(json.dumps({**profile, "$schema": "urn:batchlint:meta:nothing"}), "utf-8")
    assert main(["schema", "check", str(path)]) == 1
    assert capfd.readouterr().out == f"{path}: /$schema: there is no document urn:batchlint:meta:nothing\n"
    path.write_text(json.dumps(profile), "utf-8")
    assert main(["schema", "check", str(path)]) == 1
    assert capfd.readouterr().out.startswith(f'{path}: the document lacks the member "sources"')


def test_a_name_at_the_start_of_a_line_is_no_command_of_a_ci_system(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "check", "::error::forged"]) == 1
    assert capfd.readouterr().out == "\\u003a:error::forged: it cannot be read: no such file or directory\n"


def test_other_tools_may_use_the_dialect() -> None:
    documents = linked("urn:batchlint:meta:dialect").documents
    registry = jsonschema_rs.Registry(list(documents.items()))
    dialect = jsonschema_rs.Draft202012Validator(documents["urn:batchlint:meta:dialect"], registry=registry)
    assert dialect.is_valid({"maximum": 5, "format": "email", "x-lint": {"maximum": {"severity": "info"}}})
    assert not dialect.is_valid({"maximum": 5, "x-lint": {"maximum": {"level": "info"}}})
    assert not dialect.is_valid({"maximum": "5"})
