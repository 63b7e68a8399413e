"""Messages for failed keywords: what was found and what is expected, never the user's text.

Only a string that is compared with a closed list is quoted, cut to 40 characters.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from batchlint.escaping import json_text, show
from batchlint.parsing.values import type_name
from batchlint.pointer import Path
from batchlint.validating.keywords import MORE, NESTING
from batchlint.validating.violation import Violation

QUOTED = 40
REQUEST = "request"

_ARTICLES = MappingProxyType(
    {
        "null": "null",
        "boolean": "a boolean",
        "integer": "an integer",
        "number": "a number",
        "string": "a string",
        "array": "an array",
        "object": "an object",
    }
)
_UNITS = MappingProxyType(
    {
        "Length": ("character", "characters"),
        "Items": ("item", "items"),
        "Properties": ("member", "members"),
    }
)
_LISTED = 12


@lru_cache(maxsize=256)
def subject(path: Path, whole: str = REQUEST) -> str:
    """The value's name: its member, or what it is an item of; array positions are left to the pointer.

    Args:
        path: steps to the value.
        whole: what the outermost value is.
    """
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return f"the {whole}" if not path else f"an item of the {whole}"
    name = f'"{show(names[-1], QUOTED)}"'
    return name if isinstance(path[-1], str) else f"an item of {name}"


def missing(path: Path, member: str, whole: str = REQUEST) -> str:
    """Message for a member that `path` lacks."""
    return f'{subject(path, whole)} lacks the member "{show(member, QUOTED)}"'


def unknown(path: Path, member: str, whole: str = REQUEST) -> str:
    """Message for a member that the document does not know."""
    where = f"a {whole}" if not path else subject(path, whole)
    return f'"{show(member, QUOTED)}" is not a known member of {where}'


def message(violation: Violation, expectation: str | None, whole: str = REQUEST, *, quotes: bool = True) -> str:
    """Message for any other failed keyword.

    Args:
        violation: what failed.
        expectation: how the document itself completes "expected ...", or None.
        whole: what the outermost value is.
        quotes: whether a string that is compared with a closed list may be quoted; not within data of the user's own.
    """
    describe = (
        _FOUND.get(violation.keyword, _type_found) if quotes or violation.keyword not in _QUOTING else _type_found
    )
    found = describe(violation.found, violation.expected)
    expected = expectation or _EXPECTED.get(violation.keyword, _nothing)(violation.expected)
    start = f"{subject(violation.path, whole)} {found}"
    return f"{start}; expected {expected}" if expected else start


def _type_found(found: object, _: object) -> str:
    return f"is {_ARTICLES[type_name(found)]}"


def _value_found(found: object, _: object) -> str:
    if isinstance(found, str):
        return f'is "{show(found, QUOTED)}"'
    if isinstance(found, (dict, list)):
        return _type_found(found, None)
    return f"is {_number(found)}"


def _count_found(found: Any, _: object) -> str:
    count = len(found)
    one, many = _unit_of(found)
    return f"has {count:,} {one if count == 1 else many}"


def _form_found(found: object, _: object) -> str:
    return "does not have the form asked for" if isinstance(found, str) else _type_found(found, None)


def _not_found(found: object, refused: object) -> str:
    """What `not` found: the value itself only where the schema refused lists values."""
    if refused in ({}, True):
        return _refused(found, refused)
    if isinstance(refused, Mapping) and ("const" in refused or "enum" in refused):
        return _value_found(found, None)
    return _form_found(found, None)


def _no_form_found(_: object, forms: object) -> str:
    count = len(forms) if isinstance(forms, Sequence) else 0
    return f"fits none of the {count} forms allowed, or more than one"


def _depth_found(_: object, __: object) -> str:
    return "is nested too deep for the documents to be applied to it"


def _much_found(_: object, most: object) -> str:
    if most is None:
        return "is wrong in more places than are listed"
    return f"has more than {most:,} values; of what the documents find in it only the first is listed"


def _equal_found(_: object, __: object) -> str:
    return "has equal items"


def _lacking_found(_: object, __: object) -> str:
    return "has no such item as is asked for"


def _more_found(_: object, __: object) -> str:
    return "has more items than are allowed"


def _refused(_: object, __: object) -> str:
    return "is not allowed"


def _unit_of(found: object) -> tuple[str, str]:
    if isinstance(found, str):
        return _UNITS["Length"]
    return _UNITS["Items"] if isinstance(found, list) else _UNITS["Properties"]


def _number(value: object) -> str:
    """A number, boolean or null as JSON writes it; one beyond 40 digits only by its size."""
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "a number beyond a double"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**QUOTED:
        return "an integer of more than 40 digits"
    return json.dumps(value)


def _nothing(_: object) -> str:
    return ""


def _types(expected: Any) -> str:
    names = [expected] if isinstance(expected, str) else list(expected)
    return _joined([_ARTICLES.get(name, name) for name in names])


def _choice(expected: Any) -> str:
    values = [json_text(value) if isinstance(value, str) else _number(value) for value in expected[:_LISTED]]
    if len(expected) > _LISTED:
        values.append(f"one of {len(expected) - _LISTED} more")
    return _joined(values)


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _bound(words: str) -> Callable[[Any], str]:
    return lambda expected: f"{words} {_grouped(expected)}"


def _grouped(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else json.dumps(value)


_FOUND: Mapping[str, Callable[[Any, Any], str]] = MappingProxyType(
    {
        "type": _type_found,
        "enum": _value_found,
        "const": _value_found,
        "minimum": _value_found,
        "maximum": _value_found,
        "exclusiveMinimum": _value_found,
        "exclusiveMaximum": _value_found,
        "multipleOf": _value_found,
        "minLength": _count_found,
        "maxLength": _count_found,
        "minItems": _count_found,
        "maxItems": _count_found,
        "minProperties": _count_found,
        "maxProperties": _count_found,
        "pattern": _form_found,
        "format": _form_found,
        "not": _not_found,
        "anyOf": _no_form_found,
        "oneOf": _no_form_found,
        "contains": _lacking_found,
        "items": _more_found,
        "uniqueItems": _equal_found,
        "": _refused,
        NESTING: _depth_found,
        MORE: _much_found,
    }
)
_QUOTING = frozenset({"enum", "const", "not"})
"""Keywords whose messages quote the string found."""

_EXPECTED: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "type": _types,
        "enum": _choice,
        "const": lambda expected: _choice([expected]),
        "minimum": _bound("at least"),
        "maximum": _bound("at most"),
        "exclusiveMinimum": _bound("more than"),
        "exclusiveMaximum": _bound("less than"),
        "multipleOf": _bound("a multiple of"),
        "minLength": _bound("at least"),
        "maxLength": _bound("at most"),
        "minItems": _bound("at least"),
        "maxItems": _bound("at most"),
        "minProperties": _bound("at least"),
        "maxProperties": _bound("at most"),
        "uniqueItems": lambda _: "items that all differ",
        "format": lambda expected: f"the format {show(str(expected), QUOTED)}",
    }
)
