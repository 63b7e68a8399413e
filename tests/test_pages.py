"""The pages of the rules: every example on them is run.

The fence of a block says what it holds: ``jsonl`` a whole file; ``bytes`` lines of the insides of Python bytes
literals, joined; ``recipe`` an object {"repeat": [[text, count], ...]}, where {n} is a running
number, and perhaps the "profile" to use; ``policy`` a
policy, a blank line, and a file that is judged by it too. Blocks of ``console`` need files that a reader has to make.
"""

from __future__ import annotations

import ast
import io
import json
import re
from pathlib import Path

import pytest

import batchlint
from batchlint.documents.profile import DEFAULT
from batchlint.rules.catalogue import page, rules
from support import run
from test_rules import repeated

HEADINGS = ["Why it matters", "Fails", "Passes", "How to repair"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections(rule: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", page(rule), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(section: str) -> list[tuple[str, str, str]]:
    found = [(rule, *block) for rule in rules() for block in BLOCK.findall(sections(rule)[section])]
    return [(rule, fence, text) for rule, fence, text in found if fence != "console"]


def content_of(fence: str, text: str) -> bytes:
    if fence == "jsonl":
        return text.encode()
    if fence == "bytes":
        return b"".join(ast.literal_eval(f"b'''{line}'''") for line in text.splitlines())
    if fence == "policy":
        return text.partition("\n\n")[2].encode()
    assert fence == "recipe"
    return "".join(repeated(*row) for row in json.loads(text)["repeat"]).encode()


def findings_of(rule: str, fence: str, text: str, folder: Path) -> list[batchlint.Finding]:
    """The findings of a block; where the page has a policy, by that policy too."""
    policies = []
    for number, (_, policy) in enumerate(block for block in BLOCK.findall(page(rule)) if block[0] == "policy"):
        policies.append(folder / f"policy-{number}.json")
        policies[-1].write_text(policy.partition("\n\n")[0], "utf-8")
    profile = json.loads(text).get("profile", DEFAULT) if fence == "recipe" else DEFAULT
    # Rules that are off unless they are selected have pages too.
    everything = batchlint.Selection(extend_select=(rule,))
    content = io.BytesIO(content_of(fence, text))
    return list(batchlint.iter_findings(content, profile=profile, schemas=policies, rules=everything))


@pytest.mark.parametrize(("rule", "fence", "text"), blocks("Fails"))
def test_what_should_fail_fails(rule: str, fence: str, text: str, tmp_path: Path) -> None:
    assert rule in {finding.rule for finding in findings_of(rule, fence, text, tmp_path)}


@pytest.mark.parametrize(("rule", "fence", "text"), blocks("Passes"))
def test_what_should_pass_passes(rule: str, fence: str, text: str, tmp_path: Path) -> None:
    findings = findings_of(rule, fence, text, tmp_path)
    assert [finding for finding in findings if finding.rule == rule or finding.severity == "error"] == []


@pytest.mark.parametrize("rule", rules())
def test_a_page_has_its_parts_in_order(rule: str) -> None:
    assert page(rule).startswith(f"# {rule}\n")
    assert list(sections(rule)) == HEADINGS
    for section in ("Fails", "Passes"):
        assert BLOCK.findall(sections(rule)[section])


@pytest.mark.parametrize("rule", rules())
def test_explain_prints_the_page(rule: str) -> None:
    shown = run("explain", rule)
    assert (shown.returncode, shown.stderr) == (0, b"")
    text = shown.stdout.decode("ascii")
    assert text.startswith(page(rule).rstrip())
    assert rules()[rule].severity in text.splitlines()[-1]


def test_every_provider_code_stands_on_the_page() -> None:
    missing = [(name, code) for name, rule in rules().items() for code in rule.provider_codes if code not in page(name)]
    assert missing == []
