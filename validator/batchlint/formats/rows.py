"""Rows of a JSON array, written as they come, each on a line of its own."""

from __future__ import annotations

from collections.abc import Mapping

from batchlint.escaping import json_text


class Rows:
    """Puts commas between rows."""

    def __init__(self) -> None:
        self._is_empty = True

    def row(self, value: Mapping[str, object]) -> str:
        """One more row; the array's opening bracket stands before the first."""
        lead = "" if self._is_empty else ",\n"
        self._is_empty = False
        return f"{lead}{json_text(value)}"

    def close(self) -> str:
        """What ends the array."""
        return "]" if self._is_empty else "\n]"


def opened(document: Mapping[str, object]) -> str:
    """`document` as JSON whose last member is an array that is still open; it has to be empty."""
    return json_text(document).removesuffix("]}") + "\n"
