"""``batchlint config``: what holds for a file, and where each value comes from."""

from __future__ import annotations

import os

import click

from batchlint.command.grouped import GroupedCommand
from batchlint.command.groups import CommandGroup
from batchlint.command.options import setting_options
from batchlint.command.output import write_out
from batchlint.command.types import FileName


@click.group("config", cls=CommandGroup)
def config_command() -> None:
    """Show the configuration."""


@config_command.command("show", cls=GroupedCommand)
@click.argument("path", required=False, type=FileName())
@setting_options
@click.pass_context
def config_show(context: click.Context, /, path: str | None, **_settings: object) -> int:
    """Print what holds for PATH and where it comes from.

    PATH is a file or directory [default: the current directory]. What holds for a whole run comes from the current
    directory's configuration.
    """
    from batchlint.command.configured import resolver_for
    from batchlint.command.linters import Linters
    from batchlint.settings.explain import explain

    resolver = resolver_for(context)
    name = path if path is not None and not os.path.isdir(path) else os.path.join(path or os.curdir, "")
    options = Linters(resolver).options(name)
    rulebook = options.rulebook()
    lines = [*explain(resolver.for_file(name), resolver.for_run()), ""]
    off = [rule for rule in rulebook.rules if rulebook.severity(rule, None) is None]
    changed = [f"{rule}={severity}" for rule, severity in rulebook.choice.severities if rule not in off]
    lines.append(f"# rules: {len(rulebook.rules) - len(off)} on, {len(off)} off")
    if off:
        lines.append(f"# off: {', '.join(off)}")
    if changed:
        lines.append(f"# changed: {', '.join(changed)}")
    return write_out("".join(f"{line}\n" for line in lines))
