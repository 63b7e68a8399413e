"""The note that names another profile for a file that fails as a whole."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from batchlint.command.main import main
from batchlint.engine.options import EngineOptions
from batchlint.engine.other_profiles import fitting_profile

FITTING = "openai@2026-08-21"
NOTE = f"batchlint: note: {{}} does not fit together@2026-02-15 but fits {FITTING}: --profile {FITTING}\n"


def embedding(number: int) -> dict[str, Any]:
    body = {"model": "text-embedding-3-small", "input": "Hello."}
    return {"custom_id": f"request-{number}", "method": "POST", "url": "/v1/embeddings", "body": body}


def chat(number: int) -> dict[str, Any]:
    body = {"model": "a/one", "messages": [{"role": "user", "content": "Hello."}]}
    return {"custom_id": f"request-{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}


def lines(*requests: dict[str, Any]) -> bytes:
    return "".join(json.dumps(request) + "\n" for request in requests).encode()


EMBEDDINGS = lines(*map(embedding, range(30)))


def lint(tmp_path: Path, capfd: pytest.CaptureFixture[str], data: bytes, *options: str) -> tuple[int, str, str]:
    path = tmp_path / "requests.jsonl"
    path.write_bytes(data)
    status = main(["lint", "-f", "json", *options, str(path)])
    output = capfd.readouterr()
    return status, output.out, output.err.replace(str(path), "requests.jsonl")


def test_a_file_of_another_provider(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    status, report, told = lint(tmp_path, capfd, EMBEDDINGS)
    assert (status, told) == (1, NOTE.format("requests.jsonl"))
    assert json.loads(report)["profile"] == "together@2026-02-15"
    assert len(json.loads(report)["findings"]) == 30


def test_one_note_for_each_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(EMBEDDINGS)
    main(["lint", "-f", "json", str(tmp_path)])
    assert capfd.readouterr().err == "".join(NOTE.format(tmp_path / name) for name in ("a.jsonl", "b.jsonl"))


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (lines(*map(chat, range(10))), []),
        (lines(*map(chat, range(5)), *map(embedding, range(5, 10))), []),
        (EMBEDDINGS, ["-q"]),
        (EMBEDDINGS, ["--profile", FITTING]),
        (lines({"prompt": 1}, {"prompt": 2}), []),
        (b"{\n" * 10, []),
        (b"", []),
        (lines(embedding(1)) + b"{" * 100 + b"\n", []),
        (lines(*({**chat(number), "url": "/v4/chat/completions"} for number in range(10))), []),
    ],
    ids=["clean", "half", "quiet", "fits", "fits nothing", "broken", "empty", "half broken", "fits but for its url"],
)
def test_no_note(data: bytes, options: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert lint(tmp_path, capfd, data, *options)[2] == ""


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (EMBEDDINGS, ["--endpoint", "/v1/chat/completions"]),
        (lines(*[embedding(1)] * 5), []),
    ],
    ids=["another endpoint", "one id in all lines"],
)
def test_a_profile_under_which_other_errors_remain_is_not_named(
    data: bytes, options: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert FITTING not in lint(tmp_path, capfd, data, *options)[2]


def test_nearly_all_requests(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = EMBEDDINGS + lines(chat(31), chat(32))
    assert lint(tmp_path, capfd, data)[2] == NOTE.format("requests.jsonl")


def test_a_policy_that_nothing_satisfies_is_no_reason_to_change_the_profile(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"properties": {"body": {"required": ["team"]}}}')
    assert lint(tmp_path, capfd, lines(*map(chat, range(10))), "--schema", str(policy))[2] == ""


@pytest.mark.parametrize("name", ["requests.jsonl", "requests.jsonl.gz"])
def test_standard_input(name: str, tmp_path: Path) -> None:
    data = EMBEDDINGS * 200
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with path.open("rb") as stream:
        ended = subprocess.run(
            [sys.executable, "-m", "batchlint", "lint", "-f", "json-lines", "-", "--stdin-filename", name],
            stdin=stream,
            capture_output=True,
            check=False,
            timeout=120,
        )
    assert (ended.returncode, ended.stderr.decode()) == (1, NOTE.format(name))


def test_findings_on_a_slow_pipe_do_not_wait_for_its_end() -> None:
    command = [sys.executable, "-m", "batchlint", "lint", "-f", "json-lines", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        os.write(process.stdin.fileno(), lines(embedding(1)))
        assert json.loads(process.stdout.readline())["rule"] == "invalid-value"
        process.stdin.close()
        assert process.wait(timeout=60) == 1


def test_of_fitting_profiles_that_with_fewer_findings() -> None:
    requests = EMBEDDINGS.splitlines()[:3]
    assert fitting_profile(EngineOptions(), requests) == FITTING
    assert fitting_profile(EngineOptions(), []) is None
