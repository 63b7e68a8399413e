"""The screen: passes lines that are clean by themselves, in a few microseconds; it never explains.

A line passes only if the road behind would find nothing in it:

* `orjson` decodes it: it is RFC 8259, UTF-8, without lone surrogates;
* the compiled documents find it valid, so there is no failed keyword of any severity;
* no number is beyond 2^53 and nothing is nested too deep, which a schema of their own says;
* no member is repeated: colons stand after members and in strings only. If the line holds as many as its
  value written out once more, no member was dropped, unless a colon was written as an escape; such lines
  do not pass;
* the checks beside the documents find nothing; few lines meet the condition under which they look.

A line of which all but the second and the last is true does not pass, but its value is the one that the parser
would build, so that it need not be parsed again to be explained.

Several lines are asked about at once, as one array with a mark between each two, which saves what a question
costs. A mark is a number beyond 2^53. If every second element is one and the others are valid, no mark is within
another element, as nothing valid holds such a number; so the lines lie between the marks, each with one element
at least, and there are no more elements than lines. No string goes from one line into the next: the newlines are
still there. Where any of this fails, each line is asked about by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from batchlint.checks.conditions import finder
from batchlint.documents.linked import Linked, combined
from batchlint.documents.store import Document
from batchlint.native import can_import
from batchlint.parsing.builder import SAFE_INTEGER
from batchlint.parsing.values import JsonObject
from batchlint.validating.colons import colons_differ, colons_in

if TYPE_CHECKING:
    from batchlint.checks.registry import Checks


class Doubtful(NamedTuple):
    """A request that is at fault, or may be; the value is as the parser would give it."""

    request: JsonObject


Screened: TypeAlias = JsonObject | Doubtful | None
"""What the screen knows of a line: a request that is clean by itself, one that may not be, or nothing."""

_BOUNDS = "urn:batchlint:screen:bounds"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MARK = SAFE_INTEGER + 1
_BETWEEN = b",%d," % _MARK
_HIDDEN_COLON = r"\\u003[aA]"


class Screen:
    """Tells of lines that end with a newline whether they are clean by themselves."""

    def __init__(
        self,
        loads: Callable[[bytes], Any],
        dumps: Callable[[Any], bytes],
        are_valid: Callable[[list[JsonObject]], bool],
        is_bounded: Callable[[JsonObject], bool],
        checks: Checks,
    ) -> None:
        """Takes what it asks.

        Args:
            loads: decodes a line.
            dumps: encodes a value.
            are_valid: whether requests are valid and bounded.
            is_bounded: whether numbers and nesting of a value are within bounds.
            checks: the checks of the run.
        """
        self._loads = loads
        self._dumps = dumps
        self._are_valid = are_valid
        self._is_bounded = is_bounded
        self._groups = (checks.relations, checks.secrets)
        self._hides_colons = finder((_HIDDEN_COLON,))

    def screened(self, lines: Sequence[bytes], *, expects_clean: bool = True) -> Sequence[Screened]:
        """What is known of each of `lines`; it takes less time where `expects_clean` is right."""
        requests = self.together(lines) if expects_clean and len(lines) > 1 else None
        return [self.alone(line) for line in lines] if requests is None else requests

    def alone(self, line: bytes) -> Screened:
        """What is known of one line."""
        try:
            request = self._loads(line)
        except ValueError:
            return None
        if type(request) is not dict:
            return None
        is_valid = self._are_valid([request])
        if not is_valid and not self._is_bounded(request):
            return None
        if colons_differ(line, self._dumps(request)):
            return None
        text = line.decode()
        if self._hides_colons(text):
            return None
        if not is_valid or any(group.has_fault(request, text) for group in self._groups):
            return Doubtful(request)
        clean: JsonObject = request
        return clean

    def together(self, lines: Sequence[bytes]) -> Sequence[JsonObject | Doubtful] | None:
        """What `alone` says of each line, found out at once; None where it may say otherwise.

        What the checks say of one line keeps no other from passing.
        """
        array = b"[%b]" % _BETWEEN.join(lines)
        try:
            elements = self._loads(array)
        except ValueError:
            return None
        requests: list[JsonObject] = elements[::2]
        if len(requests) != len(lines) or elements[1::2] != [_MARK] * (len(lines) - 1):
            return None
        if set(map(type, requests)) != {dict}:
            return None
        if not self._are_valid(requests) or colons_in(array) != colons_in(self._dumps(requests)):
            return None
        text = array.decode()
        if self._hides_colons(text):
            return None
        groups = [group for group in self._groups if group.may_have_faults(text)]
        if not groups:
            return requests
        return [
            Doubtful(request) if any(group.has_fault(request, line.decode()) for group in groups) else request
            for request, line in zip(requests, lines, strict=True)
        ]


def screen_for(documents: Linked, depth: int, checks: Checks) -> Screen | None:
    """The screen for lines by `documents`; None where its packages cannot be imported.

    Args:
        documents: what lines are judged by.
        depth: the nesting allowed.
        checks: what lines are judged by beside documents.
    """
    if not (can_import("jsonschema_rs") and can_import("orjson")):
        return None
    import orjson

    both = combined(documents, _bounds(depth))
    are_valid = _compiled({"$schema": _DIALECT, "items": {"$ref": both.uri}}, both)

    def is_bounded(request: JsonObject) -> bool:
        return _bounded(depth)(request)

    return Screen(orjson.loads, orjson.dumps, are_valid, is_bounded, checks)


@lru_cache(maxsize=4)
def _bounded(depth: int) -> Callable[[Any], bool]:
    """What tells whether a value is within bounds; only a line that is at fault asks for it."""
    bounds = _bounds(depth)
    return _compiled(bounds.root, bounds)


def _compiled(schema: Document, documents: Linked) -> Callable[[Any], bool]:
    import jsonschema_rs

    registry = jsonschema_rs.Registry(list(documents.documents.items()))
    return jsonschema_rs.validator_for(schema, registry=registry).is_valid


def version() -> str:
    """The packages of the screen and their versions, or which one is missing, for people."""
    from importlib import metadata

    found: list[str] = []
    for name in ("orjson", "jsonschema-rs"):
        if not can_import(name.replace("-", "_")):
            return f"no screen for clean lines: {name} cannot be imported"
        found.append(f"{name} {metadata.version(name)}")
    return f"screen {' '.join(found)}"


def _bounds(depth: int) -> Linked:
    """A schema of what the road flags beside schemas: numbers beyond 2^53, and nesting below `depth` levels."""
    safe = {"minimum": -SAFE_INTEGER, "maximum": SAFE_INTEGER}
    definitions: dict[str, Document] = {
        f"level{level}": {
            **safe,
            "items": {"$ref": f"#/$defs/level{level + 1}"},
            "additionalProperties": {"$ref": f"#/$defs/level{level + 1}"},
        }
        for level in range(1, depth + 1)
    }
    definitions[f"level{depth + 1}"] = {**safe, "type": ["string", "number", "boolean", "null"]}
    document = {"$schema": _DIALECT, "$id": _BOUNDS, "$ref": "#/$defs/level1", "$defs": definitions}
    return Linked(_BOUNDS, f"{_BOUNDS}:{depth}", {_BOUNDS: document})
