"""Requests whose answers have no limit of length."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.checks.members import BODY, body_of
from batchlint.faults import Fault
from batchlint.parsing.values import JsonObject

_LIMITS = ("max_tokens", "max_completion_tokens")
_GENERATES = ("messages", "prompt")


def missing_token_limits(request: JsonObject) -> Iterator[Fault]:
    """A request for text that leaves the length of the answer to the model."""
    body = body_of(request)
    if any(body.get(member) is not None for member in _GENERATES) and all(body.get(name) is None for name in _LIMITS):
        text = '"body" sets no limit of tokens; an answer may be as long and as dear as the model allows'
        yield Fault("missing-token-limit", text, "add max_tokens", BODY)
