"""Layers of settings, and how the stronger ones change the weaker ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import NamedTuple, TypeVar, cast

from batchlint.errors import UsageError
from batchlint.findings import Severity
from batchlint.parsing.values import JsonValue
from batchlint.reading.patterns import Pattern, Patterns
from batchlint.rules.catalogue import Rule
from batchlint.rules.choice import Level, Selection, check_name
from batchlint.settings.values import NEVER_WALKED, PerFileIgnore, Settings

Whole = TypeVar("Whole", int, None)
KeyPath = tuple[str, ...]
"""The way to a value: a key, and where it holds a table or is looked into, a member."""


class Layer(NamedTuple):
    """What one source sets.

    Attributes:
        base: the absolute folder that its paths and patterns are relative to.
        values: the values by key, of the types that ``schemas/meta/configuration.schema.json`` states.
        place: the words for the place of a key in the source, such as ``batchlint.toml:3``; empty for
            the command line, where the fault speaks for itself.
        file: the absolute path of the file that it is read from, or None.
    """

    base: str
    values: Mapping[str, JsonValue]
    place: Callable[[KeyPath], str]
    file: str | None = None


class Resolved(NamedTuple):
    """Settings, and the layers that set each key; a key that no source sets is absent from `origins`."""

    settings: Settings
    origins: Mapping[str, tuple[Layer, ...]]

    def files(self) -> Iterator[str]:
        """The absolute paths of the configuration files that set anything."""
        found = dict.fromkeys(layer.file for layers in self.origins.values() for layer in layers)
        return (path for path in found if path is not None)

    @contextmanager
    def placed(self, key: str) -> Iterator[None]:
        """Puts the place of `key` before the text of a UsageError; the strongest layer that set it is to blame."""
        layers = self.origins.get(key)
        if layers is None:
            yield
            return
        with _placed(layers[-1], (key,)):
            yield


def resolve(layers: Iterable[Layer], rules: Callable[[tuple[str, ...]], Mapping[str, Rule]]) -> Resolved:
    """What holds under `layers`.

    A key of a stronger layer replaces that of a weaker one, except that what is said of rules adds up (see
    `batchlint.rules.choice`), and so do ``schema``, ``per-file-ignores`` and ``extend-exclude``.

    Args:
        layers: the weakest first.
        rules: gives all rules by name, with those of the policies in the files named; not called where no layer
            sets anything.

    Raises:
        UsageError: a name stands for no rule, or a text is no pattern; the text begins with the place.
    """
    layers = list(layers)
    single: dict[str, JsonValue] = {}
    origins: dict[str, tuple[Layer, ...]] = {}
    exclude = tuple(Pattern("", text) for text in NEVER_WALKED)
    more: tuple[Pattern, ...] = ()
    ignores: list[PerFileIgnore] = []
    formats = Settings().output_formats
    schemas = tuple(_path(layer, text) for layer in layers for text in _texts(layer, "schema"))
    for layer in layers:
        if not layer.values:
            continue
        _check(layer, rules(schemas))
        for key, value in layer.values.items():
            origins[key] = (*origins.get(key, ()), layer) if key in _GROWING else (layer,)
            if key == "exclude":
                exclude = tuple(_patterns(layer, key))
            elif key == "extend-exclude":
                more += tuple(_patterns(layer, key))
            elif key == "output-format":
                formats = tuple(
                    _report(layer, text) for text in ([value] if isinstance(value, str) else _texts(layer, key))
                )
            elif key == "baseline":
                single[key] = _path(layer, str(value))
            elif key not in _GROWING:
                single[key] = value
        ignores += _per_file_ignores(layer)
    settings = _settings(single, tuple(map(selection_of, layers)), tuple(ignores), schemas, formats, (*exclude, *more))
    return Resolved(settings, MappingProxyType(origins))


_GROWING = frozenset({"select", "extend-select", "ignore", "severity", "per-file-ignores", "extend-exclude", "schema"})


def selection_of(layer: Layer) -> Selection:
    """What `layer` says of rules."""
    select = layer.values.get("select")
    severity = cast(dict[str, Level], layer.values.get("severity", {}))
    return Selection(
        None if select is None else tuple(_texts(layer, "select")),
        tuple(_texts(layer, "extend-select")),
        tuple(_texts(layer, "ignore")),
        tuple(severity.items()),
    )


def _settings(
    single: Mapping[str, JsonValue],
    selections: tuple[Selection, ...],
    ignores: tuple[PerFileIgnore, ...],
    schemas: tuple[str, ...],
    formats: tuple[str, ...],
    exclude: tuple[Pattern, ...],
) -> Settings:
    default = Settings()
    # The schema of the configuration, or the type of the option, has checked each value.
    return Settings(
        profile=str(single.get("profile", default.profile)),
        endpoint=cast("str | None", single.get("endpoint")),
        max_line_bytes=_whole(single.get("max-line-bytes"), default.max_line_bytes),
        max_depth=_whole(single.get("max-depth"), default.max_depth),
        fail_level=cast(Severity, single.get("fail-level", default.fail_level)),
        selections=tuple(row for row in selections if row != Selection()),
        per_file_ignores=ignores,
        schemas=schemas,
        exclude=exclude,
        output_formats=formats,
        max_findings=_whole(single.get("max-findings"), None),
        force_exclude=bool(single.get("force-exclude", default.force_exclude)),
        respect_gitignore=bool(single.get("respect-gitignore", default.respect_gitignore)),
        baseline=cast("str | None", single.get("baseline")),
    )


def _whole(value: JsonValue, default: Whole) -> int | Whole:
    # JSON Schema takes 5.0 for an integer.
    return int(value) if isinstance(value, (int, float)) else default


def _check(layer: Layer, rules: Mapping[str, Rule]) -> None:
    """Raises UsageError where a name in `layer` stands for no rule, or a text is no pattern."""
    for key in ("select", "extend-select", "ignore"):
        for name in _texts(layer, key):
            with _placed(layer, (key,)):
                check_name(rules, name)
    for name in cast(dict[str, JsonValue], layer.values.get("severity", {})):
        with _placed(layer, ("severity", name)):
            check_name(rules, name, "rule", ())
    for key in ("exclude", "extend-exclude"):
        with _placed(layer, (key,)):
            Patterns(_patterns(layer, key))
    for row in _per_file_ignores(layer):
        with _placed(layer, ("per-file-ignores", row.pattern.text)):
            Patterns([row.pattern])
            for name in row.rules:
                check_name(rules, name)


@contextmanager
def _placed(layer: Layer, path: KeyPath) -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        place = layer.place(path)
        raise UsageError(f"{place}: {error}" if place else str(error)) from None


def _texts(layer: Layer, key: str) -> list[str]:
    return cast(list[str], layer.values.get(key, []))


def _path(layer: Layer, text: str) -> str:
    """The path `text` of `layer`, as seen from the current directory where it lies below it."""
    current = os.getcwd()
    if layer.base == current:
        return text
    path = os.path.normpath(os.path.join(layer.base, text))
    return path.removeprefix(os.path.join(current, ""))


def _report(layer: Layer, text: str) -> str:
    """``FORMAT`` or ``FORMAT:PATH``, the path as seen from the current directory."""
    name, colon, path = text.partition(":")
    return f"{name}:{_path(layer, path)}" if path and path != "-" else f"{name}{colon}{path}"


def _patterns(layer: Layer, key: str) -> list[Pattern]:
    return [_pattern(layer, text) for text in _texts(layer, key)]


def _pattern(layer: Layer, text: str) -> Pattern:
    """The pattern `text` of `layer`: a name holds wherever it stands, a path below the layer's folder."""
    pattern = Pattern(layer.base, text)
    return Pattern("", text) if pattern.is_name else pattern


def _per_file_ignores(layer: Layer) -> list[PerFileIgnore]:
    table = cast(dict[str, list[str]], layer.values.get("per-file-ignores", {}))
    return [PerFileIgnore(_pattern(layer, text), tuple(rules)) for text, rules in table.items()]
