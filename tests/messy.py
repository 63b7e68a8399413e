"""Files made by chance in which everything happens that depends on more than one line."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator


def messy_file(rng: random.Random, count: int, padding: int = 50) -> bytes:
    """A file of some `count` lines: repeated ids, several models and endpoints, values over several lines, and so on.

    Args:
        rng: where chance comes from.
        count: how many pieces of one or more lines.
        padding: the longest prompt, in bytes.
    """
    data = b"\n".join(_pieces(rng, count, padding)) + (b"\n" if rng.random() < 0.7 else b"")
    return data.decode("utf-8", "replace").encode("utf-16") if rng.random() < 0.03 else data


def request(number: int, text: str = "", model: str = "m", url: str = "/v1/chat/completions") -> bytes:
    """A request without a fault of its own."""
    body = {"messages": [{"role": "user", "content": f"x{text}"}]} if "chat" in url else {"prompt": f"x{text}"}
    line = {"custom_id": f"r{number}", "method": "POST", "url": url, "body": {"model": model, **body}}
    return json.dumps(line).encode()


def _pieces(rng: random.Random, count: int, padding: int) -> Iterator[bytes]:
    for number in range(count):
        line = request(number, "x" * rng.randrange(padding))
        yield rng.choice(_TWISTS)(rng, number, count, line) if rng.random() < 0.4 else line


def _twist(text: bytes) -> Callable[[random.Random, int, int, bytes], bytes]:
    return lambda _rng, _number, _count, _line: text


_TWISTS: tuple[Callable[[random.Random, int, int, bytes], bytes], ...] = (
    lambda rng, _number, count, _line: request(rng.randrange(count)),
    lambda rng, number, _count, _line: request(number, model=rng.choice("mabc")),
    lambda _rng, number, _count, _line: request(number, url="/v1/completions"),
    lambda _rng, _number, _count, line: json.dumps(json.loads(line), indent=1).encode(),
    lambda _rng, number, count, line: b"[\n" + line + b",\n" + request(number + count) + b"\n]",
    lambda _rng, _number, _count, line: line + b"\r",
    lambda _rng, _number, _count, line: line[:-3],
    lambda _rng, _number, _count, line: b"\xef\xbb\xbf" + line,
    lambda rng, _number, _count, line: line + b" " * rng.randrange(3000),
    lambda rng, number, _count, _line: b'{"custom_id":"\\ud80%d%d","body":{}}' % (rng.randrange(2), number % 3),
    lambda rng, _number, _count, _line: b"{\n" * rng.randrange(4),
    lambda _rng, number, _count, line: line.replace(b'"POST"', b'"POST", "method": %d' % (number % 2)),
    _twist(b""),
    _twist(b'{"custom_id":"x\xff"}'),
    _twist(b'{"custom_id":"z","body":{}}'),
    _twist(b'{\n "a": 1,\n}\n  "x"'),
    _twist(b'{\n "a": "\xff"\n}'),
    _twist(b"["),
    _twist(b"{"),
    _twist(b"\x00"),
)
