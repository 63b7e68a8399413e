"""From the repair of a fault to edits of the line's text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from batchlint.faults import Fault
from batchlint.fixing.joining import joined
from batchlint.parsing.locate import Place, locate
from batchlint.pointer import Path
from batchlint.repairs import Action, Repair, TextEdit

_BLANKS = " \t\r\n"
_SURROGATES = re.compile("[\ud800-\udfff]")
_AFTER_METHOD = ("url", "body")
"""Members before which a missing one is inserted, the first that is there."""


def edits_of(
    text: str, faults: Sequence[Fault], constants: Mapping[str, str]
) -> Iterator[tuple[Fault, tuple[TextEdit, ...]]]:
    """Those of `faults` of the line `text` that can be repaired together, each with its edits.

    Args:
        text: the line, without byte order mark and line end.
        faults: faults of the line that have a repair.
        constants: members of the envelope that have only one value, with that value.
    """
    paths: list[Path] = [fault.path for fault in faults if fault.path]
    if any(fault.repair and fault.repair.action is Action.INSERT for fault in faults):
        paths += [(), *((member,) for member in _AFTER_METHOD)]
    places = locate(text, paths) if paths else {}
    found = [
        (fault, edits)
        for fault in faults
        if fault.repair and (edits := _edits(text, fault, fault.repair, places, constants))
    ]
    done = 0
    for fault, edits in sorted(found, key=lambda row: (row[1][0].start, row[1][-1].end)):
        # Of two repairs at one place the second waits until the first one is done.
        if edits[0].start >= done:
            done = edits[-1].end
            yield fault, edits


def with_ending(text: str, path: Path, ending: str) -> TextEdit | None:
    """The edit that adds `ending` to the string at `path`; None where there is no such string."""
    place = locate(text, [path]).get(path)
    if place is None or text[place.start] != '"':
        return None
    return TextEdit(place.end - 1, place.end - 1, ending)


def _edits(
    text: str, fault: Fault, repair: Repair, places: Mapping[Path, Place], constants: Mapping[str, str]
) -> tuple[TextEdit, ...]:
    """The edits of one repair, in their order; none where the place is gone."""
    if repair.action is Action.EDIT:
        return repair.edits
    place = None if fault.path is None else places.get(fault.path)
    if place is None:
        return ()
    if repair.action is Action.INSERT:
        return (_insertion(text, places, repair.argument, constants[repair.argument]),)
    if repair.action is Action.REPLACE:
        return (TextEdit(place.start, place.end, repair.argument),)
    if repair.action is Action.QUOTE:
        return TextEdit(place.start, place.start, '"'), TextEdit(place.end, place.end, '"')
    if repair.action is Action.RENAME:
        return (TextEdit(place.key_start, place.key_end, json.dumps(repair.argument)),)
    if repair.action is Action.REMOVE:
        return (_removal(text, place),)
    return _unquoting(text, place) if repair.action is Action.UNQUOTE else ()


def _unquoting(text: str, place: Place) -> tuple[TextEdit, ...]:
    inner = joined(json.loads(text[place.start : place.end]).split("\n"))
    # Half a surrogate pair can be written in an escape, but not as a character.
    written = _SURROGATES.sub(lambda half: f"\\u{ord(half[0]):04x}", inner)
    return (TextEdit(place.start, place.end, written),)


def _removal(text: str, place: Place) -> TextEdit:
    """Removes a member with one of the commas beside it."""
    after = _blanks_end(text, place.end)
    if text[after] == ",":
        return TextEdit(place.key_start, _blanks_end(text, after + 1), "")
    before = text[: place.key_start].rstrip(_BLANKS)
    if before.endswith(","):
        return TextEdit(len(before) - 1, place.end, "")
    return TextEdit(place.key_start, place.end, "")


def _insertion(text: str, places: Mapping[Path, Place], member: str, value: str) -> TextEdit:
    added = f"{json.dumps(member)}: {json.dumps(value)}"
    for following in _AFTER_METHOD:
        if (place := places.get((following,))) is not None:
            return TextEdit(place.key_start, place.key_start, f"{added}, ")
    start = places[()].start + 1
    is_empty = text[_blanks_end(text, start)] == "}"
    return TextEdit(start, start, added if is_empty else f"{added}, ")


def _blanks_end(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANKS:
        position += 1
    return position
