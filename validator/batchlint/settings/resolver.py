"""What holds where: from the sources of one run to the settings of each folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.reading.sources import display_name
from batchlint.rules.catalogue import Rule, rules_with
from batchlint.settings.discovery import candidates
from batchlint.settings.layers import Layer, Resolved, resolve


class Sources(NamedTuple):
    """Where the settings of one run come from, beside the files that lie above the inputs.

    Attributes:
        strong: layers that are stronger than any file, the weakest first.
        file: a configuration file that holds in place of those above the inputs, or None.
        isolated: whether no file is looked for.
        current: the current directory, absolute.
    """

    strong: Sequence[Layer]
    file: str | None
    isolated: bool
    current: str


class Resolver:
    """The settings of each folder; each configuration file is read once a run."""

    def __init__(self, sources: Sources) -> None:
        """Takes the sources.

        Raises:
            UsageError: the configuration file that was named is none.
        """
        self._sources = sources
        self._named: tuple[Layer, ...] = ()
        if sources.file is not None:
            from batchlint.settings.files import layers_of

            name = show(display_name(sources.file), 200)
            try:
                named = layers_of(os.path.normpath(os.path.join(sources.current, sources.file)), sources.current)
            except FileNotFoundError:
                raise UsageError(f"{name}: there is no such file; one setting is given as KEY=VALUE") from None
            if named is None:
                raise UsageError(f"{name}: there is no table [tool.batchlint] in it")
            self._named = named
        self._files: dict[str, tuple[Layer, ...]] = {}
        self._resolved: dict[tuple[int, ...], Resolved] = {}

    def for_run(self) -> Resolved:
        """What holds for the run: the settings of the current directory."""
        return self.for_folder(self._sources.current)

    def for_file(self, path: str) -> Resolved:
        """What holds for the file at `path`; it need not exist."""
        return self.for_folder(os.path.dirname(os.path.join(self._sources.current, path)))

    def for_folder(self, folder: str) -> Resolved:
        """What holds for the files of `folder`, absolute.

        Raises:
            UsageError: its configuration is wrong; the text begins with the place.
        """
        layers = self._named or self._closest(os.path.normpath(folder))
        # Folders below the same configuration share one value, so that they share what is made from it.
        key = tuple(map(id, layers))
        if key not in self._resolved:
            self._resolved[key] = resolve((*layers, *self._sources.strong), _rules)
        return self._resolved[key]

    def _closest(self, folder: str) -> tuple[Layer, ...]:
        if self._sources.isolated or self._sources.file is not None:
            return ()
        # A path may have more parts than Python allows calls within calls.
        below: list[str] = []
        while folder not in self._files:
            found = self._in(folder)
            parent = os.path.dirname(folder)
            if found is None and parent != folder:
                below.append(folder)
                folder = parent
            else:
                self._files[folder] = found or ()
        self._files.update(dict.fromkeys(below, self._files[folder]))
        return self._files[folder]

    def _in(self, folder: str) -> tuple[Layer, ...] | None:
        for path in candidates(folder):
            from batchlint.settings.files import layers_of

            try:
                layers = layers_of(path, self._sources.current)
            except FileNotFoundError:
                raise UsageError(f"{show(display_name(path), 200)}: a link that leads nowhere") from None
            if layers is not None:
                return layers
        return None


def _rules(schemas: tuple[str, ...]) -> Mapping[str, Rule]:
    """All rules, with those of the policies in the files `schemas`."""
    if not schemas:
        return rules_with(())
    from batchlint.policies.policy import load_policy

    return rules_with(load_policy(path).rules for path in schemas)
