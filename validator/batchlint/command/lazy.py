"""Subcommands that are imported when they are asked for: a run pays for its own alone."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, MutableMapping

import click


class LazyCommands(MutableMapping[str, click.Command]):
    """The commands of a group by their names."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """Takes for each name ``module:attribute``, where the command stands."""
        self._places = places
        self._commands: dict[str, click.Command | None] = dict.fromkeys(places)

    def __getitem__(self, name: str) -> click.Command:
        command = self._commands[name]
        if command is None:
            module, _, attribute = self._places[name].partition(":")
            command = getattr(importlib.import_module(module), attribute)
            self._commands[name] = command
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._commands[name] = command

    def __delitem__(self, name: str) -> None:
        del self._commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._commands)

    def __len__(self) -> int:
        return len(self._commands)

    def __contains__(self, name: object) -> bool:
        # Without importing it, as the mixin would.
        return name in self._commands
