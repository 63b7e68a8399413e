"""What is wrong with a document, for whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass

from batchlint.escaping import show
from batchlint.pointer import Path, pointer_of


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a document.

    Attributes:
        file: the file as it was given, or as it is reached from there.
        pointer: RFC 6901 pointer to the place; "" is the whole document.
        reason: what is wrong, and what to do where that is known.
    """

    file: str
    pointer: str
    reason: str

    def __str__(self) -> str:
        """The problem in one printable line."""
        place = f" {show(self.pointer, 200)}:" if self.pointer else ""
        return f"{show(self.file, 400)}:{place} {show(self.reason, 400)}"


def problem_at(file: str, path: Path, reason: str) -> Problem:
    """The problem at the place that `path` leads to."""
    return Problem(file, pointer_of(path), reason)
