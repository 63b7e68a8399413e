"""Checking a configuration by its schema, ``schemas/meta/configuration.schema.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from batchlint.documents.store import by_urn
from batchlint.parsing.values import JsonValue, type_name
from batchlint.settings.layers import KeyPath
from batchlint.spelling import no_such

URN = "urn:batchlint:meta:configuration"


class Complaint(NamedTuple):
    """What is wrong in a configuration: the key, and one line for people."""

    path: KeyPath
    text: str


@lru_cache(maxsize=1)
def keys() -> tuple[str, ...]:
    """The keys that a configuration may have."""
    return tuple(by_urn(URN)["properties"])


def complaint(values: Mapping[str, JsonValue]) -> Complaint | None:
    """The first thing that is wrong with `values`, or None."""
    for key in values:
        if key == "tool":
            return Complaint((key,), 'there is no key "tool"; only pyproject.toml has its keys below [tool.batchlint]')
        if key not in keys():
            return Complaint((key,), no_such("key", key, keys(), '"batchlint config show" lists them'))
    if foreign := next(_foreign(values, ()), None):
        return foreign
    # The whole of jsonschema is worth its start-up time only where there is a configuration.
    from batchlint.documents.linked import linked
    from batchlint.validating.authority import authority_on
    from batchlint.validating.words import message

    for violation in authority_on(linked(URN))(dict(values)):
        path = tuple(step for step in violation.path if isinstance(step, str))
        return Complaint(path, message(violation, None))
    return None


def _foreign(value: object, path: KeyPath) -> Iterator[Complaint]:
    """Where `value` holds what no key can have: a date or time of TOML, or a NUL, which no path and no name has."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            if "\0" in key:
                yield Complaint(path, f'"{path[-1]}" has a name with a NUL; none is expected')
            yield from _foreign(member, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _foreign(item, path)
    elif isinstance(value, str):
        if "\0" in value:
            yield Complaint(path, f'"{path[-1]}" holds a NUL; none is expected')
    elif type_name(value) == "object":
        yield Complaint(path, f'"{path[-1]}" is a date or time; none is expected')
