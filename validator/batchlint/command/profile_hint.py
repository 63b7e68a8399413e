"""The note that names another profile, for a file that fails as a whole under the chosen one."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from batchlint.documents.profile import profile_named
from batchlint.engine.options import EngineOptions
from batchlint.errors import BatchlintError
from batchlint.findings import Finding
from batchlint.reading.compression import read_errors
from batchlint.reading.lines import PIECE, read_lines
from batchlint.reading.sources import Source, StreamSource
from batchlint.reports import FileReport

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SAMPLE = 20
"""The lines of a file, from its start, that are judged by other profiles."""

SHARE = 0.9
"""The share of a file's requests that has to have an error of the schema."""

_LONGEST = 256 * 1024
_HEAD = 1024 * 1024


class FailingLines:
    """Counts the lines of one file that have an error in their form or values.

    Lines with other errors, such as broken JSON, would fail under any profile.
    """

    def __init__(self) -> None:
        """Starts a file."""
        self.number = 0
        self._last: int | None = None

    def take(self, finding: Finding) -> None:
        """Counts the line of `finding`, once; findings come in the order of lines."""
        if finding.severity == "error" and finding.family == "schema" and finding.line != self._last:
            self._last = finding.line
            self.number += 1

    def is_wholesale(self, file: FileReport) -> bool:
        """Whether the file fails as a whole."""
        return self.number > 0 and self.number >= SHARE * file.requests


class _KeptHead(io.RawIOBase):
    """Standard input below its buffer; keeps what is read first, since it cannot be read again."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self.head = bytearray()
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        size = self._raw.readinto(buffer)
        if size and len(self.head) < _HEAD:
            self.head += memoryview(buffer)[: min(size, _HEAD - len(self.head))]
        return size


class ProfileHint(NamedTuple):
    """Finds the note for a file, for a run with `options`."""

    options: EngineOptions

    def note(self, source: Source) -> str | None:
        """What to tell of the file `source`, which fails as a whole; None where nothing is to be told."""
        from batchlint.engine.other_profiles import fitting_profile

        try:
            name = fitting_profile(self.options, _first_requests(source, self.options.limits.line_bytes))
        except (OSError, BatchlintError):
            # What cannot be read a second time has been told of already; this is only help.
            return None
        if name is None:
            return None
        chosen = profile_named(self.options.profile).name
        return f"{source.name} does not fit {chosen} but fits {name}: --profile {name}"


def kept(source: Source) -> Source:
    """`source`, with a memory of its start where it is standard input, so that `note` can read that again."""
    if isinstance(source, StreamSource) and isinstance(source.stream, io.BufferedReader):
        return replace(source, stream=io.BufferedReader(_KeptHead(source.stream.raw), PIECE))
    return source


def _again(source: Source) -> Source:
    """What `source` yields first, to be read once more."""
    if not isinstance(source, StreamSource):
        return source
    raw = source.stream.raw if isinstance(source.stream, io.BufferedReader) else None
    return replace(source, stream=io.BytesIO(raw.head if isinstance(raw, _KeptHead) else b""))


def _first_requests(source: Source, line_bytes: int) -> list[bytes]:
    requests: list[bytes] = []
    with _again(source).open() as stream:
        try:
            for line in read_lines(stream, min(line_bytes, _LONGEST)):
                # A last line without a newline may be the cut end of what was kept.
                if isinstance(line, bytes) and line.strip() and (line.endswith(b"\n") or not requests):
                    requests.append(line.rstrip(b"\r\n"))
                if len(requests) == SAMPLE:
                    break
        except read_errors():
            # What was kept of a compressed stream ends too early; the lines before that will do.
            return requests
    return requests
