"""The arguments of tool calls: JSON text of an object, in a string."""

from __future__ import annotations

import json
from collections.abc import Iterator

from batchlint.checks.members import items_of, messages_of, object_of
from batchlint.faults import Fault
from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.pointer import Path

_RULE = "invalid-arguments"
_EXPECTED = "expected JSON text of an object"


def _refuse(_: str) -> None:
    raise ValueError


# Numbers stay unconverted, however long they are; NaN and Infinity are no JSON.
_DECODER = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=_refuse)
_NAMES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "a number", type(None): "null"}


def invalid_arguments(request: JsonObject) -> Iterator[Fault]:
    """Arguments of calls in the history that are not JSON text of an object."""
    for path, message in messages_of(request):
        for index, call in enumerate(items_of(message.get("tool_calls"))):
            yield from _judge((*path, "tool_calls", index, "function"), object_of(call).get("function"))
        yield from _judge((*path, "function_call"), message.get("function_call"))


def _judge(path: Path, function: JsonValue) -> Iterator[Fault]:
    text = object_of(function).get("arguments")
    if not isinstance(text, str):
        return
    place = (*path, "arguments")
    if not text.strip():
        # Some models write nothing where a function takes nothing, and most servers read it so.
        yield Fault(_RULE, f'"arguments" is empty; {_EXPECTED}', 'write "{}" for none', place, severity="warning")
        return
    try:
        value = _DECODER.decode(text)
    except ValueError:
        hint = "write it with json.dumps, not with str" if text.lstrip()[:2] == "{'" else "write it with json.dumps"
        yield Fault(_RULE, f'"arguments" is not valid JSON; {_EXPECTED}', hint, place)
    except RecursionError:
        yield Fault(_RULE, f'"arguments" is nested too deep to be read; {_EXPECTED}', None, place)
    else:
        if not isinstance(value, dict):
            hint = "it was encoded twice; encode it once" if isinstance(value, str) else "give each argument its name"
            yield Fault(_RULE, f'"arguments" is JSON text of {_NAMES[type(value)]}; {_EXPECTED}', hint, place)
