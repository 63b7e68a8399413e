"""The names of tools: each once, and chosen only where defined."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.checks.members import BODY, body_of, objects_at
from batchlint.faults import Fault
from batchlint.parsing.values import JsonObject, JsonValue
from batchlint.pointer import Path


def duplicate_tool_names(request: JsonObject) -> Iterator[Fault]:
    """Tools that have the name of an earlier one."""
    seen: set[str] = set()
    for path, tool in objects_at(request, "tools"):
        place, name = _name(path, tool)
        if not isinstance(name, str):
            continue
        if name in seen:
            text = '"name" is the name of an earlier tool; expected another one for each'
            yield Fault("duplicate-tool-name", text, "rename one of them, or remove the repetition", place)
        seen.add(name)


def undefined_tool_choices(request: JsonObject) -> Iterator[Fault]:
    """A `tool_choice` that names a function which `tools` does not define."""
    body = body_of(request)
    choice = body.get("tool_choice")
    tools = body.get("tools")
    if not isinstance(choice, dict) or choice.get("type") != "function" or not isinstance(tools, (list, type(None))):
        return
    place, wanted = _name((*BODY, "tool_choice"), choice)
    if not isinstance(wanted, str) or (len(place) == 3 and not tools):
        return  # A name beside `type` is a fault of its own, unless the tools have theirs there.
    names = [_name((), tool)[1] if isinstance(tool, dict) else None for tool in tools or []]
    # A tool without a name has a fault of its own, and may be the one that is meant.
    if wanted not in names and all(isinstance(name, str) for name in names):
        yield Fault(
            "undefined-tool-choice",
            '"name" is not the name of a function in "tools"',
            "define the function in tools, or choose one that is defined",
            place,
        )


def _name(path: Path, tool: JsonObject) -> tuple[Path, JsonValue]:
    """The name of a tool or choice: within `function`, or beside `type` as other endpoints have it."""
    function = tool.get("function")
    if isinstance(function, dict):
        return (*path, "function", "name"), function.get("name")
    return (*path, "name"), tool.get("name")
