"""Reports of hostile files, read again by the parsers and schemas of their formats."""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from jsonschema import Draft4Validator, Draft202012Validator
from markdown_it import MarkdownIt

from batchlint.formats.registry import FORMATS
from batchlint.formats.style import Style
from reporting import BAD, DATA, GOOD, NAMES, lint, rendered, runner_commands
from support import CHECKOUT

HOSTILE_TEXTS = (
    "::error::x",
    "::add-mask::x",
    "##[error]x",
    "##vso[task.complete]x",
    "##teamcity[x]",
    "\x1b[31mred\x07",
    "\u202egnp\u2066\u2028\u0085",
    "]]><x/>&amp;",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "`code` | [link](http://evil.example) ![i](http://evil.example) www.evil.example a@evil.example",
    "%0A::error::x",
    "line\r\n::error::y",
    "\x00\x7f\ufffe",
    "e\u0301\u0645\u0631\u4f9d\U0001f600\t",
)

NAMES_OF_FILES = (
    b"caf\xe9.jsonl",
    b"::error::x.jsonl",
    b"##[group]x.jsonl",
    "\u4f9d\u983c, a:b%25.jsonl".encode(),
    "\u202egpj.jsonl".encode(),
    b"new\n::error::line\x1b[31m.jsonl",
    b"<script>`|]]>&.jsonl",
    b"[x](y).jsonl",
)


def hostile_lines() -> bytes:
    lines = [
        b'{"custom_id": "\xff::error::", "body": ##[x]}\n',
        b"::error::x\n",
        b"##[group]x\n",
        b"]]><script>\n",
        b'{"a": 1,\n "b": "\xe9##[x]"\n}\n',
    ]
    for text in HOSTILE_TEXTS:
        quoted = json.dumps(text).encode()
        body = b'{"model": "m", "prompt": "p", %b: 1, "top_p": {%b: 2}}' % (quoted, quoted)
        lines.append(b'{"custom_id": %b, "method": %b, "url": %b, "body": %b}\n' % (quoted, quoted, quoted, body))
        chat = b'{"model": "m", "messages": [{"role": %b, "content": [{"type": %b}]}]}' % (quoted, quoted)
        url = b'"/v1/chat/completions"'
        lines.append(b'{"custom_id": %b, "method": "POST", "url": %b, "body": %b}\n' % (quoted, url, chat))
        raw = json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")
        lines.append(b'{"custom_id": %b, %b: %b}\n' % (raw, raw, raw))
    return b"".join(lines)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every format of one run over hostile files with hostile names, one of them empty and one cut off."""
    folder = tmp_path_factory.mktemp("hostile")
    inputs = folder / "inputs"
    inputs.mkdir()
    if sys.platform == "darwin" or os.name == "nt":
        pytest.skip("this file system takes no names that are not UTF-8")
    for index, name in enumerate(NAMES_OF_FILES):
        contents = hostile_lines() if index == 0 else BAD
        (inputs / os.fsdecode(name)).write_bytes(contents)
    (inputs / "empty.jsonl").touch()
    (inputs / "good.jsonl").write_bytes(GOOD)
    (inputs / "cut.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00")
    wanted = [f"--output-format={name}:{name}" for name in FORMATS]
    done = lint("inputs", *wanted, folder=folder)
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"Traceback" not in done.stderr
    return {name: (folder / name).read_bytes().decode("utf-8") for name in FORMATS}


@pytest.fixture
def findings(reports: dict[str, str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(reports["json"])["findings"]
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_holds_plain_characters_only(name: str, reports: dict[str, str]) -> None:
    odd = {character for character in reports[name] if character != "\n" and not character.isprintable()}
    assert not odd
    turning = {unicodedata.bidirectional(character) for character in reports[name]} & {"R", "AL", "AN", "RLO", "LRI"}
    assert not turning


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"github"}))
def test_the_runner_sees_no_command_in_any_report_but_its_own(name: str, reports: dict[str, str]) -> None:
    assert runner_commands(reports[name]) == []


def test_the_runner_sees_our_commands_only(reports: dict[str, str], findings: list[dict[str, object]]) -> None:
    commands = runner_commands(reports["github"])
    assert len(commands) == len(reports["github"].splitlines()) == len(findings) + 1
    for command, finding in zip(commands[:-1], findings, strict=True):
        assert command.name == {"error": "error", "warning": "warning", "info": "notice"}[str(finding["severity"])]
        assert command.properties["title"] == f"batchlint ({finding['rule']})"
        assert command.properties.get("line") == (None if finding["line"] is None else str(finding["line"]))
        is_one_line = finding["line"] is not None and finding["line"] == finding["end_line"]
        assert ("col" in command.properties, "endColumn" in command.properties) == (is_one_line, is_one_line)
        assert set(command.properties) <= {"title", "file", "line", "endLine", "col", "endColumn"}
        assert str(finding["message"]) in command.data
    assert commands[-1].name == "notice"
    assert "shows at most 10" in commands[-1].data


def test_the_reader_of_commands_reads_what_the_runner_would() -> None:
    log = " \u00a0::error file=a%2Cb,line=1::x%0Ay%25\ntext ::error::no\nx ##[group]y\r::warning::z\n::broken\n"
    names = [(command.name, command.data) for command in runner_commands(log)]
    assert names == [("error", "x\ny%"), ("group", "y"), ("warning", "z")]
    assert runner_commands(log)[0].properties == {"file": "a,b", "line": "1"}


def test_json_lines_are_the_findings_of_the_json_report(
    reports: dict[str, str], findings: list[dict[str, object]]
) -> None:
    assert [json.loads(line) for line in reports["json-lines"].splitlines()] == findings


def test_sarif_keeps_the_official_schema(reports: dict[str, str], findings: list[dict[str, object]]) -> None:
    log = json.loads(reports["sarif"])
    _check_sarif(log)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [result["ruleId"] for result in run["results"]] == [finding["rule"] for finding in findings]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    assert run["invocations"] == [{"executionSuccessful": False}]
    prints = [result["partialFingerprints"]["batchlint/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_names_files_by_relative_uris_that_lead_to_them(reports: dict[str, str]) -> None:
    uris = set()
    for result in json.loads(reports["sarif"])["runs"][0]["results"]:
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location["uriBaseId"] == "%SRCROOT%"
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", location["uri"])
        uris.add(unquote_to_bytes(location["uri"]))
    assert uris == {b"inputs/" + name for name in (*NAMES_OF_FILES, b"empty.jsonl", b"cut.jsonl.gz")}


def test_sarif_text_holds_no_links(reports: dict[str, str]) -> None:
    texts = [result["message"]["text"] for result in json.loads(reports["sarif"])["runs"][0]["results"]]
    assert any("[" in text for text in texts)
    assert not [text for text in texts if re.search(r"(?<!\\)(?:\\\\)*\[", text)]


def test_findings_link_to_the_page_of_their_rule(reports: dict[str, str]) -> None:
    rules = json.loads(reports["sarif"])["runs"][0]["tool"]["driver"]["rules"]
    assert rules
    pages = {rule["id"]: rule["helpUri"] for rule in rules}
    text = (CHECKOUT / "docs" / "rules.md").read_text("utf-8")
    for name, address in pages.items():
        path, _, anchor = address.partition("#")
        assert re.fullmatch(r"https://\S+/docs/rules\.md", path)
        assert f"\n## {anchor}\n" in text
        assert anchor == name
    for issue in json.loads(reports["gitlab"]):
        assert issue["content"]["body"] == f"[{issue['check_name']}]({pages[issue['check_name']]})"
    for row in json.loads(reports["rdjson"])["diagnostics"]:
        assert row["code"]["url"] == pages[row["code"]["value"]]


def test_gitlab_keeps_its_schema(reports: dict[str, str], findings: list[dict[str, object]]) -> None:
    issues = json.loads(reports["gitlab"])
    schema = json.loads((DATA / "gitlab-code-quality.schema.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(issues)) == []
    assert [issue["check_name"] for issue in issues] == [finding["rule"] for finding in findings]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_rdjson_keeps_its_schema_and_counts_bytes(reports: dict[str, str], findings: list[dict[str, object]]) -> None:
    result = json.loads(reports["rdjson"])
    schema = json.loads((DATA / "rdjson.schema.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(result)) == []
    rows = result["diagnostics"]
    assert [row["code"]["value"] for row in rows] == [finding["rule"] for finding in findings]
    starts = _line_starts(hostile_lines())
    checked = 0
    for row, finding in zip(rows, findings, strict=True):
        if finding["path"] == "inputs/caf\\xe9.jsonl" and isinstance(finding["offset"], int):
            reach = row["location"]["range"]
            assert starts[reach["start"]["line"] - 1] + reach["start"]["column"] - 1 == finding["offset"]
            assert starts[reach["end"]["line"] - 1] + reach["end"]["column"] - 1 == finding["end_offset"]
            checked += finding["column"] != reach["start"]["column"]
    assert checked  # some of them stand behind characters of several bytes


def test_junit_is_what_jenkins_reads(reports: dict[str, str], findings: list[dict[str, object]]) -> None:
    document = reports["junit"].encode("utf-8")
    xmlschema.XMLSchema(DATA / "junit-10.xsd").validate(document.decode("utf-8").split("\n", 1)[1])
    root = ET.fromstring(document)  # noqa: S314  # our own document, which has no entities
    suites = root.findall("testsuite")
    assert len(suites) == len(NAMES_OF_FILES) + 3
    failures = root.findall(".//failure")
    errors = [finding for finding in findings if finding["severity"] == "error"]
    assert [failure.get("message") for failure in failures] == [finding["message"] for finding in errors]
    assert len(root.findall(".//system-out")) == len(findings) - len(errors)
    assert int(root.get("tests", "")) == len(root.findall(".//testcase")) == len(findings) + 2
    assert int(root.get("failures", "")) == len(failures)
    assert int(root.get("errors", "")) == len(root.findall(".//error")) == 1
    assert {element.tag for element in root.iter()} == {
        "testsuites", "testsuite", "testcase", "failure", "system-out", "error"
    }  # fmt: skip


@pytest.mark.parametrize("case", [*NAMES, None])
def test_markdown_shows_tables_and_nothing_of_the_input_comes_alive(case: str | None, reports: dict[str, str]) -> None:
    text = reports["markdown"] if case is None else rendered("markdown", case, Style(is_unicode=True))
    tokens = MarkdownIt("js-default", {"html": True, "linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    alive = {"html_inline", "html_block", "link_open", "image", "em_open", "strong_open", "s_open"}
    assert not {token.type for token in [*tokens, *inline]} & alive
    cells = [sum(1 for token in row if token.type in {"td_open", "th_open"}) for row in _rows(tokens)]
    assert set(cells) <= {4, 5}
    # Every text outside code spans is ours.
    loose = "".join(child.content for child in inline if child.type == "text")
    assert re.fullmatch(r"[A-Za-z0-9 ,.;:'()_|@-]*", loose), loose


@pytest.mark.parametrize("case", NAMES)
def test_every_case_keeps_the_schemas(case: str) -> None:
    _check_sarif(json.loads(rendered("sarif", case)))
    xmlschema.XMLSchema(DATA / "junit-10.xsd").validate(rendered("junit", case).split("\n", 1)[1])
    for name, schema in (("gitlab", "gitlab-code-quality"), ("rdjson", "rdjson")):
        document = json.loads((DATA / f"{schema}.schema.json").read_text("utf-8"))
        assert list(Draft202012Validator(document).iter_errors(json.loads(rendered(name, case)))) == []


UNREAD = {"none.jsonl": "there is no such file", "::error::x\u202e[a](b)": "there is no such file"}


def test_what_was_not_linted_is_told(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_bytes(GOOD)
    (tmp_path / "folder").mkdir()
    wanted = [f"--output-format={name}:{name}" for name in ("sarif", "junit", "markdown", "github")]
    done = lint("good.jsonl", *UNREAD, "folder", *wanted, folder=tmp_path)
    texts = {name: (tmp_path / name).read_bytes().decode("utf-8") for name in ("sarif", "junit", "markdown", "github")}
    assert done.returncode == 2
    reasons = [line.removeprefix("batchlint: error: ") for line in done.stderr.decode().splitlines()[:3]]
    assert [reason.rpartition(": ")[2] for reason in reasons[:2]] == list(UNREAD.values())
    reasons[1] = reasons[1].replace("\\u003a:", "::", 1)

    log = json.loads(texts["sarif"])
    _check_sarif(log)
    (invocation,) = log["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    told = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert [re.sub(r"\\(.)", r"\1", text) for text in told] == reasons

    xmlschema.XMLSchema(DATA / "junit-10.xsd").validate(texts["junit"].split("\n", 1)[1])
    root = ET.fromstring(texts["junit"].encode())  # noqa: S314  # our own document, which has no entities
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "0", "3")
    assert [error.get("message") for error in root.iter("error")] == reasons

    assert f"\n\nNot linted: {', '.join(f'`{reason}`' for reason in reasons)}.\n" in texts["markdown"]

    commands = runner_commands(texts["github"])
    assert [(command.name, command.data) for command in commands] == [("error", reason) for reason in reasons]


@pytest.mark.parametrize("title", ["<script>x</script>", "![x](https://example.org/p)", "a | `b` | c", "@someone"])
def test_the_title_of_a_policy_comes_not_alive_in_markdown(title: str, tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_bytes(GOOD)
    annotation = {"required": {"rule": "house-rule"}}
    policy = {"title": title, "required": ["zz"], "x-lint": annotation}
    (tmp_path / "policy.json").write_text(json.dumps(policy), "utf-8")
    done = lint("good.jsonl", "--schema=policy.json", "--output-format=markdown", folder=tmp_path)
    assert done.returncode == 1, done.stderr
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(done.stdout.decode())
    whole = next(token for token in tokens if token.content.startswith("`") and "a rule of the policy" in token.content)
    assert [child.type for child in whole.children or []] == ["code_inline"]
    assert title in (whole.children or [whole])[0].content


def _check_sarif(log: object) -> None:
    schema = json.loads((DATA / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    validator = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(log)] == []


def _line_starts(data: bytes) -> list[int]:
    return [0, *(match.end() for match in re.finditer(b"\n", data))]


def _rows(tokens: list) -> list[list]:  # type: ignore[type-arg]  # the token class is markdown-it-py's own
    rows: list[list] = []  # type: ignore[type-arg]  # the same
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif rows:
            rows[-1].append(token)
    return rows
