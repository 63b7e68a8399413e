"""One pass over a file: the findings come from the engine, the lines from a second reader that follows them.

The findings arrive in the order of their lines, so nothing but the line that is being repaired is ever held.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import BinaryIO

from batchlint.engine.line import BYTE_ORDER_MARK, Line
from batchlint.engine.run import Engine
from batchlint.errors import FixError
from batchlint.findings import Finding
from batchlint.fixing.edits import with_ending
from batchlint.fixing.hunks import Hunk
from batchlint.fixing.ids import FreeIds
from batchlint.fixing.joining import joined, opened
from batchlint.fixing.line import assembled, repaired
from batchlint.fixing.raw import Raw, raw_lines
from batchlint.reading.sources import Source
from batchlint.repairs import applied

_OF_LINE = frozenset({"byte-order-mark", "carriage-return", "missing-final-newline", "blank-line"})
"""Rules about the bytes around a request."""

MARK = BYTE_ORDER_MARK.decode()

Numbered = Iterator[tuple[int, Raw]]


class Rewriting:
    """One pass over one file."""

    def __init__(self, engine: Engine, source: Source, note: Callable[[Hunk], None], *, unsafe: bool) -> None:
        """Prepares a pass.

        Args:
            engine: which rules are on, and what is a fault.
            source: the file; it is opened more than once.
            note: is told of each place that changes.
            unsafe: whether repairs that may change the meaning are wanted too.
        """
        self.rules: Counter[str] = Counter()
        self._engine = engine
        self._source = source
        self._note = note
        self._unsafe = unsafe
        self._longest = engine.options.limits.line_bytes
        self._ids = FreeIds(source.open, self._longest)
        self._written = 0
        self._drops_returns = False

    def write(self, findings: Iterable[Finding], target: BinaryIO) -> None:
        """Writes the file to `target`, with `findings` repaired.

        Args:
            findings: what to repair, in the order of their lines.
            target: what is written.

        Raises:
            OSError: the file cannot be read any more, or `target` cannot be written.
            FixError: it changed meanwhile.
        """
        groups = ((line or 0, list(group)) for line, group in groupby(findings, lambda finding: finding.line))
        wanted, group = next(groups, (0, []))
        with self._source.open() as stream:
            lines = _numbered(raw_lines(stream, self._longest))
            for number, raw in lines:
                if number != wanted or not raw.is_whole:
                    self._copy(number, raw, target)
                    continue
                last = number
                if (end := _end_of_value(group)) is not None:
                    last = end
                    self._join(number, Line.of(number, 0, 0, raw.data), end, lines, target)
                    self.rules.update(finding.rule for finding in group)
                else:
                    self._repair(number, raw.data, {finding.rule for finding in group}, target)
                wanted, group = next(groups, (0, []))
                while 0 < wanted <= last:
                    # The end of the value that was just joined has its line end already.
                    self.rules.update(finding.rule for finding in group)
                    wanted, group = next(groups, (0, []))
        if damage := self._source.damage():
            raise FixError(f"is not repaired: {damage}")

    def _copy(self, number: int, raw: Raw, target: BinaryIO) -> None:
        """Copies a line as it is, but for its carriage return where they are being dropped."""
        data = raw.data
        if raw.is_whole and self._drops_returns:
            data = _without_return(data)
        if data != raw.data:
            self._put(number, data, target)
            return
        target.write(data)
        self._written += raw.is_last

    def _repair(self, number: int, data: bytes, rules: set[str], target: BinaryIO) -> None:
        """Repairs a line that stands by itself."""
        self.rules.update(rules & _OF_LINE)
        self._drops_returns |= "carriage-return" in rules
        if "blank-line" in rules:
            self._note(Hunk(number - 1, number, self._written, self._written))
            return
        line = Line.of(number, 0, 0, _without_return(data) if self._drops_returns else data)
        is_marked = "byte-order-mark" in rules
        # Tools that add a mark may have done so more than once.
        text = line.text().lstrip(MARK) if is_marked else line.text()
        if rules - _OF_LINE or is_marked:
            result = repaired(text, self._engine, unsafe=self._unsafe)
            self.rules.update(result.rules)
            text = result.text
            if "duplicate-custom-id" in rules:
                text = self._with_new_id(text)
        new = assembled(line, text, with_mark=not is_marked)
        self._put(number, new + b"\n" if "missing-final-newline" in rules else new, target)

    def _put(self, number: int, new: bytes, target: BinaryIO) -> None:
        """Writes what became of one line."""
        target.write(new)
        count = new.count(b"\n") + (not new.endswith(b"\n"))
        self._note(Hunk(number - 1, number, self._written, self._written + count))
        self._written += count

    def _join(self, number: int, first: Line, end: int, lines: Numbered, target: BinaryIO) -> None:
        """Writes a value that ends in line `end` on one line, or the elements of an array on a line each."""
        texts = _texts(first, end, lines)
        start = self._written
        if first.text().lstrip(" \t\r").startswith("["):
            for piece in opened(texts, self._engine.options.limits.depth):
                target.write(piece.encode("utf-8", "surrogateescape"))
                self._written += piece == "\n"
        else:
            target.write(joined(texts).encode("utf-8", "surrogateescape") + b"\n")
            self._written += 1
        self._note(Hunk(number - 1, end, start, self._written))

    def _with_new_id(self, text: str) -> str:
        try:
            identity = json.loads(text)["custom_id"]
        except (ValueError, RecursionError, KeyError, TypeError):
            return text
        if not isinstance(identity, str):
            return text
        edit = with_ending(text, ("custom_id",), self._ids.ending(identity))
        if edit is None:
            return text
        self.rules["duplicate-custom-id"] += 1
        return applied(text, [edit])


def _end_of_value(group: list[Finding]) -> int | None:
    """The last line of the value that begins at the line of `group`, where it is spread over several."""
    return next((finding.end_line for finding in group if finding.rule == "multiline-json"), None)


def _numbered(raws: Iterator[Raw]) -> Numbered:
    number = 1
    for raw in raws:
        yield number, raw
        number += raw.is_last


def _texts(first: Line, end: int, lines: Numbered) -> Iterator[str]:
    yield first.text()
    for number, raw in lines:
        yield Line.of(number, 0, 0, raw.data).text()
        if number == end:
            return


def _without_return(data: bytes) -> bytes:
    body = data.removesuffix(b"\n")
    return body.rstrip(b"\r") + data[len(body) :]
