"""Members of the envelope that have only one value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from batchlint.documents.store import by_urn


@lru_cache(maxsize=16)
def envelope_constants(line: str) -> Mapping[str, str]:
    """The members of a line for which its document, the URN `line`, allows only one string, with that string.

    Raises:
        DocumentError: there is no such document.
    """
    members = by_urn(line).get("properties", {})
    constants = {name: schema.get("const") for name, schema in members.items() if isinstance(schema, dict)}
    return MappingProxyType({name: value for name, value in constants.items() if isinstance(value, str)})
