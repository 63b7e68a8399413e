"""Which objects a prefix or a pattern stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from batchlint.reading.discovery import ENDINGS
from batchlint.reading.remote.errors import told
from batchlint.reading.remote.stores import place_at
from batchlint.urls import scheme_of

_DEEPEST = 8
"""Folders below a web server's page that are followed: its links may lead round in a circle."""


def is_prefix(url: str) -> bool:
    """Whether `url` stands for all batch files below it: it ends with a slash, or names a bucket alone."""
    _, slash, path = _parts(url)
    return not slash or path.endswith("/") or not path


def is_pattern(url: str) -> bool:
    """Whether `url` stands for all objects that it matches: ``*``, ``?`` and ``[...]`` as in a shell, ``**`` too."""
    return re.search(r"[*\[]|\?(?!versionId=)", _parts(url)[2]) is not None


def _parts(url: str) -> tuple[str, str, str]:
    """The host or bucket, the slash after it, and the path, which on the web ends before the query."""
    rest = url.partition("://")[2]
    if scheme_of(url) in ("http", "https"):
        rest = rest.partition("?")[0]
    return rest.partition("/")


def objects_below(url: str) -> Iterator[str]:
    """The URLs of the batch files below the prefix `url`, in the order of their names.

    Raises:
        OSError: it cannot be listed; see `told`.
        UsageError: a scheme that is not read.
        MissingPartError: a part of the installation is missing.
    """
    with told(is_reading=False):
        place = place_at(url)
        found = place.system.find(place.path, **({"maxdepth": _DEEPEST} if place.is_web else {}))
    yield from _urls(url, (name for name in found if name.lower().endswith(ENDINGS)))


def objects_like(url: str) -> Iterator[str]:
    """The URLs of the objects that match the pattern `url`, in the order of their names; errors as above."""
    with told(is_reading=False):
        place = place_at(url)
        found = place.system.glob(place.path)
    yield from _urls(url, (name for name in found if not name.endswith("/")))


def _urls(url: str, names: Iterator[str]) -> Iterator[str]:
    head = url.partition("://")[0]
    for name in sorted(names):
        yield name if "://" in name else f"{head}://{name.lstrip('/')}"
