"""The screen: passes lines that are clean by themselves, in a few microseconds; it never explains.

A line passes only if the road behind would find nothing in it:

* `orjson` decodes it: it is RFC 8259, UTF-8, without lone surrogates;
* the compiled documents find it valid, so there is no failed keyword of any severity;
* no number is beyond 2^53 and nothing is nested too deep, which a schema of their own says;
* no member is repeated: colons stand after members and in strings only. If the line holds as many as its
  value written out once more, no member was dropped, unless a colon was written as an escape; such lines
  do not pass;
* the checks beside the documents find nothing; few lines meet the condition under which they look.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from batchlint.documents.linked import Linked, combined
from batchlint.documents.store import Document
from batchlint.parsing.builder import SAFE_INTEGER
from batchlint.parsing.values import JsonValue

if TYPE_CHECKING:
    from batchlint.checks.registry import Checks

Screen = Callable[[bytes], "dict[str, JsonValue] | None"]
"""The request of a clean line, or None if it cannot be told."""

_BOUNDS = "urn:batchlint:screen:bounds"


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
    is_valid = jsonschema_rs.validator_for(both.root, registry=registry).is_valid
    loads = orjson.loads
    dumps = orjson.dumps
    relations, secrets = checks.relations, checks.secrets
    may_relate, may_hold_secrets = relations.may_have_faults, secrets.may_have_faults

    def screen(line: bytes) -> dict[str, JsonValue] | None:
        try:
            request: dict[str, JsonValue] = loads(line)
        except ValueError:
            return None
        if (
            not is_valid(request)
            or line.count(b":") != dumps(request).count(b":")
            or (b"\\" in line and b"\\u003" in line and (b"\\u003a" in line or b"\\u003A" in line))
        ):
            return None
        text = line.decode()
        if (may_relate(text) and any(relations.faults(request, text))) or (
            may_hold_secrets(text) and any(secrets.faults(request, text))
        ):
            return None
        return request

    return screen


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
