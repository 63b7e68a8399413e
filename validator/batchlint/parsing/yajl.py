"""The yajl parser of ijson, asked for by name: other backends accept other texts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import InvalidOperation
from functools import lru_cache

import ijson

from batchlint.errors import MissingPartError
from batchlint.parsing.builder import Builder

BACKEND = "yajl2_c"

_PIECE = 64 * 1024

_NEEDED = 8
"""Bytes for each byte of a long text that yajl and its value may take: pieces, buffers that double, wide letters."""


class YajlError(Exception):
    """The parser refuses the text, for whatever reason."""


class ExponentError(YajlError):
    """A number's exponent is beyond what the parser can represent."""


Parse = Callable[[bytes, Builder], None]
"""Parses one JSON text, whole, into a builder. Raises YajlError, NestingError or MemoryError."""


def version() -> str:
    """The version of ijson and its backend, for people."""
    return f"ijson {ijson.__version__} {BACKEND}"


@lru_cache(maxsize=1)
def yajl_parser() -> Parse:
    """The parser of one text at a time.

    Raises:
        MissingPartError: ijson lacks the compiled backend; another one would judge some files differently.
    """
    try:
        basic_parse_coro = ijson.get_backend(BACKEND).basic_parse_coro
    except ImportError:
        raise MissingPartError(
            f"ijson has no {BACKEND} backend here; install a binary wheel of ijson 3.6 or newer"
        ) from None

    def parse(text: bytes, builder: Builder) -> None:
        events = ijson.sendable_list()
        parser = basic_parse_coro(events)
        try:
            if len(text) <= _PIECE:
                parser.send(text)
            else:
                _need(_NEEDED * len(text))
                _send_in_pieces(parser.send, text, events, builder)
            # Without a last newline yajl accepts an unclosed string after the value.
            parser.send(b"\n")
            parser.close()
        except InvalidOperation:
            raise ExponentError from None
        except (ijson.JSONError, UnicodeDecodeError, ValueError, SystemError):
            raise YajlError from None
        builder.take(events)

    return parse


def _need(size: int) -> None:
    """Raises MemoryError here if there are no `size` bytes: yajl does not look whether it got what it asked for."""
    # Memory that is never written to costs next to nothing.
    bytearray(size)


def _send_in_pieces(
    send: Callable[[bytes], object], text: bytes, events: list[tuple[str, object]], builder: Builder
) -> None:
    """Feeds a long text so that its events never pile up.

    A piece is doubled while no event arrives, since the parser scans an unfinished token anew each time.
    """
    size = _PIECE
    position = 0
    while position < len(text):
        send(text[position : position + size])
        position += size
        if events:
            builder.take(events)
            events.clear()
            size = _PIECE
        else:
            size *= 2
