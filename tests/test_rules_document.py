"""The rules as documents: what ``batchlint rules`` exports, and ``docs/rules.md``."""

from __future__ import annotations

import json
import re

import pytest

from batchlint.rules.catalogue import page, rules
from batchlint.rules.choice import FAMILIES
from batchlint.version import VERSION
from support import CHECKOUT, run

TEMPLATE = ["Why it matters", "Fails", "Passes", "How to repair"]


def headings(text: str) -> list[tuple[int, str]]:
    """Level and text of the headings of a Markdown text, fences left out."""
    unfenced = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [(len(marks), name) for marks, name in re.findall(r"^(#+) (.+)$", unfenced, re.MULTILINE)]


def test_the_document_is_current() -> None:
    written = run("rules", "--output-format", "markdown").stdout.decode("ascii")
    assert (CHECKOUT / "docs" / "rules.md").read_text("utf-8") == written, (
        "write it anew: batchlint rules --output-format markdown > docs/rules.md"
    )


def test_the_document_has_an_anchor_for_each_rule() -> None:
    text = (CHECKOUT / "docs" / "rules.md").read_text("utf-8")
    assert [name for level, name in headings(text) if level == 2] == list(rules())
    assert sorted(re.findall(r"\]\(#([a-z0-9-]+)\)", text)) == sorted(rules())
    assert "do not edit" in text.splitlines()[0]


@pytest.mark.parametrize("name", list(rules()))
def test_a_page_has_its_parts(name: str) -> None:
    assert headings(page(name)) == [(1, name), *((2, part) for part in TEMPLATE)]


def test_rules_as_json() -> None:
    document = json.loads(run("rules", "--output-format", "json").stdout)
    assert [row["name"] for row in document["rules"]] == list(rules())
    for row in document["rules"]:
        rule = rules()[row["name"]]
        assert (row["family"], row["severity"], row["default"]) == (rule.family, rule.severity, rule.default)
        assert row["provider_codes"] == list(rule.provider_codes)
        assert row["page"] == page(rule.name)
        assert row["url"].endswith(f"/v{VERSION}/docs/rules.md#{rule.name}")
        assert row["family"] in FAMILIES


def test_rules_as_text() -> None:
    lines = run("rules").stdout.decode("ascii").splitlines()
    assert [line.split()[0] for line in lines] == list(rules())


@pytest.mark.parametrize("name", list(rules()))
def test_no_name_of_a_rule_is_that_of_a_family(name: str) -> None:
    assert name not in (*FAMILIES, "all")
