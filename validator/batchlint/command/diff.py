"""``lint --diff``: what ``--fix`` would change, as a unified diff without context."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from batchlint.checks.credentials import without_credentials
from batchlint.command import exit_status
from batchlint.command.inputs import ExcludedError, Input, InputError
from batchlint.command.output import Output, complain
from batchlint.command.repair import file_or_error
from batchlint.engine.run import Engine
from batchlint.errors import FixError, MissingPartError
from batchlint.escaping import show, show_path
from batchlint.fixing.copying import Copy, repaired_copy
from batchlint.fixing.hunks import Hunk, Hunks
from batchlint.fixing.raw import raw_lines
from batchlint.reading.lines import LineStream
from batchlint.reading.sources import NotReadableError, PathSource

_WHOLE = 200
"""Lines up to this many code points are shown whole."""

_AROUND = 40
"""How many code points of a longer one are shown before and after what changes in it."""

_LONGEST = 1000
"""More code points of one line are never shown."""

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|.)")
_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) - {'"', "\\"}
"""What a credential is made of."""

_NO_NEWLINE = "\\ No newline at end of file\n"


@dataclass(frozen=True, slots=True)
class Diff:
    """One run over all inputs; it changes none of them.

    Attributes:
        output: where the diff goes.
        unsafe: whether repairs that may change the meaning are shown too.
    """

    output: Output
    unsafe: bool

    def show(self, inputs: Iterable[Input | InputError]) -> int:
        """Shows what would change and returns the exit status, 1 if something would.

        Raises:
            OutputError: the diff cannot be written.
        """
        status = exit_status.CLEAN
        for given in inputs:
            if isinstance(given, ExcludedError):
                continue
            file = file_or_error(given)
            if isinstance(file, InputError):
                complain(str(file))
                status = max(status, exit_status.USAGE)
            elif isinstance(given, Input):
                status = max(status, self._show_one(file, given.judging.engine))
        self.output.flush()
        return status

    def _show_one(self, source: PathSource, engine: Engine) -> int:
        try:
            place = os.path.join(tempfile.gettempdir(), "batchlint")
        except FileNotFoundError:
            complain(f"{source.name}: no diff: there is no folder for temporary files")
            return exit_status.INCOMPLETE
        try:
            with tempfile.TemporaryFile() as file:
                hunks = Hunks(file)
                with repaired_copy(engine, source.path, place, unsafe=self.unsafe, note=hunks.add) as copy:
                    if copy is None:
                        return exit_status.CLEAN
                    for piece in _pieces(source, copy, hunks, engine.options.limits.line_bytes):
                        self.output.write(piece)
                    return exit_status.FINDINGS
        except FixError as error:
            complain(f"{source.name}: the file {error}")
        except (NotReadableError, MissingPartError) as error:
            complain(f"{source.name}: {error}")
            return exit_status.USAGE
        except (FileNotFoundError, NotADirectoryError):
            complain(f"{source.name}: there is no such file")
            return exit_status.USAGE
        except OSError as error:
            complain(f"{source.name}: no diff: {(error.strerror or 'input or output error').lower()}")
        return exit_status.INCOMPLETE


def _pieces(source: PathSource, copy: Copy, hunks: Iterable[Hunk], longest: int) -> Iterator[str]:
    name = show_path(source.name)
    yield f"--- {name}\n+++ {name}\n"
    repaired = PathSource(copy.file.temporary)
    with source.open() as before, repaired.open() as after:
        old, new = _Reader(before, longest), _Reader(after, longest)
        for hunk in hunks:
            yield f"@@ -{_range(hunk.old_start, hunk.old_end)} +{_range(hunk.new_start, hunk.new_end)} @@\n"
            yield from _changed(hunk, old, new)
    if damage := source.damage() or repaired.damage():
        raise FixError(f"was not shown to its end: {damage}")


def _range(start: int, end: int) -> str:
    count = end - start
    if count == 1:
        return f"{start + 1}"
    return f"{start + (count > 0)},{count}"


def _changed(hunk: Hunk, old: _Reader, new: _Reader) -> Iterator[str]:
    olds, news = old.lines(hunk.old_start, hunk.old_end), new.lines(hunk.new_start, hunk.new_end)
    if hunk.old_end - hunk.old_start == 1 == hunk.new_end - hunk.new_start:
        before, after = next(olds, ""), next(news, "")
        start = end = 0
        if max(len(before), len(after)) > _WHOLE:
            start = max(0, _same(before, after) - _AROUND)
            end = max(0, _same(before[::-1], after[::-1]) - _AROUND)
        yield _line("-", before, start, len(before) - end) + _line("+", after, start, len(after) - end)
        return
    yield from (_line("-", line, 0, _LONGEST) for line in olds)
    yield from (_line("+", line, 0, _LONGEST) for line in news)


def _same(before: str, after: str) -> int:
    """How many code points the two begin with in common."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((position for position, (one, other) in pairs if one != other), min(len(before), len(after)))


def _line(sign: str, line: str, start: int, end: int) -> str:
    """One line of the diff, cut to the code points from `start` to `end`; printable ASCII stands as it is."""
    text = line.removesuffix("\n")
    window = text[start : min(end, start + _LONGEST)]
    shown = show(window, _LONGEST).replace("\\\\", "\\")
    head = "..." if start else ""
    tail = "..." if start + len(window) < len(text) else ""
    return f"{sign}{head}{shown}{tail}\n{'' if line.endswith(chr(10)) else _NO_NEWLINE}"


class _Reader:
    """Lines of one file by their numbers from 0, ascending; of a line that is too long to be held, the start."""

    def __init__(self, stream: LineStream, longest: int) -> None:
        self._raws = raw_lines(stream, longest)
        self._next = 0

    def lines(self, start: int, end: int) -> Iterator[str]:
        """Lines `start` to `end`, decoded and without credentials; bytes that are no UTF-8 become lone surrogates."""
        while self._next < end:
            # A file that ends too early is told by whoever opened it.
            raw = next(self._raws, None)
            if raw is None:
                return
            data = raw.data if raw.is_whole else raw.data + b"\n"
            while not raw.is_last:
                raw = next(self._raws)
            self._next += 1
            if self._next > start:
                yield _redacted(data.decode("utf-8", "surrogateescape"))


def _redacted(line: str) -> str:
    """`line` with what looks like a live credential shortened; if one hides in escapes, these are resolved."""
    text = line.removesuffix("\n")
    plain = _ESCAPE.sub(_resolved, text)
    shown = without_credentials(plain)
    return (text if shown == plain else shown) + line[len(text) :]


def _resolved(escape: re.Match[str]) -> str:
    """The letter, digit or sign that `escape` stands for; others stay, so that strings end where they ended."""
    character = chr(int(escape[1], 16)) if escape[1] else escape[0][1]
    return character if character in _PLAIN and (escape[1] or character == "/") else escape[0]
