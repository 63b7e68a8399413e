"""Credentials that were left in a request."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.checks.credentials import credentials_in
from batchlint.faults import Anchor, Fault
from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.pointer import Path
from batchlint.validating.words import subject

_DATA = 5_000
"""Characters from which on a run of base64 is the data of a file: it is longer than any credential."""

_LONGEST_START = 1_000
"""What stands before the comma of a data URL is far shorter."""

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="
"""Of base64, of its form for URLs too."""


def secrets_in_request(request: JsonObject) -> Iterator[Fault]:
    """Strings and member names that hold what looks like a live credential, one fault for each kind in each."""
    for path, anchor, text in _strings(request):
        for hit in credentials_in(text if len(text) < _DATA else _without_data(text)):
            holder = "a member name" if anchor is Anchor.KEY else subject(path)
            yield Fault(
                "secret-in-request",
                f"{holder} holds what looks like {hit.name}",
                "remove it, and revoke it if the file was shared; the provider keeps what is uploaded",
                path,
                anchor,
                secrets=(hit.value,),
            )


def _without_data(text: str) -> str:
    """`text` up to the data that it ends with: in a million characters of base64 there are all forms, by chance."""
    start = text.find(",", 0, _LONGEST_START) + 1
    data = text[start:]
    is_data = len(data) >= _DATA and data.isascii() and not data.encode().translate(None, _ALPHABET)
    return text[:start] if is_data else text


def _strings(request: JsonObject) -> Iterator[tuple[Path, Anchor, str]]:
    """Every member name and string, in the order of the request."""
    stack: list[tuple[Path, JsonValue]] = [((), request)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, str):
            yield path, Anchor.VALUE, value
        elif isinstance(value, list):
            stack += [((*path, index), item) for index, item in enumerate(value)][::-1]
        elif isinstance(value, dict):
            for key in value:
                yield (*path, key), Anchor.KEY, key
            stack += [((*path, key), item) for key, item in value.items()][::-1]
