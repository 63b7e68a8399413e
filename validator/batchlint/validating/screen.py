"""The screen: passes lines that are clean by themselves, in a few microseconds; it never explains.

A line passes only if the road behind would find nothing in it:

* `orjson` decodes it: it is RFC 8259, UTF-8, without lone surrogates;
* the compiled documents find it valid, so there is no failed keyword of any severity;
* no number is beyond 2^53 and nothing is nested too deep, which a schema of their own says;
* no member is repeated: colons stand after members and in strings only. If the line holds as many as its
  value written out once more, no member was dropped, unless a colon was written as an escape; such lines
  do not pass;
* the checks beside the documents find nothing; few lines meet the condition under which they look.

Several lines are asked about at once, as one array with a mark between each two, which saves what a question
costs. A mark is a number beyond 2^53. If every second element is one and the others are valid, no mark is within
another element, as nothing valid holds such a number; so the lines lie between the marks, each with one element
at least, and there are no more elements than lines. No string goes from one line into the next: the newlines are
still there. Where any of this fails, each line is asked about by itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from batchlint.checks.conditions import finder
from batchlint.documents.linked import Linked, combined
from batchlint.documents.store import Document
from batchlint.parsing.builder import SAFE_INTEGER
from batchlint.parsing.values import JsonValue
from batchlint.validating.colons import colons_differ

if TYPE_CHECKING:
    from batchlint.checks.registry import Checks

Request: TypeAlias = dict[str, JsonValue]

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
        are_valid: Callable[[list[Request]], bool],
        checks: Checks,
    ) -> None:
        """Takes what decodes, what encodes, what judges a list of requests, and the checks of the run."""
        self._loads = loads
        self._dumps = dumps
        self._are_valid = are_valid
        self._groups = (checks.relations, checks.secrets)
        self._hides_colons = finder((_HIDDEN_COLON,))

    def passed(self, lines: Sequence[bytes]) -> Sequence[Request | None]:
        """The request of each line that is clean, and None for each that may not be."""
        requests = self.together(lines) if len(lines) > 1 else None
        return [self.alone(line) for line in lines] if requests is None else requests

    def alone(self, line: bytes) -> Request | None:
        """The request of one line that is clean; None where that cannot be told."""
        try:
            request: Request = self._loads(line)
        except ValueError:
            return None
        if not self._are_valid([request]) or colons_differ(line, self._dumps(request)):
            return None
        text = line.decode()
        if self._hides_colons(text) or any(group.has_fault(request, text) for group in self._groups):
            return None
        return request

    def together(self, lines: Sequence[bytes]) -> Sequence[Request | None] | None:
        """What `alone` says of each line, found out at once; None where it may say otherwise.

        What the checks say of one line keeps no other from passing.
        """
        array = b"[%b]" % _BETWEEN.join(lines)
        try:
            elements = self._loads(array)
        except ValueError:
            return None
        requests: list[Request] = elements[::2]
        if len(requests) != len(lines) or elements[1::2] != [_MARK] * (len(lines) - 1):
            return None
        if not self._are_valid(requests) or array.count(b":") != self._dumps(requests).count(b":"):
            return None
        text = array.decode()
        if self._hides_colons(text):
            return None
        groups = [group for group in self._groups if group.may_have_faults(text)]
        if not groups:
            return requests
        return [
            None if any(group.has_fault(request, line.decode()) for group in groups) else request
            for request, line in zip(requests, lines, strict=True)
        ]


def screen_for(documents: Linked, depth: int, checks: Checks) -> Screen | None:
    """The screen for lines by `documents`; None where its packages cannot be imported.

    Args:
        documents: what lines are judged by.
        depth: the nesting allowed.
        checks: what lines are judged by beside documents.
    """
    try:
        import jsonschema_rs
        import orjson
    except ImportError:
        return None
    both = combined(documents, Linked(_BOUNDS, f"{_BOUNDS}:{depth}", {_BOUNDS: _bounds(depth)}))
    registry = jsonschema_rs.Registry(list(both.documents.items()))
    each = {"$schema": _DIALECT, "items": {"$ref": both.uri}}
    are_valid = jsonschema_rs.validator_for(each, registry=registry).is_valid
    return Screen(orjson.loads, orjson.dumps, are_valid, checks)


def version() -> str:
    """The packages of the screen and their versions, or which one is missing, for people."""
    from importlib import metadata

    found: list[str] = []
    for name in ("orjson", "jsonschema-rs"):
        try:
            importlib.import_module(name.replace("-", "_"))
        except ImportError:
            return f"no screen for clean lines: {name} cannot be imported"
        found.append(f"{name} {metadata.version(name)}")
    return f"screen {' '.join(found)}"


def _bounds(depth: int) -> Document:
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
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _BOUNDS,
        "$ref": "#/$defs/level1",
        "$defs": definitions,
    }
