"""The table of rules. A rule has a kebab-case name and nothing else that identifies it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from batchlint.errors import UsageError
from batchlint.findings import Family, Repairability, Severity
from batchlint.spelling import no_such
from batchlint.version import VERSION

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of fault.

    Attributes:
        name: kebab-case, stable.
        family: what knowledge it rests on.
        severity: its severity where neither a document nor a profile says otherwise.
        summary: one line, what is wrong.
        provider_codes: public error codes of providers for the same fault.
        default: whether it is on where nobody chooses.
        repair: how safely its findings can be repaired, where they can; None if none ever can.
    """

    name: str
    family: Family
    severity: Severity
    summary: str
    provider_codes: tuple[str, ...]
    default: bool = True
    repair: Repairability | None = None


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((_HERE / "rules.json").read_text("utf-8"))
    return document


@lru_cache(maxsize=1)
def rules() -> MappingProxyType[str, Rule]:
    """All rules by name, in the order of the documentation."""
    table = _document()["rules"]
    return MappingProxyType(
        {
            name: Rule(
                name,
                row["family"],
                row["severity"],
                row["summary"],
                tuple(row["provider_codes"]),
                row.get("default", True),
                row.get("repair"),
            )
            for name, row in table.items()
        }
    )


def rules_with(named: Iterable[Mapping[str, Rule]]) -> dict[str, Rule]:
    """All rules by name, then those that each of `named` adds; of one name the first holds."""
    table = dict(rules())
    for more in named:
        table.update({name: rule for name, rule in more.items() if name not in table})
    return table


def rule_named(name: str, known: Mapping[str, Rule] | None = None) -> Rule:
    """The rule called `name`.

    Args:
        name: the name.
        known: the rules to look in; all that batchlint has, without it.

    Raises:
        UsageError: there is none; the text names the closest one.
    """
    table = rules() if known is None else known
    if name in table:
        return table[name]
    raise UsageError(no_such("rule", name, table, '"batchlint rules" lists them'))


def page_of(rule: Rule) -> str:
    """The page of `rule`, as Markdown; a rule of a policy has one in general words."""
    if rule.name in rules():
        return (_HERE / "pages" / f"{rule.name}.md").read_text("utf-8")
    text = (_HERE / "policy-rule.md").read_text("utf-8")
    return text.replace("RULE", rule.name).replace("SUMMARY", rule.summary)


def address_of(rule: Rule) -> str | None:
    """Where the page of `rule` is published for this release; None for a rule of a policy."""
    if rule.name not in rules():
        return None
    template: str = _document()["pages"]
    return template.format(version=VERSION, rule=rule.name)


def page(name: str) -> str:
    """The page of the rule called `name`, as Markdown.

    Raises:
        UsageError: there is no such rule.
    """
    return page_of(rule_named(name))
