"""``batchlint schema drift``: an OpenAPI file beside a profile."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml

from batchlint.command.main import main

OPENAPI = Path(__file__).parent / "cases" / "drift" / "openapi.json"
PROFILE = "together@2026-02-15"
EXPECTED = [
    "only in the profile: messages[].tool_calls (type array)",
    "only in the file: messages[].replies (type array)",
    "differs: model: fewest characters: in the file nothing, in the profile 1",
    'differs: model: values: in the file "a/one", in the profile nothing',
    "only in the profile: seed (type integer)",
    "differs: temperature: at most: in the file 1, in the profile 2",
    'only in the file: verbosity (type string; values "high" or "low")',
]


def drift(capfd: pytest.CaptureFixture[str], path: Path) -> list[str]:
    assert main(["schema", "drift", str(path), PROFILE]) == 0
    output = capfd.readouterr()
    assert output.err == ""
    return output.out.splitlines()


def test_members_enums_and_bounds_that_differ(capfd: pytest.CaptureFixture[str]) -> None:
    lines = drift(capfd, OPENAPI)
    assert lines[0] == f"{PROFILE} beside Example API 7"
    assert lines[-1] == "/v1/completions: the file has no such path"
    told = [line.strip() for line in lines]
    assert [line for line in EXPECTED if line not in told] == []
    assert any(line.startswith('differs: messages[].role: values: only in the file "critic", only in') for line in told)
    assert not any("repetition_penalty" in line for line in told)
    assert not any("messages[].replies[]" in line for line in told)


def test_the_order_is_stable_and_yaml_is_the_same(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    document = json.loads(OPENAPI.read_text("utf-8"))
    shuffled = tmp_path / "openapi.yaml"
    shuffled.write_text(yaml.safe_dump(document, sort_keys=True), "utf-8")
    assert drift(capfd, shuffled) == drift(capfd, OPENAPI)


@pytest.mark.parametrize(
    ("path", "is_found"),
    [
        ("/v1/completions", True),
        ("/completions", True),
        ("/openai/v1/completions", True),
        ("/deployments/{id}/completions", True),
        ("/chat/completions", False),
        ("/v1/completions/{id}", False),
    ],
)
def test_which_path_is_the_endpoint(
    path: str, is_found: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps({"paths": {path: {"post": {"requestBody": body}}}}), "utf-8")
    line = next(line for line in drift(capfd, file) if line.startswith("/v1/completions: "))
    assert line.endswith("differences") == is_found


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", "{", "cannot be read: it is neither JSON nor YAML"),
        ("a.json", "[]", 'is no OpenAPI file: it has no object "paths"'),
        ("a.json", '{"paths": []}', 'is no OpenAPI file: it has no object "paths"'),
        ("a.json", "[" * 100_000, "cannot be read: it is neither JSON nor YAML"),
        ("a.yaml", "a: [", "cannot be read: it is neither JSON nor YAML"),
        ("a.yaml", "!!python/object/apply:os.getcwd []", "cannot be read: it is neither JSON nor YAML"),
    ],
)
def test_a_bad_file(name: str, text: str, reason: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert main(["schema", "drift", str(path), PROFILE]) == 2
    assert capfd.readouterr().err == f"batchlint: error: {path}: {reason}\n"


def test_odd_shapes_are_passed_over(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "openapi.json"
    bodies = {"$ref": "#/paths/~1v1~1completions/post"}
    document = {"paths": {"/v1/completions": {"post": bodies}, "/v1/chat/completions": {"post": {"requestBody": 5}}}}
    path.write_text(json.dumps(document), "utf-8")
    lines = drift(capfd, path)
    assert lines[1:] == [
        "/v1/chat/completions: the file has no such path",
        "/v1/completions: the file has no such path",
    ]


def test_yaml_without_its_package(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    path = tmp_path / "openapi.yaml"
    path.write_text("paths: {}", "utf-8")
    assert main(["schema", "drift", str(path), PROFILE]) == 2
    assert capfd.readouterr().err == "batchlint: error: reading YAML needs PyYAML: pip install PyYAML\n"
