"""The linter of each input, by the settings that hold for it."""

from __future__ import annotations

import os
from types import TracebackType
from typing import NamedTuple

from batchlint.documents.profile import profile_named
from batchlint.engine.options import EngineOptions, policies_at
from batchlint.engine.parallel import Linter
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
    """How one input is judged: by which linter, and from which severity on it makes the run fail."""

    linter: Linter
    fail_level: Severity


class Linters:
    """Makes linters and patterns from settings. Use it as a context manager; one linter is open at a time."""

    def __init__(self, resolver: Resolver, excerpt_width: int | None = None, jobs: int = 1) -> None:
        """Takes what all linters of a run have in common.

        Args:
            resolver: the settings of each folder.
            excerpt_width: columns of the windows that findings carry; None for no windows.
            jobs: processes for a large file.
        """
        self._resolver = resolver
        self._excerpt_width = excerpt_width
        self._jobs = jobs
        self._open: tuple[EngineOptions, Linter] | None = None
        self._options: dict[tuple[int, tuple[str, ...]], EngineOptions] = {}
        self._patterns: dict[tuple[Pattern, ...], Patterns] = {}

    def __enter__(self) -> Linters:  # noqa: PYI034  # typing has Self from Python 3.11 on
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._open is not None:
            self._open[1].__exit__(kind, error, at)

    def judging(self, path: str | None) -> Judging:
        """How the file or URL `path`, or standard input without a name, is judged; ends what was given out before.

        Raises:
            UsageError: its configuration is wrong; the text begins with the place.
        """
        resolved, options = self._of(path)
        if self._open is None or self._open[0] != options:
            self.__exit__(None, None, None)
            self._open = (options, Linter(options, self._jobs))
        return Judging(self._open[1], resolved.settings.fail_level)

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
