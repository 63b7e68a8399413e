"""From violations to faults: the rule, its words, and what the document adds with ``x-lint``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

from batchlint.escaping import show_words
from batchlint.faults import Anchor, Fault, Tag, TagKind
from batchlint.findings import Severity
from batchlint.limits import MOST_FINDINGS
from batchlint.parsing.values import type_name
from batchlint.pointer import Path
from batchlint.validating import repairs, words
from batchlint.validating.keywords import OTHER, RULE_OF_KEYWORD
from batchlint.validating.misspelling import has_same_letters, meant_name
from batchlint.validating.violation import Violation

ANNOTATION = "x-lint"

_NO_NOTE: Mapping[str, Any] = MappingProxyType({})

_LONGEST_KNOWN = 200
"""Characters of a path and a value that are remembered."""

_MOST_SUGGESTIONS = 20
"""In one object; more unknown members than that are no misspellings, and comparing takes time."""


def faults_of(violations: Iterable[Violation], whole: str = words.REQUEST) -> list[Fault]:
    """The faults that `violations` stand for, each once.

    Where a value has the wrong type, whatever else is said of the same value follows from that and is
    left out.

    Args:
        violations: what failed.
        whole: what the outermost value is, for the messages.
    """
    all_violations = list(violations)
    if len(all_violations) == 1:
        return list(islice(_faults_again(all_violations[0], whole), MOST_FINDINGS + 1))
    mistyped = {violation.path for violation in all_violations if _is_mistyped(violation)}
    faults: dict[tuple[Path | None, str, str, Severity | None], Fault] = {}
    for violation in all_violations:
        if violation.path in mistyped and violation.keyword != "type":
            continue
        # An object can have any number of unknown members.
        for fault in islice(_faults_again(violation, whole), MOST_FINDINGS + 1):
            key = (fault.path, fault.rule, fault.message, fault.severity)
            if key not in faults or (faults[key].hint is None and fault.hint is not None):
                faults[key] = fault
    return list(faults.values())


def _is_mistyped(violation: Violation) -> bool:
    # A document that only warns about a type must not hide what another one calls an error.
    return violation.keyword == "type" and _annotation(violation).get("severity", "error") == "error"


class _Same(NamedTuple):
    """A subschema, as what is the same as itself only."""

    schema: dict[str, Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema

    def __hash__(self) -> int:
        return id(self.schema)


_SCALARS = frozenset({str, int, float, bool, type(None)})


def _faults_again(violation: Violation, whole: str) -> Iterable[Fault]:
    """The faults of `violation`, remembered: who makes a mistake in one line makes it in all."""
    path, keyword, expected, found, schema = violation
    if (
        type(found) not in _SCALARS
        or type(schema) is not dict
        or schema.get(keyword) is not expected
        # Zeros of either sign are equal, and not shown alike.
        or found == 0.0
        or sum([len(step) for step in (*path, found) if type(step) is str]) > _LONGEST_KNOWN
    ):
        return _faults(violation, whole)
    return _remembered(path, keyword, found, _Same(schema), whole)


@lru_cache(maxsize=256, typed=True)
def _remembered(path: Path, keyword: str, found: str | float | None, same: _Same, whole: str) -> tuple[Fault, ...]:
    schema = same.schema
    return tuple(_faults(Violation(path, keyword, schema[keyword], found, schema), whole))


def _faults(violation: Violation, whole: str) -> Iterator[Fault]:
    note = _annotation(violation)
    rule = note.get("rule") or RULE_OF_KEYWORD.get(violation.keyword, OTHER)
    severity: Severity | None = note.get("severity")
    path = violation.path
    if violation.keyword in ("required", "dependentRequired"):
        for member in _missing_members(violation):
            text = words.missing(path, member, whole)
            hint = _hint(note, member)
            repair = repairs.of_missing(violation, member)
            yield Fault(rule, text, hint, path, severity=severity, tag=_tag(note, hint), repair=repair)
    elif violation.keyword in ("additionalProperties", "unevaluatedProperties") and violation.expected is False:
        unknown = _unknown_members(violation)
        renames = repairs.of_unknown(violation, unknown)
        for number, member in enumerate(unknown):
            text = words.unknown(path, member, whole)
            hint = _hint(note, member, _meant_member(violation, member) if number < _MOST_SUGGESTIONS else None)
            repair = renames.get(member)
            if repair is not None and not has_same_letters(member, repair.argument):
                # The document may know better what that name stands for.
                repair = repair if hint == _writing(repair.argument) else None
            tag = _tag(note, hint)
            yield Fault(rule, text, hint, (*path, member), Anchor.KEY, None, severity, tag, repair=repair)
    else:
        stated = note.get("expected")
        text = words.message(violation, None if stated is None else show_words(stated), whole)
        # A document's one hint for every wrong value is about the mistake itself, so that it says more.
        meant = None if isinstance(note.get("hint"), str) else _meant_value(violation)
        hint = _hint(note, _hint_key(violation), meant)
        repair = repairs.of_value(violation, rule)
        yield Fault(rule, text, hint, path, severity=severity, tag=_tag(note, hint), repair=repair)


def _annotation(violation: Violation) -> Mapping[str, Any]:
    # Documents and policies come from JSON text, so their objects are dictionaries; asking for that alone is quick.
    if not isinstance(violation.schema, dict) or ANNOTATION not in violation.schema:
        return _NO_NOTE
    note = violation.schema[ANNOTATION].get(violation.keyword, _NO_NOTE)
    return note if isinstance(note, dict) else _NO_NOTE


def _hint(note: Mapping[str, Any], key: str, meant: str | None = None) -> str | None:
    """The document's hint for `key`, else to write what was `meant`, else the document's hint for the rest."""
    stated = note.get("hint")
    suggestion = None if meant is None else _writing(meant)
    of_key, of_rest = (stated.get(key), stated.get("*")) if isinstance(stated, dict) else (None, stated)
    hint = of_key or suggestion or of_rest
    return show_words(hint) if isinstance(hint, str) else None


def _writing(meant: str) -> str:
    return f"write {meant}"


def _meant_member(violation: Violation, member: str) -> str | None:
    """The known member that `member` resembles, unless the object has that one as well."""
    meant = meant_name(member, violation.schema.get("properties", ()))
    return None if meant in violation.found else meant


def _meant_value(violation: Violation) -> str | None:
    if violation.keyword not in ("enum", "const") or not isinstance(violation.found, str):
        return None
    allowed = [violation.expected] if violation.keyword == "const" else violation.expected
    names = [value for value in allowed if isinstance(value, str)]
    # Where there is one value only, a document's hint names it already, and says why.
    has_hint = isinstance(violation.schema, Mapping) and bool(_annotation(violation).get("hint"))
    return None if has_hint and len(names) == 1 else meant_name(violation.found, names)


def _tag(note: Mapping[str, Any], hint: str | None) -> Tag | None:
    return Tag(TagKind.HINT_ONCE, hint) if note.get("once") and hint is not None else None


def _hint_key(violation: Violation) -> str:
    if violation.keyword in ("enum", "const") and isinstance(violation.found, str):
        return violation.found
    return type_name(violation.found)


def _missing_members(violation: Violation) -> list[str]:
    wanted: Iterable[str]
    if violation.keyword == "required":
        wanted = violation.expected
    else:
        wanted = (
            member
            for trigger, members in violation.expected.items()
            if trigger in violation.found
            for member in members
        )
    return [member for member in dict.fromkeys(wanted) if member not in violation.found]


def _unknown_members(violation: Violation) -> list[str]:
    known = violation.schema.get("properties", {})
    patterns = [re.compile(pattern) for pattern in violation.schema.get("patternProperties", {})]
    return [
        member
        for member in violation.found
        if member not in known and not any(pattern.search(member) for pattern in patterns)
    ]
