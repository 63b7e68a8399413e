"""All rules with their pages: as a list, as JSON, and as the document ``docs/rules.md``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from batchlint.findings import Repairability
from batchlint.rules.catalogue import Rule, address_of, page_of

HEADER = """<!-- Written by `batchlint rules --output-format markdown`; do not edit, edit the pages of the rules. -->

# Rules of batchlint
"""


_REPAIRS: Mapping[Repairability, str] = MappingProxyType(
    {"safe": "--fix repairs some or all", "unsafe": "--fix --unsafe-fixes repairs some or all"}
)


def facts(rule: Rule) -> str:
    """What the table says of `rule`, in one line."""
    parts = [rule.severity, f"family {rule.family}"]
    if not rule.default:
        parts.append("off unless selected by name")
    if rule.provider_codes:
        parts.append(f"provider codes: {', '.join(rule.provider_codes)}")
    if rule.repair:
        parts.append(_REPAIRS[rule.repair])
    return "; ".join([", ".join(parts[:2]), *parts[2:]])


def text(rules: Mapping[str, Rule]) -> str:
    """One line for each rule."""
    rows = rules.values()
    width = max(len(rule.name) for rule in rows)
    return "".join(
        f"{rule.name:{width}}  {rule.severity if rule.default else 'off':7}  {rule.summary}\n" for rule in rows
    )


def json_text(rules: Mapping[str, Rule]) -> str:
    """One object, for programs; each rule with its page as Markdown."""
    rows = [
        {
            "name": rule.name,
            "family": rule.family,
            "severity": rule.severity,
            "default": rule.default,
            "repair": rule.repair,
            "summary": rule.summary,
            "provider_codes": list(rule.provider_codes),
            "url": address_of(rule),
            "page": page_of(rule),
        }
        for rule in rules.values()
    ]
    return json.dumps({"rules": rows}, indent=2) + "\n"


def markdown(rules: Mapping[str, Rule]) -> str:
    """All pages in one document; the heading of each is its rule's name, which makes the anchor."""
    parts = [HEADER]
    for family in dict.fromkeys(rule.family for rule in rules.values()):
        parts.append(f"\nFamily `{family}`:\n\n| rule | severity | finds |\n|---|---|---|\n")
        for rule in (rule for rule in rules.values() if rule.family == family):
            severity = rule.severity if rule.default else f"{rule.severity}, off unless selected"
            parts.append(f"| [{rule.name}](#{rule.name}) | {severity} | {rule.summary} |\n")
    for rule in rules.values():
        head, *rest = _lowered(page_of(rule).rstrip())
        parts.append("\n" + "\n".join([head, "", f"*{facts(rule)}*", *rest]) + "\n")
    return "".join(parts)


def _lowered(text: str) -> Iterator[str]:
    """The lines of a page with its headings one level lower; what stands in fences is left as it is."""
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        yield f"#{line}" if line.startswith("#") and not fenced else line
