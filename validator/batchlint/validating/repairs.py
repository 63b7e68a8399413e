"""Which failed keywords have one obvious repair.

Only what is written in the documents is ever written into a request: their constants, the endpoints and the
names of members.
"""

from __future__ import annotations

import json
import re

from batchlint.repairs import Action, Repair
from batchlint.validating.misspelling import meant_name
from batchlint.validating.violation import Violation

_HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|//)[^/?#]*|[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+(?::[0-9]+)?(?=/)")
"""Scheme and host before a path; a host alone is known by its dots."""

_MOST_UNKNOWN = 50
"""An object with more unknown members than this is something else, not misspelt; a line has far fewer members."""

_ID = ("custom_id",)
_BODY = ("body",)


def of_missing(violation: Violation, member: str) -> Repair | None:
    """The repair of a missing `member` of the envelope: insert it, if its document allows only one value."""
    if violation.path or len(violation.found) > _MOST_UNKNOWN or meant_name(member, violation.found) is not None:
        # A misspelt member is to be renamed, not to be joined by a second one.
        return None
    return Repair(Action.INSERT, member)


def of_unknown(violation: Violation, unknown: list[str]) -> dict[str, Repair]:
    """The repairs of `unknown` members: each becomes the known one that it misspells, unless that one is there."""
    if len(unknown) > _MOST_UNKNOWN:
        return {}
    known = violation.schema.get("properties", {})
    renamed: dict[str, str] = {}
    for member in unknown:
        meant = meant_name(member, known)
        # Of two members that misspell the same one, the first is renamed.
        if meant is not None and meant not in violation.found:
            renamed.setdefault(meant, member)
    return {member: Repair(Action.RENAME, meant) for meant, member in renamed.items()}


def of_value(violation: Violation, rule: str) -> Repair | None:
    """The repair of a value that fails any other keyword, the fault being one of `rule`."""
    path, found = violation.path, violation.found
    if rule == "streaming-request" and path and isinstance(path[-1], str):
        return Repair(Action.REMOVE)
    if violation.keyword == "type" and path == _ID and isinstance(found, int) and not isinstance(found, bool):
        return Repair(Action.QUOTE)
    if violation.keyword == "type" and path == _BODY and isinstance(found, str) and _holds_object(found):
        return Repair(Action.UNQUOTE)
    if len(path) == 1 and isinstance(found, str):
        if violation.keyword == "const" and _differs_in_case(found, violation.expected):
            return Repair(Action.REPLACE, json.dumps(violation.expected))
        if path == ("url",) and violation.keyword in ("enum", "const"):
            allowed = violation.expected if violation.keyword == "enum" else [violation.expected]
            meant = _path_of(found)
            return Repair(Action.REPLACE, json.dumps(meant)) if meant in allowed else None
    return None


def _differs_in_case(found: str, expected: object) -> bool:
    return isinstance(expected, str) and found.strip(" \t\r\n").upper() == expected.upper()


def _path_of(url: str) -> str:
    """`url` without scheme and host, with the slash at its start."""
    host = _HOST.match(url)
    path = url[host.end() :] if host else url
    return path if path.startswith("/") else f"/{path}"


def _holds_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text, parse_constant=_refuse), dict)
    except (ValueError, RecursionError):
        return False


def _refuse(_: str) -> None:
    raise ValueError
