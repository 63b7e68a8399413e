"""``batchlint rules`` and ``batchlint explain``: the rules that are built in, and those of policies."""

from __future__ import annotations

import click

from batchlint.command.output import write_out

_SCHEMA = click.option(
    "--schema", "schemas", multiple=True, metavar="FILE", help="A policy whose rules are known too; repeatable."
)


@click.command("rules")
@_SCHEMA
def rules_command(schemas: tuple[str, ...]) -> int:
    """List all rules."""
    from batchlint.engine.options import policies_at
    from batchlint.rules.catalogue import rules_with

    rows = rules_with(policy.rules for policy in policies_at(schemas)).values()
    width = max(len(rule.name) for rule in rows)
    return write_out("".join(f"{rule.name:{width}}  {rule.severity:7}  {rule.summary}\n" for rule in rows))


@click.command("explain")
@click.argument("rule")
@_SCHEMA
def explain_command(rule: str, schemas: tuple[str, ...]) -> int:
    """Explain one rule: what it finds, why it matters, how to repair it."""
    from batchlint.engine.options import policies_at
    from batchlint.rules.catalogue import page_of, rule_named, rules_with

    known = rule_named(rule, rules_with(policy.rules for policy in policies_at(schemas)))
    codes = f"; provider codes: {', '.join(known.provider_codes)}" if known.provider_codes else ""
    return write_out(f"{page_of(known).rstrip()}\n\n({known.severity}, family {known.family}{codes})\n")
