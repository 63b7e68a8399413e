"""``batchlint rules``, ``batchlint explain`` and ``batchlint schema``: what is built in."""

from __future__ import annotations

import sys

import click

from batchlint.command.output import Output


def _print(text: str) -> int:
    output = Output(sys.stdout.buffer, is_eager=False)
    output.write(text)
    output.flush()
    return 0


@click.command("rules")
def rules_command() -> int:
    """List all rules."""
    from batchlint.rules.catalogue import rules

    rows = rules().values()
    width = max(len(rule.name) for rule in rows)
    return _print("".join(f"{rule.name:{width}}  {rule.severity:7}  {rule.summary}\n" for rule in rows))


@click.command("explain")
@click.argument("rule")
def explain_command(rule: str) -> int:
    """Explain one rule: what it finds, why it matters, how to repair it."""
    from batchlint.rules.catalogue import page, rule_named

    known = rule_named(rule)
    codes = f"; provider codes: {', '.join(known.provider_codes)}" if known.provider_codes else ""
    return _print(f"{page(rule).rstrip()}\n\n({known.severity}, family {known.family}{codes})\n")


@click.group("schema")
def schema_command() -> None:
    """Show the JSON documents that the rules rest on."""


@schema_command.command("list")
def schema_list() -> int:
    """List profiles and documents."""
    from batchlint.documents.profile import DEFAULT, profile_named, profile_names
    from batchlint.documents.store import names

    lines = ["profiles"]
    for name in profile_names():
        default = " (default)" if name == DEFAULT else ""
        lines.append(f"  {name}{default}: {profile_named(name).title}")
    lines += ["documents", *(f"  {name}" for name in names())]
    return _print("\n".join(lines) + "\n")


@schema_command.command("show")
@click.argument("name")
def schema_show(name: str) -> int:
    """Print the document called NAME, for example together/2026-02-15/line."""
    from batchlint.documents.store import text_of

    return _print(text_of(name.replace("@", "/")))
