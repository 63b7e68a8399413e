"""Every rule by its cases: ``cases/rules/RULE.json``, described in ``cases/README.md``."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

import batchlint
from batchlint.documents.profile import DEFAULT
from batchlint.documents.store import load
from batchlint.rules.catalogue import rules
from support import CASES

Case = dict[str, Any]


def cases_of(rule: str) -> list[Case]:
    return json.loads((CASES / "rules" / f"{rule}.json").read_text("utf-8"))


def content_of(case: Case) -> bytes:
    if "bytes" in case:
        return "".join(case["bytes"]).encode("ascii").decode("unicode_escape").encode("latin-1")
    if "repeat" in case:
        return "".join(repeated(*row) for row in case["repeat"]).encode()
    return "".join(case["text"]).encode()


def repeated(text: str, count: int) -> str:
    return "".join(text.replace("{n}", str(n)) for n in range(1, count + 1)) if "{n}" in text else text * count


def judged(case: Case, content: bytes, folder: Path) -> batchlint.Report:
    options = case.get("options", {})
    limits = batchlint.Limits(**{name: options[name] for name in ("line_bytes", "depth") if name in options})
    source: io.BytesIO | Path = io.BytesIO(content)
    if "gzip_cut" in options or "gzip_keep" in options:
        archive = gzip.compress(content)
        source = folder / "requests.jsonl.gz"
        source.write_bytes(archive[: options.get("gzip_keep", len(archive) - options.get("gzip_cut", 0))])
    policies = []
    if "policy" in options:
        policies.append(folder / "policy.json")
        policies[0].write_text(json.dumps(options["policy"]), "utf-8")
    profile = options.get("profile", DEFAULT)
    return batchlint.validate(
        source,
        profile=profile,
        endpoint=options.get("endpoint"),
        limits=limits,
        schemas=policies,
        rules=batchlint.Selection(extend_select=tuple(options.get("select", ()))),
    )


PAIRS = [pytest.param(rule, case, id=f"{rule}: {case['name']}") for rule in rules() for case in cases_of(rule)]


@pytest.mark.parametrize(("rule", "case"), PAIRS)
def test_case(rule: str, case: Case, tmp_path: Path) -> None:
    content = content_of(case)
    report = judged(case, content, tmp_path)
    found = [[each.rule, each.line, each.column, each.pointer] for each in report.findings]
    assert found == [row[:4] for row in case["expect"]]
    for finding, row in zip(report.findings, case["expect"], strict=True):
        if finding.line is not None:
            check_place(finding, content)
        if len(row) == 5:
            assert content[finding.offset : finding.end_offset].decode() == row[4]
    assert (rule in [row[0] for row in case["expect"]]) != case["name"].startswith("passes: ")


def check_place(finding: batchlint.Finding, content: bytes) -> None:
    """Line and column say the same as the offset, at both ends."""
    for line, column, offset in (
        (finding.line, finding.column, finding.offset),
        (finding.end_line, finding.end_column, finding.end_offset),
    ):
        assert line is not None
        assert column is not None
        assert offset is not None
        before = content[:offset]
        assert line == before.count(b"\n") + 1
        assert column == len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "surrogateescape")) + 1


@pytest.mark.parametrize("rule", rules())
def test_every_rule_has_cases_that_fail_and_that_pass(rule: str) -> None:
    outcomes = {rule in [row[0] for row in case["expect"]] for case in cases_of(rule)}
    assert outcomes == {True, False}


def test_no_cases_of_unknown_rules() -> None:
    assert {path.stem for path in (CASES / "rules").glob("*.json")} == set(rules())


@pytest.mark.parametrize("rule", rules())
def test_names_of_cases_differ(rule: str) -> None:
    names = [case["name"] for case in cases_of(rule)]
    assert len(names) == len(set(names))


def test_the_rules_in_the_cases_are_those_of_the_table() -> None:
    table = load(Path(batchlint.__file__).parent / "rules" / "rules.json")["rules"]
    assert {row[0] for rule in rules() for case in cases_of(rule) for row in case["expect"]} == set(table)
