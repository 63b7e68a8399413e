"""Settings as lines for people: each key, its value as TOML would have it, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.escaping import json_text, show
from batchlint.settings.check import keys
from batchlint.settings.layers import Layer, Resolved
from batchlint.settings.values import NEVER_WALKED, RUN_KEYS, default_of

WITHOUT_FIELD = frozenset(
    {"select", "extend-select", "ignore", "severity", "per-file-ignores", "extend-exclude", "schema"}
)
"""Keys that add up over the sources; each source has a line of its own."""


def explain(resolved: Resolved, run: Resolved) -> Iterator[str]:
    """One line for each key and source, in the order of the documentation.

    Args:
        resolved: what holds for a file.
        run: what holds for the run, from which the keys of `RUN_KEYS` are taken.
    """
    for key in keys():
        if key == "extend":
            continue
        layers = (run if key in RUN_KEYS else resolved).origins.get(key, ())
        if not layers:
            yield f"{key} = {_default(key)}  # default"
        for layer in layers:
            yield f"{key} = {_written(layer.values[key])}  # {_source(layer, key)}"


def _source(layer: Layer, key: str) -> str:
    return show(layer.place((key,)) or "command line", 200)


def _default(key: str) -> str:
    if key == "exclude":
        return _written(list(NEVER_WALKED))
    if key == "select":
        return "(the usual rules)"
    if key in WITHOUT_FIELD:
        return "(none)"
    value = default_of(key)
    return "(none)" if value is None else _written(value)


def _written(value: object) -> str:
    """`value` as TOML writes it on one line, in ASCII."""
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_written(member)}" for key, member in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_written, value))}]"
    return json_text(value)


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else _written(key)
