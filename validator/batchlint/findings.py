"""The finding: one fault at one place. Formats are views of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]
"""`error`: the provider refuses or cannot serve it; `warning`: it probably does not do what was meant."""

Family = Literal["syntax", "schema", "file", "request"]
"""The kind of knowledge that a rule rests on."""

Repairability = Literal["safe", "unsafe"]
"""`safe`: the repair keeps what the request means (``--fix``); `unsafe`: it may not (``--unsafe-fixes``)."""

SEVERITY_RANK: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A masked window of the line around a finding, in printable ASCII.

    Attributes:
        text: the window; values of strings outside closed lists are asterisks.
        start: the first marked column of `text`, from 0.
        width: the number of marked columns, at least 1.
    """

    text: str
    start: int
    width: int


class Finding(NamedTuple):
    """One fault at one place.

    A named tuple, since a file may have fifty thousand of them: made and sent at a quarter of a dataclass's cost.

    Attributes:
        path: the file as it was given, or ``<stdin>``.
        line, column: from 1; a column is a Unicode code point. None for a finding about the whole file.
        offset: bytes from the start of the (decompressed) file, from 0.
        end_line, end_column, end_offset: the end of the place, exclusive.
        pointer: RFC 6901 pointer into the request; None where the line is not JSON. Where it would be longer than
            1,024 code points, that of the last value on the way which is not.
        rule, family, severity: the kind of fault and how much it matters.
        message: what was found and what was expected; never a value of the user's data.
        hint: the repair that is probably meant, or None.
        custom_id: the request's own id, where it is a string.
        excerpt: the place in its line; made only where a format asks for it, not part of the report.
        byte_column, end_byte_column: the columns from 1 in UTF-8 bytes, the end exclusive; for formats that count
            so, not part of the report.
        repair: whether the command can repair it, and how safely; None where it cannot. Not part of the report,
            where the hint says it.
    """

    path: str
    line: int | None
    column: int | None
    offset: int | None
    end_line: int | None
    end_column: int | None
    end_offset: int | None
    pointer: str | None
    rule: str
    family: Family
    severity: Severity
    message: str
    hint: str | None
    custom_id: str | None
    excerpt: Excerpt | None = None
    byte_column: int | None = None
    end_byte_column: int | None = None
    repair: Repairability | None = None

    def to_dict(self) -> dict[str, str | int | None]:
        """The members of the JSON report, in its order."""
        return {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "offset": self.offset,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "end_offset": self.end_offset,
            "pointer": self.pointer,
            "rule": self.rule,
            "family": self.family,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "custom_id": self.custom_id,
        }


def without_position(finding: Finding) -> Finding:
    """`finding` as one that stands in no file."""
    return finding._replace(
        line=None,
        column=None,
        offset=None,
        end_line=None,
        end_column=None,
        end_offset=None,
        byte_column=None,
        end_byte_column=None,
    )
