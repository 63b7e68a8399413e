"""One line, from bytes to a value."""

from __future__ import annotations

from typing import NamedTuple

from batchlint.parsing.builder import Builder, NestingError
from batchlint.parsing.guard import has_forbidden_byte, needs_rewriting, rewritten
from batchlint.parsing.scanner import ScanFault
from batchlint.parsing.values import JsonValue
from batchlint.parsing.yajl import ExponentError, Parse, YajlError


class Parsed(NamedTuple):
    """A line that is JSON.

    Attributes:
        value: what it holds; of repeated members the last counts, as in every common reader.
        rewritten: lone surrogates or endless numbers were replaced before parsing.
        suspicious: it holds a fault that the value hides: lone surrogates, repeated members, unsafe numbers.
    """

    value: JsonValue
    rewritten: bool
    suspicious: bool


class RefusedError(Exception):
    """The line is not JSON, or nested too deep; the scanner says where."""


def parse_line(line: bytes, text: str, depth: int, parse: Parse) -> Parsed:
    """The value of one line.

    Args:
        line: the line as UTF-8, without byte order mark and line end.
        text: the same, decoded.
        depth: the nesting allowed.
        parse: the parser, from `yajl_parser`.

    Raises:
        RefusedError: the line is not JSON or nested too deep.
    """
    if has_forbidden_byte(line):
        raise RefusedError
    try:
        if needs_rewriting(line):
            return _parse_rewritten(text, depth, parse)
        builder = Builder(depth)
        try:
            parse(line, builder)
        except ExponentError:
            return _parse_rewritten(text, depth, parse)
    except (YajlError, NestingError, ScanFault):
        raise RefusedError from None
    return Parsed(builder.value, False, builder.duplicate_keys or builder.unsafe_numbers)


def _parse_rewritten(text: str, depth: int, parse: Parse) -> Parsed:
    builder = Builder(depth)
    new = rewritten(text, depth)
    parse(new.encode(), builder)
    return Parsed(builder.value, new != text, True)
