"""From the options and variables that were given to layers of settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import cast

import click
from click.core import ParameterSource

from batchlint.command.grouped import PREFIX, GroupedOption
from batchlint.errors import UsageError
from batchlint.parsing.values import JsonValue
from batchlint.settings.layers import KeyPath, Layer
from batchlint.settings.resolver import Resolver, Sources

LISTS = ("select", "extend-select", "ignore")


def resolver_for(context: click.Context) -> Resolver:
    """The settings of this call of the command: options, then variables, then files.

    Raises:
        UsageError: an option or the configuration is wrong.
    """
    current = os.getcwd()
    given: Sequence[str] = context.params["config"]
    files: list[str] = []
    inline: tuple[Layer, ...] = ()
    if given:
        from batchlint.settings.inline import inline_layers, is_inline

        files = [text for text in given if not is_inline(text)]
        inline = inline_layers(filter(is_inline, given), current)
    isolated: bool = context.params["isolated"]
    if len(files) > 1:
        raise UsageError("--config names more than one file; let one extend the other")
    if files and isolated:
        raise UsageError("--isolated and --config FILE exclude each other")
    variables = Layer(current, _values(context, ParameterSource.ENVIRONMENT), _variable)
    options = Layer(current, _values(context, ParameterSource.COMMANDLINE), _option)
    return Resolver(Sources((variables, *inline, options), files[0] if files else None, isolated, current))


def _values(context: click.Context, source: ParameterSource) -> Mapping[str, JsonValue]:
    """The settings that came from `source`, by key."""
    values: dict[str, JsonValue] = {}
    for param in context.command.params:
        if not isinstance(param, GroupedOption) or param.key is None or param.name is None:
            continue
        if context.get_parameter_source(param.name) is source:
            values[param.key] = _value(param.key, context.params[param.name])
    return values


def _value(key: str, value: object) -> JsonValue:
    """The value of an option in the form that a configuration file would have."""
    if key in LISTS:
        return [name for names in cast("tuple[list[str], ...]", value) for name in names]
    if key == "severity":
        return dict(cast("tuple[tuple[str, str], ...]", value))
    if key == "per-file-ignores":
        table: dict[str, JsonValue] = {}
        for pattern, names in cast("tuple[tuple[str, list[str]], ...]", value):
            table[pattern] = [*cast(list[str], table.get(pattern, [])), *names]
        return table
    return list(value) if isinstance(value, tuple) else cast(JsonValue, value)


def _option(_: KeyPath) -> str:
    return ""


def _variable(path: KeyPath) -> str:
    return PREFIX + path[0].upper().replace("-", "_")
