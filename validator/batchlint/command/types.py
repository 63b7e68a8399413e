"""The types of options that name rules, profiles and patterns, with what a shell completes for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

LEVELS = ("error", "warning", "info", "off")


def _items(known: Iterable[tuple[str, str]], start: str, before: str = "") -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(before + name, help=text) for name, text in known if name.startswith(start)]


def _rules() -> list[tuple[str, str]]:
    from batchlint.rules.catalogue import rules

    return [(rule.name, rule.summary) for rule in rules().values()]


def _rules_and_families() -> list[tuple[str, str]]:
    from batchlint.rules.choice import ALL, FAMILIES

    return [*_rules(), *((family, "a family of rules") for family in FAMILIES), (ALL, "every rule")]


class _Type(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click only
    """What all types have in common."""


class Text(_Type):
    """Any text; in a variable several stand on lines of their own."""

    name = "text"
    envvar_list_splitter = "\n"


class FileName(Text):
    """The path of a file or folder, which need not exist; whoever opens it says what hinders that."""

    name = "path"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What the shell itself knows of files."""
        from click.shell_completion import CompletionItem

        del ctx, param
        return [CompletionItem(incomplete, type="file")]


class RuleName(_Type):
    """The name of a rule."""

    name = "rule"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The rules that begin so."""
        del ctx, param
        return _items(_rules(), incomplete)


class RuleList(_Type):
    """Names of rules or families with commas between them; becomes a list."""

    name = "rules"

    def __init__(self, *, may_be_empty: bool = True) -> None:
        """Says whether it may hold no name, as where a variable of a script is empty."""
        self._may_be_empty = may_be_empty

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """The names."""
        if isinstance(value, list):
            return value
        names = [part.strip() for part in str(value).split(",") if part.strip()]
        if not names and not self._may_be_empty:
            self.fail("it names no rule or family", param, ctx)
        return names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The rules and families that begin as what stands after the last comma."""
        del ctx, param
        before, comma, start = incomplete.rpartition(",")
        return _items(_rules_and_families(), start, before + comma)


class RuleLevel(_Type):
    """``RULE=LEVEL``; becomes a pair."""

    name = "level"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """The rule and its level."""
        if isinstance(value, tuple):
            return value
        rule, sign, level = str(value).partition("=")
        if not sign or level not in LEVELS:
            self.fail(f'"{value}" is not RULE=LEVEL with LEVEL one of {", ".join(LEVELS)}', param, ctx)
        return rule, level

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The rules, and after the sign the levels."""
        del ctx, param
        rule, sign, level = incomplete.partition("=")
        if sign:
            return _items(((each, "") for each in LEVELS), level, f"{rule}=")
        return _items(((f"{name}=", text) for name, text in _rules()), incomplete)


class PatternRules(_Type):
    """``PATTERN:RULES``, RULES as in `RuleList`; becomes a pair. In a variable several stand on lines of their own."""

    name = "pattern"
    envvar_list_splitter = "\n"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, list[str]]:
        """The pattern and the names."""
        if isinstance(value, tuple):
            return value
        pattern, _, names = str(value).rpartition(":")
        if not pattern or not names:
            self.fail(f'"{value}" is not PATTERN:RULE[,RULE]', param, ctx)
        return pattern, RuleList().convert(names, param, ctx)


class ProfileName(_Type):
    """The name of a profile."""

    name = "profile"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The profiles that begin so, and the providers."""
        from batchlint.documents.profile import profile_named, profile_names

        del ctx, param
        names = profile_names()
        providers = dict.fromkeys(name.partition("@")[0] for name in names)
        return _items(((name, profile_named(name).title) for name in (*providers, *names)), incomplete)


class DocumentName(ProfileName):
    """The name of a document or of a profile."""

    name = "document"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The documents and profiles that begin so."""
        from batchlint.documents.store import by_name, names

        documents = _items(((name, str(by_name(name)["title"])) for name in names()), incomplete)
        return [*super().shell_complete(ctx, param, incomplete), *documents]
