"""Configuration files: reading TOML, checking it, and following ``extend``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import cast

from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.parsing.values import JsonValue
from batchlint.portable import portable_path
from batchlint.reading.sources import display_name
from batchlint.reading.whole import read_whole
from batchlint.settings.check import complaint
from batchlint.settings.discovery import PYPROJECT
from batchlint.settings.layers import KeyPath, Layer
from batchlint.settings.places import line_of
from batchlint.settings.toml import parse_toml

TABLE: KeyPath = ("tool", "batchlint")


def layers_of(path: str, current: str) -> tuple[Layer, ...] | None:
    """The layers of the configuration file at `path`: those it extends, the outermost first, then itself.

    Args:
        path: an absolute path.
        current: the current directory; places below it are told relative to it.

    Returns:
        None where it is a ``pyproject.toml`` without our table.

    Raises:
        FileNotFoundError: there is no such file.
        UsageError: it cannot be read, is not TOML, or is no configuration; the text names the place.
    """
    own = _layer(path, current)
    if own is None:
        return None
    layers = [own]
    chain = [path]
    while "extend" in layers[0].values:
        place = layers[0].place(("extend",))
        base = os.path.normpath(os.path.join(layers[0].base, str(layers[0].values["extend"])))
        if base in chain:
            raise UsageError(f'{place}: "extend" leads back to {_shown(base, current)}')
        chain.append(base)
        try:
            layer = _layer(base, current)
        except FileNotFoundError:
            raise UsageError(f'{place}: "extend" names {_shown(base, current)}, which does not exist') from None
        if layer is None:
            raise UsageError(f"{place}: {_shown(base, current)} has no table [tool.batchlint]")
        layers.insert(0, layer)
    return tuple(layers)


def _layer(path: str, current: str) -> Layer | None:
    name = _shown(path, current)
    try:
        data = read_whole(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise UsageError(f"{name}: the configuration cannot be read: {reason}") from None
    prefix = TABLE if os.path.basename(path) == PYPROJECT else ()
    if prefix and b"batchlint" not in data:
        return None
    try:
        text = data.decode("utf-8-sig")
        values = _table(parse_toml(text), prefix)
    except UnicodeDecodeError:
        raise UsageError(f"{name}: the configuration is not UTF-8") from None
    except ValueError as error:
        raise UsageError(f"{name}: not TOML: {show(str(error), 120)}") from None
    except RecursionError:
        raise UsageError(f"{name}: nested too deep") from None
    if values is None:
        return None
    place = partial(_place, name, text, prefix)
    if not isinstance(values, dict):
        raise UsageError(f"{place(())}: [tool.batchlint] is no table")
    if wrong := complaint(values):
        raise UsageError(f"{place(wrong.path)}: {wrong.text}")
    return Layer(os.path.dirname(path), values, place, path)


def _table(document: Mapping[str, object], prefix: KeyPath) -> JsonValue:
    table: object = document
    for step in prefix:
        table = table.get(step) if isinstance(table, dict) else None
    return cast(JsonValue, table)


def _place(name: str, text: str, prefix: KeyPath, path: KeyPath) -> str:
    line = line_of(text, (*prefix, *path), parse_toml)
    return name if line is None else f"{name}:{line}"


def _shown(path: str, current: str) -> str:
    return show(portable_path(display_name(path), current), 200)
