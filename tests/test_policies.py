"""Policies: what they find beside the profile, and what is refused, through the command and the library."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import batchlint
from batchlint.command.main import main
from batchlint.engine.options import EngineOptions, policies_at
from batchlint.escaping import show
from batchlint.policies.check import check_file
from batchlint.policies.policy import load_policy
from batchlint.validating.authority import authority_on
from batchlint.validating.finder import finder_for

CASES = Path(__file__).parent / "cases" / "policies"
REFUSED = json.loads((CASES / "refused.json").read_text("utf-8"))
FINDINGS = json.loads((CASES / "findings.json").read_text("utf-8"))
BODY = {"model": "a/one", "messages": [{"role": "user", "content": "Hello."}]}


def request(custom_id: str = "request-1", **body: Any) -> dict[str, Any]:
    return {"custom_id": custom_id, "method": "POST", "url": "/v1/chat/completions", "body": {**BODY, **body}}


def write(folder: Path, files: dict[str, Any]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def write_requests(folder: Path, *requests: dict[str, Any]) -> str:
    path = folder / "requests.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in requests), "utf-8")
    return str(path)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", FINDINGS, ids=[case["name"] for case in FINDINGS])
def test_a_policy_finds(case: dict[str, Any], here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = [f"policy-{number}.json" for number, _ in enumerate(case["policies"])]
    write(here, dict(zip(names, case["policies"], strict=True)))
    line = request(case.get("custom_id", "request-1"), **case["body"])
    options = [part for name in names for part in ("--schema", name)]
    status = main(["lint", "-f", "json-lines", *options, write_requests(here, line)])
    rows = [json.loads(row) for row in capfd.readouterr().out.splitlines()]
    members = ("pointer", "rule", "family", "severity", "message", "hint")
    found = [[row[member] for member in members] for row in rows]
    assert sorted(found, key=str) == sorted(case["findings"], key=str)
    assert status == (1 if any(row[3] == "error" for row in case["findings"]) else 0)
    in_memory = batchlint.validate_request(line, schemas=names)
    assert [[getattr(each, member) for member in members] for each in in_memory] == found
    report = batchlint.validate(str(here / "requests.jsonl"), schemas=[here / name for name in names])
    assert [each.rule for each in report.findings] == [row["rule"] for row in rows]
    documents = EngineOptions(policies=policies_at(names)).documents()
    by_authority = [(each.path, each.keyword) for each in authority_on(documents)(line)]
    by_finder = [(each.path, each.keyword) for each in finder_for(documents)(line)]
    assert sorted(by_finder, key=str) == sorted(by_authority, key=str)


@pytest.mark.parametrize("case", REFUSED, ids=[case["name"] for case in REFUSED])
def test_a_bad_policy_is_refused(case: dict[str, Any], here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(here, case["files"])
    first, *others = case["problems"]
    more = f'; "batchlint schema check" shows {len(others)} more' if others else ""
    assert main(["lint", "--schema", "policy.json", write_requests(here, request())]) == 2
    assert capfd.readouterr() == ("", f"batchlint: error: {first}{more}\n")
    assert main(["schema", "check", "policy.json"]) == 1
    assert capfd.readouterr() == ("".join(f"{problem}\n" for problem in case["problems"]), "")
    with pytest.raises(batchlint.DocumentError):
        batchlint.validate_request(request(), schemas=["policy.json"])


def test_a_symbolic_link_does_not_lead_out_of_the_folder(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write(here, {"outside.json": {}, "inner/policy.json": {"$ref": "link.json"}, "inner/real.json": {}})
    (here / "inner/link.json").symlink_to("../outside.json")
    assert main(["schema", "check", "inner/policy.json"]) == 1
    reason = "this leads through a symbolic link out of the policy's folder"
    assert capfd.readouterr().out == f"inner/policy.json: /$ref: {reason}\n"
    (here / "inner/link.json").unlink()
    (here / "inner/link.json").symlink_to("real.json")
    assert main(["schema", "check", "inner/policy.json"]) == 0


def test_a_policy_may_itself_be_a_link(here: Path) -> None:
    write(here, {"store/policy.json": {"required": ["extra"]}})
    (here / "policy.json").symlink_to("store/policy.json")
    assert [each.rule for each in batchlint.validate_request(request(), schemas=["policy.json"])] == ["missing-field"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("nothing.json", "it cannot be read: no such file or directory"),
        (".", "it cannot be read: is a directory"),
        ("/dev/zero", "it has more than 4,194,304 bytes"),
        ("nul\0byte.json", "it cannot be read: this is no path"),
    ],
)
def test_a_path_without_a_policy(path: str, reason: str, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    requests = write_requests(here, request())
    assert main(["lint", "--schema", path, requests]) == 2
    assert capfd.readouterr().err == f"batchlint: error: {show(path)}: {reason}\n"


def test_a_policy_may_come_from_a_pipe() -> None:
    reader, writer = os.pipe()
    os.write(writer, b'{"required": ["extra"]}')
    os.close(writer)
    try:
        found = batchlint.validate_request(request(), schemas=[f"/dev/fd/{reader}"])
    finally:
        os.close(reader)
    assert [each.rule for each in found] == ["missing-field"]


@pytest.mark.parametrize("levels", [99, 20_000])
def test_deep_nesting_is_refused_or_judged(levels: int, here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # Each level of this document is one object, so 99 of them are still within the limit of 100.
    (here / "policy.json").write_text('{"not":' * levels + "true" + "}" * levels)
    status = main(["schema", "check", "policy.json"])
    output = capfd.readouterr()
    if levels > 100:
        assert (status, output.out) == (1, "policy.json: it is nested deeper than 100 levels\n")
    else:
        assert (status, output.out) == (0, "")
        assert batchlint.validate_request(request(), schemas=["policy.json"])


def test_a_value_too_deep_for_a_policy_is_a_finding_or_judged(here: Path) -> None:
    inner: dict[str, Any] = {"$ref": "#/$defs/value"}
    for _ in range(20):
        inner = {"allOf": [inner]}
    write(here, {"policy.json": {"$ref": "#/$defs/value", "$defs": {"value": {"additionalProperties": inner}}}})
    deep: dict[str, Any] = {"a": {}}
    for _ in range(100):
        deep = {"a": deep}
    found = batchlint.validate_request({**request(chat_template_kwargs=deep), "extra": 1}, schemas=["policy.json"])
    assert "unknown-field" in {each.rule for each in found}


def test_the_name_of_a_policy_does_not_move_its_references(here: Path) -> None:
    write(
        here,
        {
            "policy.json": {"$id": "https://example.com/policies/house.json", "$ref": "parts/body.json#/$defs/line"},
            "parts/body.json": {"$defs": {"line": {"required": ["extra"]}}},
        },
    )
    assert [each.rule for each in batchlint.validate_request(request(), schemas=["policy.json"])] == ["missing-field"]


def test_a_policy_that_changes_is_read_again(here: Path) -> None:
    write(here, {"policy.json": {"required": ["extra"]}})
    assert batchlint.validate_request(request(), schemas=["policy.json"])
    write(here, {"policy.json": {}})
    assert not batchlint.validate_request(request(), schemas=["policy.json"])


def test_rules_of_a_policy_are_listed_and_explained(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    notes = {"required": {"rule": "no-team", "severity": "warning"}}
    write(here, {"policy.json": {"title": "House rules", "required": ["team"], "x-lint": notes}})
    assert main(["rules", "--schema", "policy.json"]) == 0
    last = capfd.readouterr().out.splitlines()[-1]
    assert " ".join(last.split()) == 'no-team warning a rule of the policy "House rules"'
    assert main(["explain", "no-team", "--schema", "policy.json"]) == 0
    page = capfd.readouterr().out
    assert page.startswith("# no-team\n")
    assert page.endswith("(warning, family schema)\n")
    assert main(["explain", "no-team"]) == 2


def test_a_policy_is_a_plain_value(here: Path) -> None:
    write(here, {"policy.json": {"$ref": "other.json"}, "other.json": {"required": ["extra"]}})
    policy = load_policy("policy.json")
    copied = pickle.loads(pickle.dumps(policy))  # noqa: S301  # our own bytes
    assert (copied, copied.documents.documents) == (policy, policy.documents.documents)
    assert hash(load_policy("policy.json")) == hash(policy)
    write(here, {"other.json": {"required": ["another"]}})
    assert load_policy("policy.json") != policy
    assert json.loads(json.dumps(dict(policy.documents.documents))) == policy.documents.documents


KEYWORDS = [
    "$ref", "$defs", "$id", "type", "const", "enum", "pattern", "minimum", "maxLength", "required", "properties",
    "patternProperties", "additionalProperties", "propertyNames", "items", "prefixItems", "contains", "allOf", "anyOf",
    "not", "if", "then", "x-lint", "title", "other",
]  # fmt: skip
WORDS = [
    "body",
    "model",
    "#",
    "#/$defs/a",
    "a",
    "string",
    "object",
    "urn:batchlint:together:2026-02-15:line",
    "(a+)+",
    "",
]


def schemas() -> st.SearchStrategy[Any]:
    names = st.sampled_from([*KEYWORDS, "a", "body", "model", "rule", "severity"])
    leaves = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False) | st.sampled_from(WORDS)
    values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3))
    return st.dictionaries(st.sampled_from(KEYWORDS), values, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(schemas())
def test_any_document_is_refused_or_judges(tmp_path: Path, document: dict[str, Any]) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(document, allow_nan=True), "utf-8")
    problems = check_file(str(path))
    if problems:
        assert all(str(problem).startswith(f"{path}: ") for problem in problems)
        with pytest.raises(batchlint.DocumentError):
            batchlint.validate_request(request(), schemas=[path])
    else:
        found = batchlint.validate_request(request(), schemas=[path])
        assert all(each.family == "schema" for each in found)
