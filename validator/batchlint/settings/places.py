"""The line of a TOML text in which a key is set; the TOML reader of the standard library does not tell it."""

from __future__ import annotations

from collections.abc import Callable


def line_of(text: str, path: tuple[str, ...], parse: Callable[[str], object]) -> int | None:
    """The line, from 1, of the statement of `text` that sets the key at `path`, or None.

    The shortest beginning of `text` that is TOML and has the key ends with its statement, and the next
    shorter one that is TOML ends before it.

    Args:
        text: a valid TOML text.
        path: the keys from the top of the document.
        parse: the TOML reader; it raises ValueError for what is no TOML.
    """
    lines = text.split("\n")

    def document(end: int) -> object:
        try:
            return parse("\n".join([*lines[:end], ""]))
        except ValueError:
            return None

    def end_of_statement(line: int) -> int:
        return next((end for end in range(line, len(lines)) if document(end) is not None), len(lines))

    if not _has(document(len(lines)), path):
        return None
    low, high = 0, len(lines)
    while low < high:
        end = end_of_statement((low + high) // 2)
        if _has(document(end), path):
            high = (low + high) // 2
        else:
            low = end + 1
    before = end_of_statement(low) - 1
    while document(before) is None:
        before -= 1
    start = before
    while start < len(lines) - 1 and (not lines[start].strip() or lines[start].lstrip().startswith("#")):
        start += 1
    return start + 1


def _has(value: object, path: tuple[str, ...]) -> bool:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True
