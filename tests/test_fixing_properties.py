"""What holds for ``--fix`` whatever the file: generated files with seeded faults, and plain noise."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import batchlint

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBERS = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN_VALUES = st.none() | st.booleans() | NUMBERS | TEXTS
SLOPPY_VALUES = PLAIN_VALUES | st.floats() | st.lists(st.floats() | TEXTS, max_size=3)
METHODS = st.sampled_from(["POST", "post", "Post", "GET", None])
URLS = st.sampled_from(
    [
        "/v1/completions",
        "v1/completions",
        "https://api.together.xyz/v1/completions",
        "api.together.xyz/v1/chat/completions",
        "/v1/embeddings",
        "",
    ]
)
MEMBERS = st.sampled_from(
    ["temperature", "temprature", "top_p", "top-p", "topP", "max_tokens", "maxTokens", "stream", "seed", "stop", "x"]
)
IDS = st.sampled_from(["a", "b", "a-2", "a-3", "b-2", 1, 2, "1", "\u00e9", 1.5, None])


FRAGMENTS = [
    *(
        "",
        " \t",
        "{",
        "[",
        "]",
        "}",
        "},",
        "],",
        "[]",
        "{}",
        "{},",
        '{"a":',
        '{"a": 1,',
        '"b": 2}',
        '"b": 2},',
        '"b": NaN,',
    ),
    *(
        '"b"}',
        "1",
        "1,",
        " 1",
        "null",
        "nan",
        "NaN,",
        ",",
        '  "x",',
        '{"a":1,}',
        '{"a":NaN}',
        '{"a":NaN}}',
        '{"a": NaN, "b":',
    ),
    *(
        '[{"a":1},{"b":2,}]',
        '[{"a":1}',
        "[[",
        '"custom_id": "a",',
        '"x',
        "\ufeff",
        "\ufeff{",
        "\ufeff\ufeff[",
        "\r",
        "{\r",
    ),
]
"""Pieces of values; what they become depends on the lines around them."""
BETWEEN = (",", ",\n", " ,\n ")
CLOSING = ("]", "\n]", ",\n]", "\n],")


@st.composite
def requests(draw: st.DrawFn, values: st.SearchStrategy[Any] = SLOPPY_VALUES) -> dict[str, Any]:
    body: Any = {"model": "m", "prompt": draw(TEXTS), **draw(st.dictionaries(MEMBERS, values, max_size=4))}
    if draw(st.booleans()):
        body["stream"] = draw(st.booleans())
    if draw(st.integers(0, 9)) == 0:
        body = json.dumps(body, indent=draw(st.sampled_from([None, 1])))
    request = {"custom_id": draw(IDS), "url": draw(URLS), "body": body}
    method = draw(METHODS)
    if method is not None:
        request[draw(st.sampled_from(["method", "method", "Method"]))] = method
    return request


@st.composite
def written(draw: st.DrawFn, request: dict[str, Any]) -> str:
    text = json.dumps(
        request,
        ensure_ascii=draw(st.booleans()),
        separators=draw(st.sampled_from([(", ", ": "), (",", ":"), (" ,", " : ")])),
        indent=draw(st.sampled_from([None, None, None, 0, 2])),
    )
    if draw(st.integers(0, 4)) == 0:
        text = text[:-1] + draw(st.sampled_from([",}", ", }", " },", "},,", "", "}}"]))
    return text


@st.composite
def chunks(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 9))
    if kind == 0:
        items = draw(st.lists(requests(), max_size=3))
        return json.dumps(items, indent=draw(st.sampled_from([None, 1])))
    if kind == 1:
        items = [draw(written(each)) for each in draw(st.lists(requests(), max_size=3))]
        return "[\n" + ",\n".join(items) + "\n]"
    if kind == 2:
        return draw(st.sampled_from(FRAGMENTS))
    if kind == 3:
        items = [draw(written(draw(requests()))) for _ in range(draw(st.integers(0, 2)))]
        opening, between, closing = (draw(st.sampled_from(each)) for each in (("[", "[\n"), BETWEEN, CLOSING))
        return opening + between.join(items) + closing
    return draw(written(draw(requests())))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    end = draw(st.sampled_from(["\n", "\r\n", "\n\n"]))
    text = end.join(draw(st.lists(chunks(), max_size=6)))
    mark = draw(st.sampled_from(["", "", "\ufeff", "\ufeff\ufeff"]))
    return (mark + text + draw(st.sampled_from(["", end]))).encode()


def fixed(content: bytes, *, unsafe: bool, limits: batchlint.Limits | None = None) -> tuple[bytes, batchlint.FixResult]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.jsonl"
        path.write_bytes(content)
        result = batchlint.fix(path, path, unsafe=unsafe, limits=limits)
        assert [each.name for each in Path(folder).iterdir()] == ["in.jsonl"]
        return path.read_bytes(), result


def lint(content: bytes) -> batchlint.Report:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.jsonl"
        path.write_bytes(content)
        return batchlint.validate(path)


@settings(max_examples=120, deadline=None)
@given(content=files() | st.binary(max_size=60), unsafe=st.booleans())
def test_nothing_repairable_remains_and_a_second_time_changes_nothing(content: bytes, unsafe: bool) -> None:
    after, result = fixed(content, unsafe=unsafe)
    wanted = {"safe", "unsafe"} if unsafe else {"safe"}
    assert [finding for finding in result.report.findings if finding.repair in wanted] == []
    assert (after == content) == (not result.repaired)
    again, second = fixed(after, unsafe=unsafe)
    assert again == after
    assert second.repaired == ()


@settings(max_examples=120, deadline=None)
@given(content=files(), unsafe=st.booleans())
def test_what_is_announced_is_repaired(content: bytes, unsafe: bool) -> None:
    wanted = {"safe", "unsafe"} if unsafe else {"safe"}
    announced = {finding.rule for finding in lint(content).findings if finding.repair in wanted}
    _, result = fixed(content, unsafe=unsafe)
    assert announced <= {rule for rule, _ in result.repaired}
    assert bool(announced) == bool(result.repaired)


@settings(max_examples=80, deadline=None)
@given(content=files(), unsafe=st.booleans(), longest=st.integers(20, 200))
def test_no_line_becomes_too_long(content: bytes, unsafe: bool, longest: int) -> None:
    limits = batchlint.Limits(line_bytes=longest)
    was_too_long = [line for line in content.split(b"\n") if len(line) > longest]
    after, result = fixed(content, unsafe=unsafe, limits=limits)
    # An element of an array that wraps the requests gets a line of its own however long it is.
    if not was_too_long and not re.search(rb"(?m)^(?:\xef\xbb\xbf)*[ \t]*\[", content):
        assert [finding.rule for finding in result.report.findings if finding.rule == "line-too-long"] == []
    again, second = fixed(after, unsafe=unsafe, limits=limits)
    assert (again, second.repaired) == (after, ())


def objects(content: bytes) -> Iterator[dict[str, Any]]:
    """The lines of `content` that are JSON objects, numbers as they are spelt."""
    for line in content.decode("utf-8", "surrogateescape").split("\n"):
        try:
            value = json.loads(line, parse_int=str, parse_float=str, parse_constant=_refuse)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def _refuse(_: str) -> None:
    raise ValueError


def without_envelope(request: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in request.items() if name not in ("method", "url")})


@settings(max_examples=80, deadline=None)
@given(items=st.lists(requests(PLAIN_VALUES), min_size=1, max_size=5), data=st.data())
def test_safe_repairs_keep_what_a_request_means(items: list[dict[str, Any]], data: st.DataObject) -> None:
    lines = [json.dumps(item, ensure_ascii=data.draw(st.booleans())) for item in items]
    end = data.draw(st.sampled_from(["\n", "\r\n", "\n \n"]))
    after, _ = fixed(end.join(lines).encode(), unsafe=False)
    before = objects("\n".join(lines).encode())
    assert list(map(without_envelope, objects(after))) == list(map(without_envelope, before))


@settings(max_examples=80, deadline=None)
@given(items=st.lists(requests(), min_size=1, max_size=6), data=st.data(), unsafe=st.booleans())
def test_lines_without_a_repairable_finding_stay(
    items: list[dict[str, Any]], data: st.DataObject, unsafe: bool
) -> None:
    # An id that repeats one in a line that becomes readable only now would be renamed, rightly.
    rows = [{**item, "custom_id": f"id-{number}"} for number, item in enumerate(items)]
    lines = [data.draw(written(row)).replace("\n", " ") for row in rows]
    content = "".join(f"{line}\n" for line in lines).encode()
    wanted = {"safe", "unsafe"} if unsafe else {"safe"}
    touched = {finding.line for finding in lint(content).findings if finding.repair in wanted}
    after, _ = fixed(content, unsafe=unsafe)
    kept = [line for number, line in enumerate(content.split(b"\n")[:-1], 1) if number not in touched]
    results = iter(after.split(b"\n"))
    for line in kept:
        assert line in results, "a line is changed, lost or moved"


@settings(max_examples=80, deadline=None)
@given(ids=st.lists(IDS, min_size=1, max_size=12))
def test_ids_are_unique_in_the_whole_file(ids: list[Any]) -> None:
    body = {"model": "m", "prompt": "p"}
    rows = [{"custom_id": each, "method": "POST", "url": "/v1/completions", "body": body} for each in ids]
    after, _ = fixed("".join(json.dumps(row) + "\n" for row in rows).encode(), unsafe=True)
    new = [row["custom_id"] for row in map(json.loads, after.splitlines())]
    strings = [each for each in new if isinstance(each, str)]
    assert len(set(strings)) == len(strings)
    for old, now in zip(ids, new, strict=True):
        expected = str(old) if isinstance(old, int) else old
        assert now == expected or now.startswith(f"{expected}-")
    first_strings = {each: ids.index(each) for each in ids if isinstance(each, str)}
    assert all(
        new[position] == each for each, position in first_strings.items() if each not in map(str, _integers(ids))
    )


def _integers(ids: list[Any]) -> list[int]:
    return [each for each in ids if isinstance(each, int)]
