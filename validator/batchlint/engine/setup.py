"""Putting an engine together from its options."""

from __future__ import annotations

from functools import lru_cache

from batchlint.documents.profile import profile_named
from batchlint.engine.options import EngineOptions
from batchlint.engine.run import Engine
from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.validating.screen import screen_for


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
    if options.selections:
        options.rulebook()
    screen = screen_for(options.documents(), options.limits.depth) if options.screens else None
    return Engine(profile, options, screen)
