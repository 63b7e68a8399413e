"""Limits that protect the process from a hostile file; RFC 8259, section 9, allows a parser to set them."""

from __future__ import annotations

from dataclasses import dataclass

from batchlint.errors import UsageError

DEEPEST = 200
"""The deepest nesting that can be allowed: jsonschema and the standard JSON decoder recurse with the data."""

MOST_FINDINGS = 1_000
"""Findings of one line beside those that compare it with others; a request with more is something else."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one run.

    Attributes:
        line_bytes: the longest line that is judged, in bytes without its newline; a longer one is
            the finding ``line-too-long`` and is skipped without being held.
        depth: the deepest nesting that is judged, in levels; the outermost object is level 1.

    Raises:
        UsageError: a limit is below 1, or `depth` above what recursive JSON Schema can follow.
    """

    line_bytes: int = 32 * 1024 * 1024
    depth: int = 128

    def __post_init__(self) -> None:
        if self.line_bytes < 1:
            raise UsageError(f"the longest line has to be at least 1 byte, not {self.line_bytes}")
        if not 1 <= self.depth <= DEEPEST:
            raise UsageError(f"the deepest nesting has to be between 1 and {DEEPEST}, not {self.depth}")
