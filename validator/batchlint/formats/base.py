"""What a format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from batchlint.findings import Finding
from batchlint.reports import FileReport


class Formatter(Protocol):
    """Writes one report. The pieces joined are the whole output; each ends with a newline or is empty."""

    def finding(self, finding: Finding) -> str:
        """What can be written as soon as a finding is known."""

    def end(self, files: tuple[FileReport, ...], /) -> str:
        """What follows when all inputs were judged."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name.

    Attributes:
        make: a formatter for one run under the profile named.
        for_people: whether a person reads it, so that windows of lines and a closing line serve.
        has_excerpts: whether it shows windows of lines.
    """

    make: Callable[[str], Formatter]
    for_people: bool
    has_excerpts: bool = False
