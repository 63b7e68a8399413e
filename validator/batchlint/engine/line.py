"""One physical line and its place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from batchlint.validating.screen import Screened

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line as it was read.

    Attributes:
        number: from 1, blank lines counted.
        offset: bytes before it in the file.
        requests_before: lines before it that are not blank.
        data: its bytes with the newline, if it has one.
        body: its bytes without newline and byte order marks; a carriage return is left, JSON takes it as a blank.
        marks: how many byte order marks were removed; tools that add one may have done so more than once.
        screened: what the screen knows of it, where it was asked.
    """

    number: int
    offset: int
    requests_before: int
    data: bytes
    body: bytes
    marks: int
    screened: Screened = None

    @classmethod
    def of(cls, number: int, offset: int, requests_before: int, data: bytes, screened: Screened = None) -> Line:
        """The line of these bytes at this place."""
        marks = 0
        while data.startswith(BYTE_ORDER_MARK, marks * len(BYTE_ORDER_MARK)):
            marks += 1
        body = data[marks * len(BYTE_ORDER_MARK) :] if marks else data
        return cls(number, offset, requests_before, data, body.removesuffix(b"\n"), marks, screened)

    @property
    def ends_with_return(self) -> bool:
        """Whether the line ends with CR LF, or with CR at the end of the file."""
        return self.body.endswith(b"\r")

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but spaces, tabs and carriage returns."""
        return not self.body.strip(b" \t\r")

    def text(self) -> str:
        """The body, decoded; bytes that are no UTF-8 become lone surrogates, one for each byte."""
        return self.body.decode("utf-8", "surrogateescape")
