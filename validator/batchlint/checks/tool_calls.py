"""Tool calls of the assistant and the tool messages that answer them."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.checks.members import BODY, body_of, items_of, object_of
from batchlint.faults import Fault
from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.pointer import Path

_WITHOUT_CALLS = ("system", "developer", "user", "tool", "function")
"""Roles of messages that call no tool; one that is mistyped may have meant the assistant."""


def unknown_tool_calls(request: JsonObject) -> Iterator[Fault]:
    """Tool messages whose `tool_call_id` no earlier assistant message offered."""
    offered: set[str] = set()
    for path, message in _messages(request):
        if not isinstance(message, dict):
            return  # It may be the message with the calls; the schema says why it cannot be read.
        if message.get("role") not in _WITHOUT_CALLS:
            for _, call in _calls(path, message):
                call_id = object_of(call).get("id")
                if not isinstance(call_id, str):
                    return  # Which calls there are cannot be told; the schema says why.
                offered.add(call_id)
        elif message.get("role") == "tool":
            answered = message.get("tool_call_id")
            if isinstance(answered, str) and answered not in offered:
                yield Fault(
                    "unknown-tool-call",
                    '"tool_call_id" answers no call of an earlier assistant message',
                    "repeat the id of the call; keep the message with the call when a history is shortened"
                    if offered
                    else "keep the assistant message with the call before it when a history is shortened",
                    (*path, "tool_call_id"),
                )


def unanswered_tool_calls(request: JsonObject) -> Iterator[Fault]:
    """Calls without a tool message before the next user or assistant turn; the answer asked for is one."""
    offered: dict[str, list[Path]] = {}
    pending: dict[str, list[Path]] = {}
    strangers = 0
    for path, item in _messages(request):
        message = object_of(item)
        role = message.get("role")
        if role in ("user", "assistant"):
            yield from _unanswered(pending, strangers)
            offered = _calls_by_id(path, message) if role == "assistant" else {}
            pending = dict(offered)
            strangers = 0
        elif role == "tool":
            answered = message.get("tool_call_id")
            if isinstance(answered, str) and answered in offered:
                pending.pop(answered, None)
            else:
                # Another rule tells of the wrong id; it is probably the answer to one of these calls.
                strangers += 1
        elif role not in ("system", "developer"):
            # A function's answer in the older form, or one that cannot be read; the schema tells of that.
            strangers += 1
    yield from _unanswered(pending, strangers)


def _unanswered(pending: dict[str, list[Path]], strangers: int) -> Iterator[Fault]:
    for path in [path for paths in pending.values() for path in paths][strangers:]:
        yield Fault(
            "unanswered-tool-call",
            "the tool call has no tool message before the next turn",
            "add a message with role tool and the id of the call right after it",
            path,
        )


def _messages(request: JsonObject) -> Iterator[tuple[Path, JsonValue]]:
    """The messages as they are, each with the steps to it."""
    for index, message in enumerate(items_of(body_of(request).get("messages"))):
        yield (*BODY, "messages", index), message


def _calls(path: Path, message: JsonObject) -> Iterator[tuple[Path, JsonValue]]:
    for index, call in enumerate(items_of(message.get("tool_calls"))):
        yield (*path, "tool_calls", index), call


def _calls_by_id(path: Path, message: JsonObject) -> dict[str, list[Path]]:
    """The calls of one message; a repeated id stands for all calls that have it."""
    calls: dict[str, list[Path]] = {}
    for call_path, call in _calls(path, message):
        call_id = object_of(call).get("id")
        if isinstance(call_id, str):
            calls.setdefault(call_id, []).append(call_path)
    return calls
