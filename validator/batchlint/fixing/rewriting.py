"""Writing a file with its findings repaired: they come from the engine, the lines from a second reader behind it.

The findings arrive in the order of their lines, so nothing but the line that is being repaired is ever held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from batchlint.engine.line import BYTE_ORDER_MARK, Line
from batchlint.errors import FixError
from batchlint.findings import Finding
from batchlint.fixing.hunks import Hunk
from batchlint.fixing.ids import UniqueIds
from batchlint.fixing.joining import joined, opened
from batchlint.fixing.line import LineRepairs
from batchlint.fixing.raw import Raw, raw_lines
from batchlint.reading.sources import Source

_OF_LINE = frozenset({"byte-order-mark", "carriage-return", "missing-final-newline", "blank-line"})
"""Rules about the bytes around a request."""

_SPREAD = "multiline-json"
_SLIP = "invalid-json"
"""The rule of a trailing comma within a value that is spread over several lines."""

Numbered = Iterator[tuple[int, Raw]]


class Rewriting:
    """One file being written anew."""

    def __init__(
        self,
        repairs: LineRepairs,
        ids: UniqueIds | None,
        note: Callable[[Hunk], None],
        *,
        longest: int,
        depth: int,
    ) -> None:
        """Prepares for one file.

        Args:
            repairs: repairs its lines.
            ids: makes repeated ids unique, or None if they stay.
            note: is told of each place that changes.
            longest: the longest line that is looked into, in bytes.
            depth: the nesting allowed.
        """
        self._repairs = repairs
        self._rules = repairs.rules
        self._ids = ids
        self._note = note
        self._longest = longest
        self._depth = depth
        self._written = 0
        self._drops_returns = False

    def write(self, groups: Iterator[list[Finding]], source: Source, target: BinaryIO) -> None:
        """Writes the file to `target`, with the findings of `groups` repaired.

        Args:
            groups: what to repair, line by line in their order; the next one is asked for when all before it
                are written, so that what they become is known to whoever looks for them.
            source: the file.
            target: what is written.

        Raises:
            OSError: the file cannot be read any more, or `target` cannot be written.
            FixError: it changed meanwhile.
        """
        wanted, group = _next(groups)
        with source.open() as stream:
            lines = _numbered(raw_lines(stream, self._longest))
            for number, raw in lines:
                if number != wanted or not raw.is_whole:
                    self._copy(number, raw, target)
                    continue
                last, is_ended, mended = number, raw.data.endswith(b"\n"), self._rules[_SLIP]
                slips = 0
                if (end := _end_of_value(group)) is not None:
                    last, is_ended = end, True
                    self._rules.update(finding.rule for finding in group if finding.rule in (*_OF_LINE, _SPREAD))
                    self._drops_returns |= _told(group, "carriage-return")
                    slips += _told(group, _SLIP)
                    self._join(number, Line.of(number, 0, 0, raw.data), end, lines, target)
                else:
                    is_ended |= self._repair(number, raw.data, {finding.rule for finding in group}, target)
                wanted, group = _next(groups)
                while 0 < wanted <= last:
                    # What is told of the last line at the end of the file, or of a line of the value just joined.
                    self._rules.update(finding.rule for finding in group if finding.rule in _OF_LINE)
                    slips += _told(group, _SLIP)
                    if not is_ended and _told(group, "missing-final-newline"):
                        target.write(b"\n")
                        is_ended = True
                    wanted, group = _next(groups)
                if slips and self._rules[_SLIP] == mended:
                    # A comma after the last element goes with the bracket.
                    self._rules[_SLIP] += 1
        if damage := source.damage():
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

    def _repair(self, number: int, data: bytes, rules: set[str], target: BinaryIO) -> bool:
        """Repairs a line that stands by itself; says whether nothing is left of it."""
        self._rules.update(rules & _OF_LINE)
        self._drops_returns |= "carriage-return" in rules
        if "blank-line" in rules:
            self._note(Hunk(number - 1, number, self._written, self._written))
            return True
        line = Line.of(number, 0, 0, _without_return(data) if self._drops_returns else data)
        marks = b"" if "byte-order-mark" in rules else BYTE_ORDER_MARK * line.marks
        text = line.text()
        if rules - _OF_LINE or line.marks:
            is_repeated = "duplicate-custom-id" in rules
            text = "\n".join(self._repaired(number, text, self._longest - len(marks), is_repeated=is_repeated))
        ended = line.data.endswith(b"\n") or "missing-final-newline" in rules
        self._put(number, marks + _bytes(text) + (b"\n" if ended else b""), target)
        return False

    def _repaired(self, number: int, text: str, longest: int, *, is_repeated: bool | None = None) -> Iterator[str]:
        """The lines that the line `text` becomes.

        Args:
            number: the line's number.
            text: the line.
            longest: the longest line that a repair may make, in bytes.
            is_repeated: whether the id that it has in the file stands in an earlier line of it; None for a
                value that is not on one line in the file, so that its id was not compared.
        """
        for line in self._repairs.lines(text, longest):
            if self._ids is None or line.identity is None:
                yield line.text
                continue
            was_compared = is_repeated is not None and line.identity == line.first_identity
            if not (is_repeated if was_compared else self._ids.is_taken(line.identity, number)):
                yield line.text
                continue
            new = self._ids.renamed(line.text, line.identity, number, longest)
            self._rules["duplicate-custom-id"] += new is not None
            yield line.text if new is None else new

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
            self._open(number, opened(texts, self._depth), target)
        else:
            self._write_value(number, joined(texts), target)
        self._note(Hunk(number - 1, end, start, self._written))

    def _open(self, number: int, pieces: Iterable[str], target: BinaryIO) -> None:
        """Writes the elements of an array; one that is too long to be looked into is not held."""
        held: list[str] = []
        size = 0
        for piece in pieces:
            if piece == "\n" and size <= self._longest:
                self._write_value(number, "".join(held), target)
            elif piece == "\n":
                target.write(b"\n")
                self._written += 1
            else:
                data = _bytes(piece)
                held.append(piece)
                size += len(data)
                if size > self._longest:
                    target.write(_bytes("".join(held)))
                    held.clear()
                continue
            held.clear()
            size = 0

    def _write_value(self, number: int, text: str, target: BinaryIO) -> None:
        for line in self._repaired(number, text, self._longest):
            target.write(_bytes(line) + b"\n")
            self._written += 1


def _next(groups: Iterator[list[Finding]]) -> tuple[int, list[Finding]]:
    """The line of the next group, and the group; line 0 for none."""
    group = next(groups, [])
    return (group[0].line or 0 if group else 0), group


def _told(group: list[Finding], rule: str) -> bool:
    return any(finding.rule == rule for finding in group)


def _end_of_value(group: list[Finding]) -> int | None:
    """The last line of the value that begins at the line of `group`, where it is spread over several."""
    return next((finding.end_line for finding in group if finding.rule == _SPREAD), None)


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


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
