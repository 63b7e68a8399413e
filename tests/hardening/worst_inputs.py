"""Inputs made to cost a linter as much time as they can, each of about a given size in bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

ENDING = b"\n"
_CHAT = '{"custom_id": "%s", "method": "POST", "url": "/v1/chat/completions", "body": %s}'


def chat(body: str, custom_id: str = "a") -> bytes:
    """A chat request with the text `body` as its body, on a line of its own."""
    return (_CHAT % (custom_id, body)).encode() + ENDING


def messages(contents: str, more: str = "") -> bytes:
    """A chat request with the text `contents` between the brackets of its messages."""
    return chat(f'{{"model": "m", "messages": [{contents}]{more}}}')


def said(text: str) -> bytes:
    """A chat request whose one message has the raw JSON string content `text`."""
    return messages(f'{{"role": "user", "content": "{text}"}}')


def listed(item: str, size: int) -> str:
    """`item` again and again, with commas between, in about `size` characters."""
    return ",".join([item] * max(1, size // (len(item) + 1)))


def numbered(item: str, size: int) -> str:
    """`item` with ever new numbers in it, with commas between, in about `size` characters."""
    return ",".join(item % number for number in range(max(1, size // (len(item % 1000000) + 1))))


def lines(line: bytes, size: int) -> bytes:
    """`line` again and again, in about `size` bytes."""
    return line * max(1, size // len(line))


def tool(parameters: str) -> bytes:
    """A chat request with one tool that takes `parameters`."""
    tools = f'[{{"type": "function", "function": {{"name": "f", "parameters": {parameters}}}}}]'
    return messages('{"role": "user", "content": "x"}', f', "tools": {tools}')


def called(arguments: str) -> bytes:
    """A chat request whose assistant called a tool with the text `arguments`."""
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}
    turns = [
        {"role": "user", "content": "x"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "y"},
    ]
    return messages(json.dumps(turns)[1:-1])


def pictured(url: str) -> bytes:
    """A chat request with a picture at `url`."""
    return messages(f'{{"role": "user", "content": [{{"type": "image_url", "image_url": {{"url": "{url}"}}}}]}}')


def nested(opening: str, closing: str, inner: str, size: int) -> str:
    """`inner` within so many brackets that they take about `size` characters."""
    count = max(1, size // (len(opening) + len(closing)))
    return opening * count + inner + closing * count


def flooding(size: int) -> str:
    """Integers that all have the same hash in CPython, the multiples of 2^61 - 1."""
    step = 2**61 - 1
    return ",".join(str(step * number) for number in range(1, max(2, size // 25)))


def _many_ids(size: int) -> bytes:
    line = '{"custom_id": "%d", "method": "POST", "url": "/v1/completions", "body": {"model": "m", "prompt": "p"}}\n'
    return "".join(line % number for number in range(size // len(line))).encode()


def _repeated_ids(size: int) -> bytes:
    return _many_ids(size // 2) * 2


def _many_models(size: int) -> bytes:
    line = '{"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {"model": "%s", "prompt": "p"}}\n'
    return "".join(line % f"m{number}" for number in range(size // len(line))).encode()


def _long_ids(size: int) -> bytes:
    each = min(1_000_000, size // 4)
    return b"".join(chat('{"model": "m", "messages": []}', f"{number}" + "i" * each) for number in range(size // each))


def _pretty(size: int) -> bytes:
    one = json.dumps(json.loads(said("x" * 200)), indent=2)
    return f"{one}\n".encode() * (size // len(one))


def _wrapped(size: int) -> bytes:
    one = said("x").strip().decode()
    return ("[\n" + ",\n".join([one] * (size // len(one))) + "\n]\n").encode()


def _under_long_key(item: str, size: int) -> bytes:
    """Half of the size in one member name, half in what stands below it."""
    inner = listed(item, size // 2)
    return messages(
        '{"role": "user", "content": "x"}', ', "metadata": {{"{}": {{{}}}}}'.format("k" * (size // 2), inner)
    )


def _strict_names(size: int) -> str:
    return numbered('"temperatura%d": 1', size)


def _secrets(size: int) -> bytes:
    key = "sk-" + base64.b32encode(bytes(range(20))).decode().lower() + "Q7x" * 5
    return said(f"{key[:51]} " * (size // 52))


def _no_model(texts: str) -> bytes:
    """A request of which other endpoints would refuse each of the `texts`, and its own that there is no model."""
    line = '{"custom_id": "a", "method": "POST", "url": "/v1/embeddings", "body": {"input": [%s]}}'
    return (line % texts).encode() + ENDING


INPUTS: Mapping[str, Callable[[int], bytes]] = MappingProxyType(
    {
        # Numbers.
        "one run of digits": lambda n: b"1" * n + ENDING,
        "runs of 4,300 digits": lambda n: messages(listed("1" * 4300, n)),
        "runs of 4,301 digits": lambda n: messages(listed("1" * 4301, n)),
        "digits of a fraction": lambda n: messages("0." + "1" * n),
        "digits of an exponent": lambda n: messages("1e" + "1" * n),
        "huge exponents": lambda n: messages("", ', "temperature": [{}]'.format(listed("1e999999999", n))),
        "exponents beyond the parser": lambda n: messages(listed("1e1000000000000000000", n)),
        "integers beyond 2^53": lambda n: messages(listed("9007199254740993", n)),
        "integers of one hash": lambda n: messages("", f', "logit_bias": [{flooding(n)}]'),
        "members of one hash as integers": lambda n: messages(
            "", ', "logit_bias": {{{}}}'.format(",".join(f'"{each}":1' for each in flooding(n).split(",")))
        ),
        "small integers": lambda n: messages(listed("1", n)),
        "almost numbers": lambda n: lines(b"-" * 60 + ENDING, n),
        # Strings.
        "escapes": lambda n: said("\\u00e9" * (n // 6)),
        "short escapes": lambda n: said("\\n" * (n // 2)),
        "escaped colons": lambda n: said("\\u003a" * (n // 6)),
        "pairs of surrogates": lambda n: said("\\ud83d\\ude00" * (n // 12)),
        "lone surrogates": lambda n: said("\\ud800" * (n // 6)),
        "backslashes": lambda n: said("\\\\" * (n // 2)),
        "backslashes before escapes": lambda n: said("\\\\ud800" * (n // 7)),
        "wide characters": lambda n: said("日" * (n // 3)),
        "an open string": lambda n: b'{"custom_id": "' + b"a" * n + ENDING,
        "an open string of escapes": lambda n: b'{"custom_id": "' + b"\\u0041" * (n // 6) + ENDING,
        "a bad escape at the end": lambda n: said("a" * n + "\\x"),
        "control characters": lambda n: said("a" * n + "\t" * 10),
        "bytes that are no UTF-8": lambda n: b'{"custom_id": "' + b"\xff" * n + b'"}' + ENDING,
        "quotation marks": lambda n: b'"' * n + ENDING,
        # Structure.
        "open brackets": lambda n: b"[" * n + ENDING,
        "closed brackets": lambda n: nested("[", "]", "", n).encode() + ENDING,
        "open objects": lambda n: b'{"a":' * (n // 5) + ENDING,
        "brackets within a body": lambda n: chat('{{"a": {}}}'.format(nested("[", "]", "", n))),
        "levels within the limit": lambda n: chat('{{"a": {}}}'.format(listed(nested('{"a":[', "]}", "1", 460), n))),
        "members": lambda n: chat("{{{}}}".format(numbered('"k%07d":1', n))),
        "members of the line": lambda n: b"{" + numbered('"k%07d":1', n).encode() + b"}" + ENDING,
        "members without a name": lambda n: chat("{{{}}}".format(listed('"":1', n))),
        "the same member": lambda n: chat("{{{}}}".format(listed('"a":1', n))),
        "the same member in escapes": lambda n: chat("{{{}}}".format(listed('"\\u0061":1', n))),
        "known members again": lambda n: chat('{{{}, "messages": []}}'.format(listed('"model":"m"', n))),
        "empty objects": lambda n: messages(listed("{}", n)),
        "empty arrays": lambda n: messages(listed("[]", n)),
        "an open array of numbers": lambda n: b"[" + listed("1", n).encode() + ENDING,
        "an open array of texts": lambda n: b"[" + listed('""', n).encode() + ENDING,
        "an open array of arrays": lambda n: b"[" + listed("[[[]]]", n).encode() + ENDING,
        "an open array of deep arrays": lambda n: b"[" + listed("[" * 90 + "1" + "]" * 90, n).encode() + ENDING,
        "an open array of deep objects": lambda n: b"[" + listed('{"":{"":{"":0}}}', n).encode() + ENDING,
        "open arrays in an object": lambda n: b"{" + listed('"a":[[[1]]]', n).encode() + ENDING,
        "open objects in an array": lambda n: b"[" + listed('{"":0}', n).encode() + ENDING,
        "trailing commas": lambda n: chat('{{"model": "m", "messages": [{}]}}'.format(listed("[1,]", n))),
        "NaN": lambda n: messages(listed("NaN", n)),
        "commas": lambda n: b"," * n + ENDING,
        "colons": lambda n: b'{"a"' + b":" * n + ENDING,
        "blanks": lambda n: b" " * n + ENDING,
        "blanks in a request": lambda n: messages(" " * n),
        "NUL bytes": lambda n: b"\0" * n,
        "carriage returns": lambda n: b"\r" * n + ENDING,
        "carriage returns between requests": lambda n: lines(said("x").strip() + b"\r", n),
        # Lines.
        "blank lines": lambda n: b"\n" * n,
        "lines of one bracket": lambda n: b"{\n" * (n // 2),
        "lines of one bracket that closes": lambda n: b"}\n" * (n // 2),
        "lines of open arrays": lambda n: b"[\n1,\n" * (n // 6),
        "lines with marks": lambda n: b"\xef\xbb\xbf{}\n" * (n // 6),
        "lines with carriage returns": lambda n: b"{}\r\n" * (n // 4),
        "lines of digits": lambda n: b"1\n" * (n // 2),
        "empty requests": lambda n: b"{}\n" * (n // 3),
        "broken lines": lambda n: lines(b'{"custom_id": "a", "body": {"messages": [1, 2, 3}\n', n),
        "broken dense lines": lambda n: lines(b"[" + listed("1", 1000).encode() + ENDING, n),
        "pretty-printed requests": _pretty,
        "broken lines of arrays": lambda n: lines(b"[" + listed("[[[]]]", 1000).encode() + ENDING, n),
        "lines of trailing commas": lambda n: lines(b"[" + listed("[1,]", 1000).encode() + b"]" + ENDING, n),
        "an array around the requests": _wrapped,
        "an array around numbers": lambda n: b"[\n" + b"1,\n" * (n // 3),
        "an array around open lines": lambda n: b"[\n" + b'{"a":\n1},\n' * (n // 10),
        # Across lines.
        "different ids": _many_ids,
        "the same ids": _repeated_ids,
        "one id": lambda n: lines(said("x"), n),
        "long ids": _long_ids,
        "different models": _many_models,
        # Documents.
        "bad messages": lambda n: messages(listed("1", n)),
        "messages without a role": lambda n: messages(listed('{"content": "x"}', n)),
        "messages of a strange role": lambda n: messages(numbered('{"role": "r%d", "content": "x"}', n)),
        "bad parts": lambda n: messages('{{"role": "user", "content": [{}]}}'.format(listed('{"type": "image"}', n))),
        "unknown members": lambda n: chat(f"{{{_strict_names(n)}}}"),
        "unknown members with long names": lambda n: chat(
            "{{{}}}".format(numbered('"' + "temperature" * 9 + '%d": 1', n))
        ),
        "unknown members of the line": lambda n: b"{" + _strict_names(n).encode() + b"}" + ENDING,
        "texts to embed, for no model": lambda n: lines(_no_model(listed('"a"', 8000)), n),
        "an empty name beside bad messages": lambda n: messages(listed('{"content": "x"}', n), ', "": 1'),
        "a name of digits beside bad messages": lambda n: messages(listed('{"content": "x"}', n), ', "007": 1'),
        "stop words": lambda n: messages(
            '{"role": "user", "content": "x"}', ', "stop": [{}]'.format(numbered('"s%d"', n))
        ),
        "a long model": lambda n: chat('{"model": "%s", "messages": []}' % ("m" * n)),
        "a long url": lambda n: said("x").replace(b"/v1/chat/completions", b"chat/" * (n // 5)),
        "a long method": lambda n: said("x").replace(b"POST", b"P" * n),
        "a long role": lambda n: messages('{"role": "%s", "content": "x"}' % ("a-" * (n // 2))),
        "a long id": lambda n: chat('{"model": "m", "messages": []}', "i" * n),
        "a body in a string": lambda n: chat(json.dumps('{"model": "%s"}' % ("m" * n))),
        "a body of brackets in a string": lambda n: chat('"%s"' % ("[" * n)),
        "duplicates below a long name": lambda n: _under_long_key('"a":1', n),
        "large numbers below a long name": lambda n: _under_long_key('"a":9007199254740993', n),
        # Relations within a request.
        "arguments": lambda n: called('{"a": "%s"}' % ("x" * n)),
        "arguments of brackets": lambda n: called("[" * n),
        "arguments of closed brackets": lambda n: called(nested("[", "]", "", n)),
        "arguments of digits": lambda n: called('{"a": %s}' % ("1" * n)),
        "arguments of numbers": lambda n: called('{{"a": [{}]}}'.format(listed("1", n))),
        "calls": lambda n: messages(
            '{{"role": "user", "content": "x"}}, {{"role": "assistant", "tool_calls": [{}]}}'.format(
                numbered('{"id": "c%d", "type": "function", "function": {"name": "f", "arguments": "{}"}}', n)
            )
        ),
        "answers to no call": lambda n: messages(
            numbered('{"role": "tool", "tool_call_id": "c%d", "content": "x"}', n)
        ),
        "tools": lambda n: messages(
            '{"role": "user", "content": "x"}',
            ', "tools": [{}]'.format(numbered('{"type": "function", "function": {"name": "f%d"}}', n)),
        ),
        "tools of one name": lambda n: messages(
            '{"role": "user", "content": "x"}',
            ', "tools": [{}]'.format(listed('{"type": "function", "function": {"name": "f"}}', n)),
        ),
        "data URLs": lambda n: pictured("data:image/png;base64,iVBORw0KGgo" + "A" * (n // 4 * 4 + 1)),
        "a data URL of parameters": lambda n: pictured("data:a/b" + ";a=a" * (n // 4)),
        "a data URL of quotes": lambda n: pictured("data:a/b" + ';a=\\"' * (n // 5)),
        "a data URL of escapes": lambda n: pictured("data:a/b," + "%41" * (n // 3)),
        # Schemas within requests.
        "a schema of properties": lambda n: tool(
            '{{"type": "object", "properties": {{{}}}}}'.format(numbered('"p%d": {"type": "string"}', n))
        ),
        "a schema with a bad type at its end": lambda n: tool(
            '{{"type": "object", "properties": {{{}, "z": {{"type": "str"}}}}}}'.format(
                numbered('"p%d": {"type": "string"}', n)
            )
        ),
        "a schema of bad types": lambda n: tool(
            '{{"properties": {{{}}}}}'.format(numbered('"p%d": {"type": "str"}', n))
        ),
        "bad schemas": lambda n: messages(
            '{"role": "user", "content": "x"}',
            ', "tools": [{}]'.format(
                numbered(
                    '{"type": "function", "function": {"name": "f%d", "parameters": {"type": "str%%d"}}}', n
                ).replace("%d", "1")
            ),
        ),
        "different bad schemas": lambda n: messages(
            '{"role": "user", "content": "x"}',
            ', "tools": [{}]'.format(
                ",".join(
                    '{"type": "function", "function": {"name": "f%d", "parameters": {"type": "str%d"}}}' % (each, each)  # noqa: UP031  # braces are what is made
                    for each in range(n // 85)
                )
            ),
        ),
        "a schema of older drafts": lambda n: tool(
            '{{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {{{}}}}}'.format(
                numbered('"p%d": {"type": "str"}', n)
            )
        ),
        "a schema of one enum": lambda n: tool('{{"enum": [{}], "type": "str"}}'.format(numbered("%d", n))),
        "a schema of an enum of objects": lambda n: tool(
            '{{"enum": [{}], "type": "str"}}'.format(numbered('{"a":%d}', n))
        ),
        "a schema of required names": lambda n: tool(
            '{{"required": [{}], "type": "str"}}'.format(numbered('"r%d"', n))
        ),
        "a schema of references": lambda n: tool(
            '{{"$defs": {{{}}}, "$ref": "#/$defs/d0", "type": "str"}}'.format(
                ",".join('"d%d": {"$ref": "#/$defs/d%d"}' % (each, each + 1) for each in range(n // 34))  # noqa: UP031  # braces are what is made
            )
        ),
        "a schema that refers to itself": lambda n: tool(
            '{{"$ref": "#", "allOf": [{}], "type": "str"}}'.format(listed('{"$ref": "#"}', n))
        ),
        "a schema of references to elsewhere": lambda n: tool(
            '{{"type": "str", "allOf": [{}]}}'.format(listed('{"$ref": "http://127.0.0.1:9/x"}', n))
        ),
        "a schema of patterns": lambda n: tool('{"type": "str", "pattern": "%s"}' % ("(a+)+" * (n // 5))),
        "a schema of deep patterns": lambda n: tool('{"pattern": "%s"}' % ("(" * n)),
        "a schema of brackets": lambda n: tool(nested('{"items":', "}", "{}", min(n, 1000))),
        # Credentials.
        "bearers": lambda n: said("Bearer " * (n // 7)),
        "bearers of one letter": lambda n: said("Bearer a" * (n // 8)),
        "bearers of 4,000 letters": lambda n: said(("Bearer " + "aB3" * 1500) * (n // 4507 + 1)),
        "base64 after a bearer": lambda n: said("Bearer " + "aB3/" * (n // 4)),
        "beginnings of keys": lambda n: said("sk-proj-" * (n // 8)),
        "keys": _secrets,
        "beginnings of private keys": lambda n: said("-----BEGIN PRIVATE KEY-----" * (n // 27)),
        "private keys with headers": lambda n: said(("-----BEGIN PRIVATE KEY-----" + " a: b" * 80) * (n // 427 + 1)),
        "private keys of blanks": lambda n: said(("-----BEGIN PRIVATE KEY-----" + " \\n" * 100) * (n // 327 + 1)),
        "secret access keys": lambda n: said("secret_access_key='" * (n // 19)),
        "xox": lambda n: said("xoxb-12345678-" * (n // 14)),
    }
)
"""What each is, and how it is made. Beyond the size asked for only what a request needs is added."""

PROFILES: Mapping[str, str] = MappingProxyType({"texts to embed, for no model": "openai"})
"""The profiles of those for which the default one does not have the endpoint."""
