"""One physical line and its place in the file."""

from __future__ import annotations

from dataclasses import dataclass, field

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read.

    Attributes:
        number: from 1, blank lines counted.
        offset: bytes before it in the file.
        requests_before: lines before it that are not blank.
        data: its bytes with the newline, if it has one.
        body: its bytes without newline and byte order mark; a carriage return is left, JSON takes it as a blank.
        has_mark: whether a byte order mark was removed.
    """

    number: int
    offset: int
    requests_before: int
    data: bytes
    body: bytes = field(init=False)
    has_mark: bool = field(init=False)

    def __post_init__(self) -> None:
        has_mark = self.data.startswith(BYTE_ORDER_MARK)
        body = self.data[3:] if has_mark else self.data
        object.__setattr__(self, "has_mark", has_mark)
        object.__setattr__(self, "body", body[:-1] if body.endswith(b"\n") else body)

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
