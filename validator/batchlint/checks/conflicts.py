"""Members of a body that do not go together, or not without another one."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from batchlint.checks.members import BODY, body_of
from batchlint.faults import Fault
from batchlint.parsing.values import JsonObject, JsonValue

_RULE = "conflicting-fields"

_EXCLUDE = (
    ("repetition_penalty", ("presence_penalty", "frequency_penalty"), "use one kind of penalty"),
    ("max_tokens", ("max_completion_tokens",), "keep the one that the provider documents"),
)
"""A member, those that it excludes, and the hint."""

_NEED = (
    ("tool_choice", "tools", "define tools, or remove tool_choice"),
    ("top_logprobs", "logprobs", "set logprobs as well, or remove top_logprobs"),
)
"""A member, the one that it needs, and the hint."""

_NEUTRAL = MappingProxyType(
    {
        "repetition_penalty": 1,
        "presence_penalty": 0,
        "frequency_penalty": 0,
        "top_logprobs": 0,
        "tool_choice": "none",
    }
)
"""Values that say the same as leaving the member out; clients write them without being asked."""


def conflicting_fields(request: JsonObject) -> Iterator[Fault]:
    """Members that exclude each other, and members that lack the one they need; null counts as absent.

    A `tool_choice` that names a function is left to undefined-tool-choice.
    """
    body = body_of(request)
    for member, others, hint in _EXCLUDE:
        if _says_something(body, member):
            both = [other for other in others if _says_something(body, other)]
            if both:
                text = f'"{member}" is set together with {_quoted(both)}'
                yield Fault(_RULE, text, hint, (*BODY, member))
    for member, needed, hint in _NEED:
        if _says_something(body, member) and _is_unset(body.get(needed)) and not _is_met_elsewhere(body, member):
            yield Fault(_RULE, f'"{member}" is set without "{needed}"', hint, (*BODY, member))


def _says_something(body: JsonObject, member: str) -> bool:
    value = body.get(member)
    is_simple = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return is_simple and value != _NEUTRAL.get(member)


def _is_met_elsewhere(body: JsonObject, member: str) -> bool:
    """Whether `body` asks the Responses API, where `member` has what it needs in another way.

    There `top_logprobs` stands by itself, a stored prompt brings its tools, and "auto" is what holds without any.
    """
    if "input" not in body and not isinstance(body.get("prompt"), dict):
        return False
    return member == "top_logprobs" or body.get("prompt") is not None or body.get(member) == "auto"


def _is_unset(value: JsonValue) -> bool:
    return value is None or value is False or value == []


def _quoted(names: list[str]) -> str:
    return " and ".join(f'"{name}"' for name in names)
