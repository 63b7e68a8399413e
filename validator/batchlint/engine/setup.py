"""Putting an engine together from its options."""

from __future__ import annotations

from functools import lru_cache

from batchlint.checks.registry import Checks, checks_for
from batchlint.documents.profile import profile_named
from batchlint.engine.options import EngineOptions
from batchlint.engine.rulebook import Rulebook
from batchlint.engine.run import Engine
from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.validating.screen import screen_for


@lru_cache(maxsize=4)
def rulebook_of(options: EngineOptions) -> Rulebook:
    """The severities that rules have by `options`.

    Raises:
        UsageError: an unknown profile or rule.
    """
    return options.rulebook()


@lru_cache(maxsize=4)
def checks_of(options: EngineOptions) -> Checks:
    """The checks whose rules are on by `options`."""
    return checks_for(rulebook_of(options).is_on)


@lru_cache(maxsize=4)
def engine_for(options: EngineOptions) -> Engine:
    """The engine for `options`.

    Raises:
        UsageError: an unknown profile, endpoint or rule.
        DocumentError: a document is missing or broken.
    """
    profile = profile_named(options.profile)
    if options.endpoint is not None and options.endpoint not in profile.endpoints:
        known = ", ".join(profile.endpoints)
        raise UsageError(f'{profile.name} has no endpoint "{show(options.endpoint, 60)}"; it has: {known}')
    compares_bodies = rulebook_of(options).is_on("identical-request")
    has_screen = options.screens and not compares_bodies
    screen = screen_for(options.documents(), options.limits.depth, checks_of(options)) if has_screen else None
    return Engine(profile, options, screen, compares_bodies)
