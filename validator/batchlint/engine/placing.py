"""From faults of a line to findings of a file: exact positions, in one pass over the line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from batchlint.engine.excerpts import Excerpts
from batchlint.engine.line import BYTE_ORDER_MARK, Line
from batchlint.engine.redaction import Redaction
from batchlint.engine.rulebook import Rulebook
from batchlint.engine.scope import Draft
from batchlint.faults import Anchor, Fault
from batchlint.findings import Excerpt, Finding, Severity
from batchlint.parsing.locate import locate
from batchlint.pointer import Path, pointer_of

AT_MARK = (-1, 0)
"""The span of a removed byte order mark, the last one before the text."""

LONGEST_ID = 512
"""An id is shown up to this many code points; providers allow far fewer."""


LONGEST_POINTER = 1024
"""In code points before escaping. Each finding below a member carries its name, which may be as long as the line."""


@dataclass(frozen=True, slots=True)
class Placer:
    """Makes findings for one file.

    Attributes:
        path: the file's name.
        rulebook: the severities of the run.
        excerpts: makes windows of lines, or None where no format asks for them.
    """

    path: str
    rulebook: Rulebook
    excerpts: Excerpts | None

    def place(self, line: Line, text: str, faults: Sequence[Fault], custom_id: str | None) -> list[Draft]:
        """Drafts for `faults` of one line, sorted by offset and rule; rules that are off are left out."""
        if not faults:
            return []
        judged = [
            (fault, severity)
            for fault in faults
            if (severity := self.rulebook.severity(fault.rule, fault.severity)) is not None
        ]
        spans = _spans(text, [fault for fault, _ in judged])
        columns = 1 + line.marks
        start_offset = line.offset + len(BYTE_ORDER_MARK) * line.marks
        offsets = _byte_offsets(text, spans)
        shown_id = custom_id if custom_id is None or len(custom_id) <= LONGEST_ID else custom_id[:LONGEST_ID] + "..."
        redaction = Redaction([secret for fault, _ in judged for secret in fault.secrets])
        if shown_id is not None:
            shown_id = redaction.of(shown_id)
        rows = list(zip(spans, judged, strict=True))
        if len(rows) > 1:
            rows.sort(key=lambda row: (row[0][0], row[1][0].rule, row[0][1]))
        windows = self._windows(text, rows, bool(redaction))
        drafts: list[Draft] = []
        for ((start, end), (fault, severity)), window in zip(rows, windows, strict=True):
            # What stands before the text are byte order marks, from the start of the line.
            column = columns + start if start >= 0 else 1
            offset = start_offset + offsets[start] if start >= 0 else line.offset
            end_offset = start_offset + offsets[end]
            finding = Finding(
                self.path,
                line.number,
                column,
                offset,
                line.number,
                columns + end,
                end_offset,
                None if fault.path is None else _pointer(fault.path, redaction),
                fault.rule,
                self.rulebook.rules[fault.rule].family,
                severity,
                redaction.of(fault.message),
                fault.hint,
                shown_id,
                window,
                offset - line.offset + 1,
                end_offset - line.offset + 1,
                self.rulebook.repairability(fault),
            )
            drafts.append(Draft(finding, fault.tag))
        return drafts

    def of_file(self, rule: str, message: str, hint: str | None, stated: Severity | None = None) -> Iterator[Draft]:
        """The draft about the whole file, unless the rule is off."""
        severity = self.rulebook.severity(rule, stated)
        if severity is not None:
            family = self.rulebook.rules[rule].family
            nowhere = (None, None, None, None, None, None)
            finding = Finding(self.path, *nowhere, None, rule, family, severity, message, hint, None)
            yield Draft(finding, None)

    def _windows(
        self, text: str, rows: list[tuple[tuple[int, int], tuple[Fault, Severity]]], has_secrets: bool
    ) -> Iterable[Excerpt | None]:
        if self.excerpts is None:
            return [None] * len(rows)
        revealed = None if has_secrets else "invalid-value"
        marked = [(span, fault.rule == revealed) for span, (fault, _) in rows]
        return self.excerpts.windows(text, marked, hides_keys=has_secrets)


def _pointer(path: Path, redaction: Redaction) -> str:
    """The pointer of `path`, or of the last value on the way to it whose pointer is not too long."""
    if not redaction:
        # Escapes make a pointer longer than its steps, nothing makes it shorter.
        pointer = pointer_of(path)
        if len(pointer) <= LONGEST_POINTER:
            return pointer
    length = 0
    for count, step in enumerate(path):
        length += 1 + (len(step) if isinstance(step, str) else len(str(step)))
        if length > LONGEST_POINTER:
            path = path[:count]
            break
    if not redaction:
        return pointer_of(path)
    return pointer_of(redaction.of(step) if isinstance(step, str) else step for step in path)


def _spans(text: str, faults: list[Fault]) -> list[tuple[int, int]]:
    """Start and end of each fault in code points; the whole line where a place cannot be found."""
    missing = [fault.path for fault in faults if fault.span is None and fault.path is not None]
    places = locate(text, missing) if missing else {}
    spans: list[tuple[int, int]] = []
    for fault in faults:
        place = None if fault.path is None else places.get(fault.path)
        if fault.span is not None:
            spans.append(fault.span)
        elif place is None:
            spans.append((0, len(text)))
        elif fault.anchor is Anchor.KEY:
            spans.append((place.key_start, place.key_end))
        else:
            spans.append((place.start, place.end))
    return spans


_OF_MARK = {AT_MARK[0]: -len(BYTE_ORDER_MARK)}


def _byte_offsets(text: str, spans: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The byte offset of each code point that begins or ends a span, in one pass."""
    if text.isascii():
        return {position: position for span in spans for position in span} | _OF_MARK
    wanted = sorted({position for span in spans for position in span if position >= 0})
    offsets = dict(_OF_MARK)
    before = 0
    total = 0
    for position in wanted:
        total += len(text[before:position].encode("utf-8", "surrogateescape"))
        offsets[position] = total
        before = position
    return offsets
