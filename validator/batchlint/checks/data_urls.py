"""Images, recordings and videos inside a request, as `data:` URLs (RFC 2397)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from itertools import chain

from batchlint.checks.media import LONGEST_HEAD, contradiction
from batchlint.checks.members import items_of, messages_of, object_of, objects_at
from batchlint.faults import Fault
from batchlint.parsing.values import JsonObject
from batchlint.pointer import Path

_HOLDERS = (("image_url", "url"), ("video_url", "url"), ("audio_url", "url"), ("file", "file_data"), ("file_data", ""))
"""Members of a content part that hold a URL, and where in them."""

_HEAD = re.compile(
    r"data:"
    r"(?P<type>[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9*][a-z0-9!#$&^_.+*-]*)?"
    # The encoding alone, as stylesheets have it, is no parameter, but every reader takes it.
    r'(?P<parameters>(?:;[a-z0-9!#$&^_.+-]+=(?:"[^"]*"|[^;,"]*)|;utf-?8(?=[;,]))*)'
    r"(?P<base64>;base64)?"
    r",",
    re.IGNORECASE,
)
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SCHEMES = ("data:", "DATA:", "Data:")
_LONGEST_START = 1_000
"""What stands before the data is far shorter."""


def invalid_data_urls(request: JsonObject) -> Iterator[Fault]:
    """`data:` URLs of content parts that cannot be read as what they say."""
    for path, part in _parts(request):
        for holder, member in _HOLDERS:
            value = part.get(holder)
            # Some providers take the URL itself where others want an object with it.
            place, url = (
                ((holder,), value) if isinstance(value, str) else ((holder, member), object_of(value).get(member))
            )
            if isinstance(url, str) and url.startswith(_SCHEMES):
                yield from _judge((*path, *place), url)


def _parts(request: JsonObject) -> Iterator[tuple[Path, JsonObject]]:
    """The parts of all messages; in what is to be moderated they stand without a message around them."""
    yield from objects_at(request, "input")
    for path, message in chain(messages_of(request), objects_at(request, "input")):
        for index, part in enumerate(items_of(message.get("content"))):
            yield (*path, "content", index), object_of(part)


def _judge(path: Path, url: str) -> Iterator[Fault]:
    head = _HEAD.match(url, 0, _LONGEST_START)
    if head is None:
        has_comma = "," in url[:_LONGEST_START]
        what = "does not have the form of one before its comma" if has_comma else "has no comma before its data"
        yield _fault(path, what, "write data:image/png;base64, and then the data")
        return
    start = head.end()
    if start == len(url):
        yield _fault(path, "holds no data", "put the data behind the comma")
        return
    if head["base64"]:
        problem = _base64_problem(url, start)
        if problem is not None:
            yield _fault(path, *problem)
            return
        first = binascii.a2b_base64(url[start : start + LONGEST_HEAD // 3 * 4])
    else:
        from urllib.parse import unquote_to_bytes

        first = unquote_to_bytes(url[start : start + 3 * LONGEST_HEAD])[:LONGEST_HEAD]
    wrong = contradiction(head["type"] or "", first)
    if wrong is not None:
        hint = "name the media type that the data has"
        yield _fault(path, wrong, hint if head["base64"] else "write ;base64 before the comma if the data is base64")


def _base64_problem(url: str, start: int) -> tuple[str, str] | None:
    """What keeps the text from `start` on from being base64 (RFC 4648, section 4), and the hint; in linear time."""
    # An image makes nearly all of its line, so the text is copied no more often than needed.
    before = len(_strangers(url[:start]))
    strangers = _strangers(url)[before:]
    padding = len(strangers) - len(strangers.rstrip(b"="))
    if url.endswith("=" * padding):
        strangers = strangers[: len(strangers) - padding]
    if strangers:
        return "has characters outside the base64 alphabet", _hint(strangers)
    length = len(url) - start
    if length % 4 or padding > 2:
        what = f"has {length:,} characters of base64; expected a multiple of 4 with at most two = at the end"
        return what, "the data is cut off, or lost its = at the end"
    return None


def _strangers(text: str) -> bytes:
    return text.encode("utf-8", "replace").translate(None, _ALPHABET)


def _hint(strangers: bytes) -> str:
    if not strangers.strip(b"-_"):
        return "use the standard alphabet with + and /, not the one for URLs"
    if not strangers.strip(b" \t\r\n"):
        return "remove blanks and line breaks from the base64"
    if not strangers.replace(b"%", b"").strip(b"="):
        return "write +, / and = as they are, not as percent escapes"
    return "encode the bytes of the file with base64, and nothing else"


def _fault(path: Path, what: str, hint: str) -> Fault:
    return Fault("invalid-data-url", f"the data URL {what}", hint, path)
