"""The TOML reader: of the standard library, or the package that it grew from where Python is older."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parse_toml(text: str) -> dict[str, object]:
    """The document `text`.

    Raises:
        ValueError: it is no TOML; the text says why and where.
        RecursionError: it is nested too deep.
    """
    document: dict[str, object] = tomllib.loads(text)
    return document
