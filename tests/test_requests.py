"""Requests of every kind, each with the findings that it must have: ``cases/requests/PROFILE.jsonl``."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

import batchlint
from batchlint.documents.profile import DEFAULT, profile_named, profile_names
from support import CASES, documents, registry

Row = dict[str, Any]

DOCUMENTS_ALONE = batchlint.Selection(ignore=("request",))
"""The rows tell what the documents find; rules about relations within a request have cases of their own."""

ACROSS_LINES = frozenset({"duplicate-custom-id", "mixed-endpoints", "mixed-models"})


def rows_of(profile: str) -> list[Row]:
    text = (CASES / "requests" / f"{profile}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


PROFILES = profile_names()
ROWS = [pytest.param(profile, row, id=f"{profile}: {row['name']}") for profile in PROFILES for row in rows_of(profile)]


def triples(findings: Iterable[batchlint.Finding]) -> list[list[str | None]]:
    return sorted([finding.rule, finding.severity, finding.pointer] for finding in findings)


@pytest.mark.parametrize(("profile", "row"), ROWS)
def test_request(profile: str, row: Row) -> None:
    findings = batchlint.validate_request(row["request"], profile=profile, rules=DOCUMENTS_ALONE)
    assert triples(findings) == sorted(row["expect"])
    assert all(finding.line is None and finding.offset is None for finding in findings)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_requests_in_one_file(profile: str) -> None:
    rows = rows_of(profile)
    content = "".join(json.dumps(row["request"], ensure_ascii=False) + "\n" for row in rows).encode()
    report = batchlint.validate(io.BytesIO(content), profile=profile, rules=DOCUMENTS_ALONE)
    lines = content.splitlines(keepends=True)
    by_line: dict[int, list[batchlint.Finding]] = {number: [] for number in range(1, len(rows) + 1)}
    for finding in report.findings:
        assert finding.line is not None
        if finding.rule not in ACROSS_LINES:
            by_line[finding.line].append(finding)
    for number, row in enumerate(rows, 1):
        assert triples(by_line[number]) == sorted(row["expect"]), row["name"]
        for finding in by_line[number]:
            start = finding.offset - len(b"".join(lines[: number - 1]))
            check_place(finding, row["request"], lines[number - 1][start : start + finding.end_offset - finding.offset])


def check_place(finding: batchlint.Finding, request: object, marked: bytes) -> None:
    """What is marked is the value that the pointer names, or its key."""
    value = request
    steps = [step.replace("~1", "/").replace("~0", "~") for step in finding.pointer.split("/")[1:]]
    if finding.rule == "unknown-field":
        assert json.loads(marked) == steps[-1]
        return
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    assert json.loads(marked) == value


@pytest.mark.parametrize("profile", PROFILES)
def test_both_validators_agree(profile: str) -> None:
    line = documents()[profile_named(profile).line]
    first = Draft202012Validator(line, registry=registry())
    others = jsonschema_rs.Registry(list(documents().items()))
    second = jsonschema_rs.Draft202012Validator(line, registry=others, validate_formats=False)
    for row in rows_of(profile):
        ours = sorted([*map(str, error.absolute_path), error.validator] for error in first.iter_errors(row["request"]))
        # One of them takes every step of digits for an index.
        theirs = sorted(
            [*map(str, error.instance_path), error.kind.name] for error in second.iter_errors(row["request"])
        )
        assert ours == theirs, row["name"]


def test_every_kind_of_content_is_among_them() -> None:
    rows = [row for row in rows_of(DEFAULT) if all(severity != "error" for _, severity, _ in row["expect"])]
    text = "".join(json.dumps(row["request"]) for row in rows)
    parts = ["text", "image_url", "video_url", "audio_url", "input_audio"]
    roles = ["system", "user", "assistant", "tool", "developer", "function"]
    wanted = [f'"type": "{part}"' for part in parts] + [f'"role": "{role}"' for role in roles]
    assert [each for each in wanted if each not in text] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_names_differ(profile: str) -> None:
    names = [row["name"] for row in rows_of(profile)]
    assert len(names) == len(set(names))
