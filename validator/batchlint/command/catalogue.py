"""``batchlint rules`` and ``batchlint explain``: the rules that are built in, and those of policies."""

from __future__ import annotations

import os
import sys

import click

from batchlint.command.output import write_out
from batchlint.command.types import FileName, RuleName

_SCHEMA = click.option(
    "--schema",
    "schemas",
    multiple=True,
    type=FileName(),
    metavar="FILE",
    help="A policy whose rules are known too; repeatable. [default: none]",
)


@click.command("rules")
@_SCHEMA
@click.option(
    "-f",
    "--output-format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="text: a list; json: all that is known of each; markdown: all pages.",
)
def rules_command(schemas: tuple[str, ...], output_format: str) -> int:
    """List all rules, or export their pages."""
    from batchlint.engine.options import policies_at
    from batchlint.rules import export
    from batchlint.rules.catalogue import rules_with

    write = {"text": export.text, "json": export.json_text, "markdown": export.markdown}[output_format]
    return write_out(write(rules_with(policy.rules for policy in policies_at(schemas))))


@click.command("explain")
@click.argument("rule", type=RuleName())
@_SCHEMA
def explain_command(rule: str, schemas: tuple[str, ...]) -> int:
    """Explain one rule: what it finds, why, how to repair it."""
    from batchlint.command.pages import fitted
    from batchlint.command.terminal import columns
    from batchlint.engine.options import policies_at
    from batchlint.rules.catalogue import page_of, rule_named, rules_with
    from batchlint.rules.export import facts

    known = rule_named(rule, rules_with(policy.rules for policy in policies_at(schemas)))
    page = f"{page_of(known).rstrip()}\n\n({facts(known)})\n"
    return write_out(fitted(page, columns(sys.stdout, os.environ)))
