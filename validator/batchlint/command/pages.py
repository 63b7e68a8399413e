"""Pages of rules on a terminal: prose as wide as that is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

WIDEST = 100
"""The columns beyond which prose does not read well."""

_FENCE = "```"


def fitted(page: str, columns: int | None) -> str:
    """`page`, Markdown, with its paragraphs wrapped anew; headings and what stands in fences are left as they are.

    Args:
        page: lines that each end with a newline.
        columns: the width of the terminal; None where there is none, which leaves all as it is.
    """
    if columns is None:
        return page
    return "".join(f"{line}\n" for line in _lines(page, min(columns, WIDEST)))


def _lines(page: str, columns: int) -> Iterator[str]:
    import textwrap

    is_fenced = False

    def is_prose(line: str) -> bool:
        nonlocal is_fenced
        is_fence = line.startswith(_FENCE)
        is_fenced = is_fenced != is_fence
        return bool(line) and not (is_fenced or is_fence or line.startswith("#"))

    for is_paragraph, lines in groupby(page.splitlines(), is_prose):
        if is_paragraph:
            yield from textwrap.wrap(" ".join(lines), columns, break_long_words=False, break_on_hyphens=False)
        else:
            yield from lines
