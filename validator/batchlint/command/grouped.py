"""Options in groups: each says its default and the environment variable that stands for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

PREFIX = "BATCHLINT_"
RULES = "Rules"
INPUT = "Input"
REPORT = "Report"
OUTCOME = "Outcome"
REPAIR = "Repair"
PARTS = "Parts"
CONFIGURATION = "Configuration"
OTHER = "Other options"

_Function = TypeVar("_Function", bound=Callable[..., Any])


class GroupedOption(click.Option):
    """An option that stands under a heading of the help text."""

    def __init__(self, *declarations: Any, heading: str, key: str | None, **rest: Any) -> None:
        """Takes what `click.Option` takes, and more.

        Args:
            declarations: its names.
            heading: the heading that it stands under.
            key: the key of the configuration that it sets, or None.
            rest: all else.
        """
        super().__init__(*declarations, **rest)
        self.heading = heading
        self.key = key

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """What a message about a wrong value names: the variable, where that was read."""
        source = None if ctx is None or self.name is None else ctx.get_parameter_source(self.name)
        return f"'{self.envvar}'" if source is ParameterSource.ENVIRONMENT else super().get_error_hint(ctx)


class GroupedCommand(click.Command):
    """A command whose help text groups its options.

    Attributes:
        headings: the groups in their order; others follow.
    """

    headings = (RULES, INPUT, PARTS, REPORT, OUTCOME, REPAIR, CONFIGURATION, OTHER)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the options under their headings, in the order in which they were declared."""
        groups: dict[str, list[tuple[str, str]]] = {heading: [] for heading in self.headings}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is not None:
                heading = param.heading if isinstance(param, GroupedOption) else OTHER
                groups.setdefault(heading, []).append(record)
        for heading, records in groups.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


def option(
    heading: str, *declarations: str, default_text: str, key: str | None = None, has_variable: bool = True, **rest: Any
) -> Callable[[_Function], _Function]:
    """A decorator that adds an option.

    Args:
        heading: the group that it stands in.
        declarations: its names, as click takes them; the first long one also names its variable.
        default_text: what holds where it is not given.
        key: the key of the configuration that it sets, or None.
        has_variable: whether an environment variable stands for it.
        rest: what click takes for an option.
    """
    name = next(each for each in declarations if each.startswith("--")).split("/")[0].lstrip("-")
    variable = PREFIX + name.upper().replace("-", "_")

    if has_variable:
        rest["envvar"] = variable
    # click's own words for a default depend on its version and on the kind of option.
    rest["help"] = f"{rest['help']} [default: {default_text}]"
    return click.option(*declarations, cls=GroupedOption, heading=heading, key=key, **rest)
