"""How each input is judged, by the settings that hold for it."""

from __future__ import annotations

import os
from typing import NamedTuple

from batchlint.documents.profile import profile_named
from batchlint.engine.options import EngineOptions, policies_at
from batchlint.engine.run import Engine
from batchlint.engine.setup import engine_for
from batchlint.findings import Severity
from batchlint.limits import Limits
from batchlint.reading.discovery import Skips
from batchlint.reading.patterns import Pattern, Patterns, below
from batchlint.rules.choice import Selection
from batchlint.settings.layers import Resolved
from batchlint.settings.resolver import Resolver
from batchlint.settings.values import PerFileIgnore
from batchlint.urls import is_url, place_of


class Judging(NamedTuple):
    """How one input is judged: what its engine is made of, and from which severity on it makes the run fail."""

    options: EngineOptions
    fail_level: Severity

    @property
    def engine(self) -> Engine:
        """What judges it."""
        return engine_for(self.options)


class Linters:
    """Makes options of engines and patterns from settings."""

    def __init__(self, resolver: Resolver, excerpt_width: int | None = None) -> None:
        """Takes what all linters of a run have in common.

        Args:
            resolver: the settings of each folder.
            excerpt_width: columns of the windows that findings carry; None for no windows.
        """
        self._resolver = resolver
        self._excerpt_width = excerpt_width
        self._options: dict[tuple[int, tuple[str, ...]], EngineOptions] = {}
        self._patterns: dict[tuple[Pattern, ...], Patterns] = {}

    def judging(self, path: str | None) -> Judging:
        """How the file or URL `path`, or standard input without a name, is judged.

        Raises:
            UsageError: its configuration is wrong; the text begins with the place.
        """
        resolved, options = self._of(path)
        return Judging(options, resolved.settings.fail_level)

    def options(self, path: str | None) -> EngineOptions:
        """What the engine is made of for the file at `path`, or standard input without a name.

        Raises:
            UsageError: its configuration is wrong; the text begins with the place.
        """
        return self._of(path)[1]

    def _of(self, path: str | None) -> tuple[Resolved, EngineOptions]:
        ignored: tuple[str, ...] = ()
        if path is None:
            resolved = self._resolver.for_run()
        else:
            resolved, place = self._at(path)
            ignored = self._ignored(resolved.settings.per_file_ignores, place)
        # The resolver keeps what it gives out, so the same identity stands for the same settings.
        key = (id(resolved), ignored)
        if key not in self._options:
            self._options[key] = _options(resolved, ignored, self._excerpt_width)
        return resolved, self._options[key]

    def _at(self, path: str) -> tuple[Resolved, str]:
        """What holds for the file or URL `path`, and the absolute path that patterns are matched with."""
        if is_url(path):
            return self._resolver.for_run(), place_of(path)
        return self._resolver.for_file(path), os.path.abspath(path)

    def excludes(self, path: str, is_folder: bool) -> bool:
        """Whether the file or URL `path`, or a folder above it, is excluded by the settings that hold for it.

        Folders above the current directory do not count.
        """
        resolved, place = self._at(path)
        exclude = resolved.settings.exclude
        current = os.getcwd()
        if place.startswith(os.path.join(current, "")):
            exclude = tuple(below(exclude, current))
        return self._compiled(exclude).match(place, is_folder=is_folder)

    def skips(self, directory: str, respect_gitignore: bool) -> Skips:
        """What is passed over below `directory`, absolute, which the user gave by name."""
        from batchlint.reading.gitignore import GitIgnored

        ignored = GitIgnored(directory) if respect_gitignore else None
        holding: dict[tuple[Pattern, ...], Patterns] = {}

        def skips(path: str, is_folder: bool) -> bool:
            exclude = self._resolver.for_folder(os.path.dirname(path)).settings.exclude
            if exclude not in holding:
                holding[exclude] = self._compiled(tuple(below(exclude, directory)))
            if holding[exclude].match_entry(path, is_folder=is_folder):
                return True
            return ignored is not None and ignored.covers(path, is_folder=is_folder)

        return skips

    def _ignored(self, ignores: tuple[PerFileIgnore, ...], path: str) -> tuple[str, ...]:
        names = [name for row in ignores if self._compiled((row.pattern,)).match(path) for name in row.rules]
        return tuple(dict.fromkeys(names))

    def _compiled(self, patterns: tuple[Pattern, ...]) -> Patterns:
        if patterns not in self._patterns:
            self._patterns[patterns] = Patterns(patterns)
        return self._patterns[patterns]


def _options(resolved: Resolved, ignored: tuple[str, ...], excerpt_width: int | None) -> EngineOptions:
    settings = resolved.settings
    with resolved.placed("profile"):
        profile_named(settings.profile)
    selections = (*settings.selections, Selection(ignore=ignored)) if ignored else settings.selections
    options = EngineOptions(
        settings.profile,
        settings.endpoint,
        Limits(settings.max_line_bytes, settings.max_depth),
        excerpt_width,
        policies=policies_at(settings.schemas),
        selections=selections,
    )
    with resolved.placed("endpoint"):
        engine_for(options)
    return options
