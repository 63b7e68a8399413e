"""Groups of commands: what they say where none is given or there is no such command, and the scripts for shells."""

from __future__ import annotations

import os
from typing import Any, NoReturn

import click

from batchlint.command import exit_status
from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.spelling import no_such

COMPLETE = "_BATCHLINT_COMPLETE"
"""The variable by which a shell asks for completion."""


class CommandGroup(click.Group):
    """Commands under one name."""

    def main(self, *args: Any, **rest: Any) -> Any:
        """Runs a command, or completes one for a shell."""
        if COMPLETE in os.environ:
            from batchlint.command.completion import register

            register()
        return super().main(*args, **rest)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Shows the help where there is no command; versions of click differ in where and with which status."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(exit_status.USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant.

        Raises:
            UsageError: there is none of that name; the text says what was probably meant.
        """
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            self._refuse(ctx, args[0])
        return super().resolve_command(ctx, args)

    def _refuse(self, ctx: click.Context, name: str) -> NoReturn:
        if "lint" in self.commands and os.path.lexists(name):
            word = show(name, 40)
            raise UsageError(f'there is no command "{word}"; did you mean "{ctx.command_path} lint {word}"?')
        known = self.list_commands(ctx)
        raise UsageError(no_such("command", name, known, f"there are: {', '.join(known)}"))
