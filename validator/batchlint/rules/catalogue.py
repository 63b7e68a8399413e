"""The table of rules. A rule has a kebab-case name and nothing else that identifies it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from batchlint.errors import UsageError
from batchlint.findings import Family, Severity

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
    """

    name: str
    family: Family
    severity: Severity
    summary: str
    provider_codes: tuple[str, ...]


@lru_cache(maxsize=1)
def rules() -> MappingProxyType[str, Rule]:
    """All rules by name, in the order of the documentation."""
    table = json.loads((_HERE / "rules.json").read_text("utf-8"))["rules"]
    return MappingProxyType(
        {
            name: Rule(name, row["family"], row["severity"], row["summary"], tuple(row["provider_codes"]))
            for name, row in table.items()
        }
    )


def rule_named(name: str) -> Rule:
    """The rule called `name`.

    Raises:
        UsageError: there is none; the text names the closest one.
    """
    known = rules()
    if name in known:
        return known[name]
    from difflib import get_close_matches

    from batchlint.escaping import show

    close = get_close_matches(name, known, 1)
    suggestion = f'; did you mean "{close[0]}"?' if close else '; "batchlint rules" lists them'
    raise UsageError(f'there is no rule "{show(name, 40)}"{suggestion}')


def page(name: str) -> str:
    """The page of the rule called `name`, as Markdown.

    Raises:
        UsageError: there is no such rule.
    """
    return (_HERE / "pages" / f"{rule_named(name).name}.md").read_text("utf-8")
