"""Requests and lines made by chance from a seed: good ones, faulty ones, and JSON texts that are hard to tell."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

Value = Any


class Raw(str):
    """A piece of JSON text that is written as it stands."""

    __slots__ = ()


_TEXTS = json.loads((Path(__file__).parent / "cases" / "chance.json").read_bytes())

STRINGS = tuple(_TEXTS["strings"])
WORDS = tuple(_TEXTS["words"])
HARD_ESCAPES = tuple(map(Raw, _TEXTS["escapes"]))
NUMBERS = tuple(
    Raw(text)
    for base in (2**31, 2**32, 2**53, 2**63, 2**64, 10**18, 10**30, 10**308, 10**309, 10**400)
    for number in (base - 1, base, base + 1)
    for text in (str(number), f"-{number}")
) + tuple(map(Raw, _TEXTS["numbers"]))

BYTES = (
    *(bytes([byte]) for byte in b' \t\r\n\x00\x0b\x0c\x1f\x7f"\\:,{}[]0-+.eEtn/'),
    *(
        b"\xa0",
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xed\xb0\x80",
        b"\xf4\x90\x80\x80",
        b"\xef\xbb\xbf",
        b"\xe2\x80",
    ),
    *(
        b"\xe2\x80\xa8",
        b"\xc2\x85",
        b"\\u003a",
        b"\\u003A",
        b"\\ud800",
        b"\\u0000",
        b"//x",
        b"/**/",
        b'"":0,',
        b"null",
        b"\xf0\x9f",
    ),
)

ENDS = (*[b"\n"] * 24, b"\r\n", b"\r\r\n", b" \n", b"\t \r \n", b"", b"\r", b"\x00\n", b"\x0c\n", b"\xc2\xa0\n", b",\n")


def requests(rng: random.Random, more: Sequence[Value] = ()) -> Iterator[dict[str, Value]]:
    """Endless requests, nearly all of them good; `more` are taken now and then beside those made here."""
    number = 0
    while True:
        number += 1
        if more and rng.random() < 0.4:
            yield json.loads(json.dumps(rng.choice(more)))
            continue
        chat = rng.random() < 0.8
        yield {
            "custom_id": rng.choice((f"r-{number}", f"r:{number}", f"é{number}", "r")),
            "method": "POST",
            "url": "/v1/chat/completions" if chat else "/v1/completions",
            "body": _chat(rng) if chat else {"model": "m", "prompt": _text(rng)},
        }


def _chat(rng: random.Random) -> dict[str, Value]:
    body: dict[str, Value] = {"model": "m", "messages": [{"role": "user", "content": _text(rng)}]}
    if rng.random() < 0.4:
        body["messages"].insert(0, {"role": "system", "content": _text(rng)})
    if rng.random() < 0.3:
        body["max_tokens"] = rng.choice((1, 200, 4096))
    if rng.random() < 0.3:
        body["temperature"] = rng.choice((0, 0.7, 1, 1.0, 2))
    if rng.random() < 0.6:
        # What the parameters of a function are is free: faults hide here best.
        parameters = {"type": "object", "properties": {"a": junk(rng, 3)}, rng.choice(STRINGS): junk(rng, 2)}
        body["tools"] = [{"type": "function", "function": {"name": "f", "parameters": parameters}}]
    if rng.random() < 0.1:
        parts = [
            {"type": "text", "text": _text(rng)},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}},
        ]
        body["messages"].append({"role": "user", "content": parts})
    return body


def _text(rng: random.Random) -> str:
    return " ".join(rng.choice(STRINGS[2:]) for _ in range(rng.randrange(1, 5)))


def junk(rng: random.Random, depth: int) -> Value:
    """Any JSON value, at most `depth` levels deep, of texts that validators and parsers are known to differ on."""
    kind = rng.random()
    if depth > 0 and kind < 0.2:
        return {rng.choice((*STRINGS, *WORDS)): junk(rng, depth - 1) for _ in range(rng.randrange(4))}
    if depth > 0 and kind < 0.3:
        return [junk(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind < 0.6:
        return rng.choice(STRINGS)
    if kind < 0.7:
        return rng.choice((None, True, False, 0, 1, 0.5, [], {}))
    if kind < 0.72:
        return rng.choice(HARD_ESCAPES)
    return rng.choice(NUMBERS) if kind < 0.8 else rng.randrange(-3, 2050)


def deep(rng: random.Random, levels: int) -> Raw:
    """A value of `levels` levels of objects and arrays."""
    pairs = [rng.choice((("[", "]"), ('{"a":', "}"))) for _ in range(levels)]
    return Raw("".join(start for start, _ in pairs) + "1" + "".join(end for _, end in reversed(pairs)))


def faulty(rng: random.Random, request: dict[str, Value]) -> dict[str, Value]:
    """`request` with one to four members or elements replaced, removed, added or moved."""
    for _ in range(rng.randrange(1, 5)):
        containers = list(_containers(request))
        container = rng.choice(containers)
        kind = rng.random()
        if isinstance(container, list):
            if kind < 0.4 or not container:
                container.insert(rng.randrange(len(container) + 1), junk(rng, 2))
            elif kind < 0.7:
                container[rng.randrange(len(container))] = junk(rng, 2)
            else:
                del container[rng.randrange(len(container))]
        elif kind < 0.35 and container:
            container[rng.choice(list(container))] = junk(rng, 2)
        elif kind < 0.55 and container:
            del container[rng.choice(list(container))]
        elif kind < 0.65:
            other = rng.choice(containers)
            if isinstance(other, dict) and other:
                # Written out and read in again, so that nothing holds itself.
                container[rng.choice(WORDS)] = json.loads(json.dumps(other))
        else:
            container[rng.choice((*WORDS, *STRINGS))] = junk(rng, 2)
    return request


def _containers(value: Value) -> Iterator[Value]:
    if isinstance(value, (dict, list)):
        yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _containers(item)


class Writer:
    """Writes JSON in one of the many ways in which a text can stand for a value."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        chance = rng.random()
        self._repeats = 0.05 if chance < 0.25 else 0.0
        self._escapes = 0.03 if 0.15 < chance < 0.4 else 0.0
        self._blanks = 0.1 if 0.3 < chance < 0.5 else 0.0
        self._ascii = rng.random() < 0.5
        self._gap = rng.choice(("", " "))

    def write(self, value: Value) -> str:
        if isinstance(value, Raw):
            return str(value)
        if isinstance(value, dict):
            members: list[str] = []
            for key, item in value.items():
                members.append(self._member(key, item))
                if self._rng.random() < self._repeats:
                    again = item if self._rng.random() < 0.5 else junk(self._rng, 1)
                    members.insert(self._rng.randrange(len(members) + 1), self._member(key, again))
            return self._bracketed("{", members, "}")
        if isinstance(value, list):
            return self._bracketed("[", [self.write(item) for item in value], "]")
        if isinstance(value, str):
            return self._string(value)
        return json.dumps(value)

    def _member(self, key: str, value: Value) -> str:
        return f"{self._string(key) if not isinstance(key, Raw) else key}{self._blank()}:{self._gap}{self.write(value)}"

    def _bracketed(self, start: str, items: list[str], end: str) -> str:
        return start + self._blank() + f",{self._blank()}{self._gap}".join(items) + self._blank() + end

    def _blank(self) -> str:
        return self._rng.choice((" ", "\t", "\r", "  ")) if self._rng.random() < self._blanks else ""

    def _string(self, text: str) -> str:
        written = json.dumps(text, ensure_ascii=self._ascii)
        if not self._escapes:
            return written
        return "".join(self._escaped(char) if self._rng.random() < self._escapes else char for char in written)

    def _escaped(self, char: str) -> str:
        # Not the quotes and backslashes of the notation itself.
        if char in '"\\' or ord(char) > 0xFFFF:
            return char
        digits = f"{ord(char):04x}"
        return f"\\u{digits.upper() if self._rng.random() < 0.5 else digits}"


def lines(rng: random.Random, more: Sequence[Value] = ()) -> Iterator[bytes]:
    """Endless lines: clean ones, ones with a hidden fault, and plainly broken ones."""
    for request in requests(rng, more):
        kind = rng.random()
        if kind < 0.2:
            faulty(rng, request)
        elif kind < 0.27:
            _hide(request, rng.choice(HARD_ESCAPES), rng)
        elif kind < 0.35:
            _hide(request, rng.choice(NUMBERS), rng)
        elif kind < 0.38:
            # The limit is about all levels of the line, of which five are around the parameters.
            _hide(
                request, deep(rng, rng.choice((*range(119, 128), *range(190, 200), *range(245, 260), 500, 1100))), rng
            )
        data = Writer(rng).write(request).encode("utf-8", "surrogatepass") + rng.choice(ENDS)
        if rng.random() < 0.35:
            data = mutated(rng, data)
        yield data


def joined(rng: random.Random, good: Sequence[bytes], more: Sequence[bytes]) -> list[bytes]:
    """Lines with newlines: mostly some of `good`, now and then with ends of lines where none belong, and vice versa."""
    batch = rng.choices(good, k=rng.randrange(1, 6)) if good else []
    if rng.random() < 0.4:
        batch.insert(rng.randrange(len(batch) + 1), *more[:1] or [b"\n"])
    data = b"".join(batch)
    # As many lines as before, but a mark within a request and one between two of one line.
    changes = [(b",", b"\n"), (b"\n", _MARK)] if rng.random() < 0.2 else []
    while rng.random() < 0.5:
        # Each makes a line more or less, or moves something from one line to its neighbour.
        changes.append(rng.choice(_CROSSINGS))
    for old, new in changes:
        places = [place for place in range(len(data)) if data.startswith(old, place)]
        if places:
            place = rng.choice(places)
            data = data[:place] + new + data[place + len(old) :]
    return [line for line in io.BytesIO(data) if line.endswith(b"\n")]


_MARK = b",9007199254740993,"
_CROSSINGS = (
    *((b"\n", each) for each in (_MARK, _MARK + b"\n", b"\n" + _MARK, b",", b" ", b"", b"\n\n", b"],[")),
    *((b",", each) for each in (b"\n", b",\n", b"\n,", _MARK, b"\n" + _MARK[1:], b",[0\n0],")),
    *((b"[", each) for each in (b"[\n", b"[1\n2,", b"\n[")),
    *((b"]", each) for each in (b"\n]", b",1\n2]", b"]\n")),
    *((b"{", each) for each in (b"{\n", b"\n{", b"{},{", b"{}\n{")),
    *((b'"', each) for each in (b'"\n', b'\n"')),
)


def _hide(request: dict[str, Value], value: Value, rng: random.Random) -> None:
    body = request.get("body")
    if isinstance(body, dict):
        parameters = {"type": "object", rng.choice(("x", "properties")): value}
        body["tools"] = [{"type": "function", "function": {"name": "f", "parameters": parameters}}]


def mutated(rng: random.Random, data: bytes) -> bytes:
    """`data` with one to three bytes, or runs of bytes, changed."""
    for _ in range(rng.randrange(1, 4)):
        data = rng.choice(_MUTATIONS)(rng, data, rng.randrange(len(data) + 1))
    return data


def _inserted(rng: random.Random, data: bytes, at: int) -> bytes:
    return data[:at] + rng.choice(BYTES) + data[at:]


def _replaced(rng: random.Random, data: bytes, at: int) -> bytes:
    return data[:at] + rng.choice(BYTES) + data[at + 1 :]


def _flipped(rng: random.Random, data: bytes, at: int) -> bytes:
    return data[:at] + bytes(byte ^ (1 << rng.randrange(8)) for byte in data[at : at + 1]) + data[at + 1 :]


def _cut(rng: random.Random, data: bytes, at: int) -> bytes:
    return data[:at] + data[at + rng.randrange(1, 12) :]


def _doubled(rng: random.Random, data: bytes, at: int) -> bytes:
    end = at + rng.randrange(1, 40)
    return data[:end] + data[at:end] + data[end:]


def _member_again(rng: random.Random, data: bytes, at: int) -> bytes:
    """Repeats one member behind some comma or opening brace, where it may come to lie twice in one object."""
    start = data.find(b'"', at)
    end = data.find(b",", start)
    if start < 0 or end < 0:
        return data
    places = [place + 1 for place, byte in enumerate(data) if byte in b",{"]
    place = rng.choice(places)
    return data[:place] + data[start : end + 1] + data[place:]


_MUTATIONS: tuple[Callable[[random.Random, bytes, int], bytes], ...] = (
    _inserted,
    _replaced,
    _flipped,
    _cut,
    _doubled,
    _member_again,
)
