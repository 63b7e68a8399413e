"""Files that are changed in a way whose effect is known: findings move, or stay, exactly as predicted."""

from __future__ import annotations

import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

import batchlint
from batchlint.documents.profile import DEFAULT
from differential import known_requests
from generated import Writer, faulty, lines, requests
from hardening.minefield import mines
from hardening.oracle import MARK, is_open, told_of
from hardening.places import places_of
from support import good_line
from tally import Tally

DEPTH = batchlint.Limits().depth
ACROSS = {"duplicate-custom-id", "mixed-endpoints", "mixed-models"}
ENDPOINTS = ("/v1/chat/completions", "/v1/completions")
_IN_LINE = re.compile(r"in line ([0-9,]+)")

Row = tuple[Any, ...]


def whole_lines(rng: random.Random, count: int) -> list[bytes]:
    """A good line, and others of which none goes on in the next one, is blank or ends with a carriage return."""
    texts = [mine.data for mine in mines() if b"\n" not in mine.data and len(mine.data) < 3000]
    pool = [*islice(lines(rng, known_requests(DEFAULT)), 2 * count), *rng.choices(texts, k=2 * count)]
    rng.shuffle(pool)
    made = [good_line("first")[:-1]]
    for data in pool:
        # A line end within makes two lines.
        line = data.split(b"\n")[0]
        if line.strip(b" \t\r") not in (b"", MARK) and not line.endswith(b"\r") and not is_open(line, DEPTH):
            made.append(line)
    return made[:count]


def findings_of(content: bytes) -> list[batchlint.Finding]:
    return list(batchlint.iter_findings(io.BytesIO(content)))


def row(finding: batchlint.Finding, number: Callable[[int], int], start: Callable[[int], int]) -> Row:
    """All of a finding, with its line given by `number` and its offsets counted from `start` of the line."""
    assert finding.line is not None
    assert finding.line == finding.end_line
    assert finding.offset is not None
    assert finding.end_offset is not None
    message = _IN_LINE.sub(lambda found: f"in line {number(int(found[1].replace(',', '')))}", finding.message)
    first = start(finding.line)
    places = (finding.column, finding.end_column, finding.offset - first, finding.end_offset - first)
    texts = (finding.rule, finding.severity, finding.pointer, message, finding.hint, finding.custom_id)
    return (number(finding.line), *places, *texts)


def rows(content: bytes, number: Callable[[int], int] = lambda line: line) -> list[Row]:
    """The findings of a file; `number` gives the line that each one is to be compared as."""
    starts = [0]
    for line in content.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return [row(finding, number, lambda line: starts[line - 1]) for finding in findings_of(content)]


def joined(chosen: list[bytes], ending: bytes = b"\n") -> bytes:
    return b"".join(line + ending for line in chosen)


def count_of(is_long: bool) -> int:
    return 700 if is_long else 40


@pytest.fixture
def files(seed: int, is_long: bool, tally: Tally, request: pytest.FixtureRequest) -> Iterator[list[bytes]]:
    """Files of whole lines, each to be changed in one way."""
    rng = random.Random(f"{seed} {request.node.name}")
    tally.tried("files changed in a way whose effect is known", count_of(is_long))
    return (whole_lines(rng, rng.randrange(3, 25)) for _ in range(count_of(is_long)))


@pytest.fixture
def rng(seed: int) -> random.Random:
    return random.Random(f"changes {seed}")


def test_blank_lines(files: Iterator[list[bytes]], rng: random.Random) -> None:
    for chosen in files:
        mixed: list[bytes] = []
        numbers: list[int] = []
        for number, line in enumerate(chosen, 1):
            for _ in range(rng.choice((0, 0, 1, 3))):
                mixed.append(rng.choice((b"", b" ", b"\t ")))
                numbers.append(0)
            mixed.append(line)
            numbers.append(number)
        changed = rows(joined(mixed), lambda line, numbers=numbers: numbers[line - 1])
        assert [each for each in changed if each[0]] == rows(joined(chosen)), mixed
        blank = [each for each in changed if not each[0]]
        assert {each[5] for each in blank} <= {"blank-line"}
        assert len(blank) == len(mixed) - len(chosen)


def test_good_lines(files: Iterator[list[bytes]], rng: random.Random) -> None:
    for chosen in files:
        mixed = [chosen[0]]
        numbers = [1]
        for number, line in enumerate(chosen[1:], 2):
            for _ in range(rng.choice((0, 0, 1, 3))):
                # The first line has the same model and endpoint.
                mixed.append(good_line(f"added-{len(mixed)}")[:-1])
                numbers.append(0)
            mixed.append(line)
            numbers.append(number)
        assert rows(joined(mixed), lambda line, numbers=numbers: numbers[line - 1]) == rows(joined(chosen)), mixed


def test_line_ends_of_windows(files: Iterator[list[bytes]]) -> None:
    for chosen in files:
        plain, changed = rows(joined(chosen)), rows(joined(chosen, b"\r\n"))
        assert changed[0][:6] == (
            1,
            len(chosen[0]) + 1,
            len(chosen[0]) + 2,
            len(chosen[0]),
            len(chosen[0]) + 1,
            "carriage-return",
        )
        assert changed[1:] == plain, chosen


def test_no_last_newline(files: Iterator[list[bytes]]) -> None:
    for chosen in files:
        *changed, last = sorted(rows(joined(chosen)[:-1]), key=lambda each: each[5] == "missing-final-newline")
        assert changed == rows(joined(chosen))
        assert last[:5] == (len(chosen), last[1], last[1], len(chosen[-1]), len(chosen[-1]))


def test_a_byte_order_mark(files: Iterator[list[bytes]]) -> None:
    for chosen in files:
        mark, *changed = rows(MARK + joined(chosen))
        assert (mark[0], mark[1], mark[5]) == (1, 1, "byte-order-mark")
        # The first line is good, so no other finding stands behind the mark.
        assert changed == rows(joined(chosen))


def value_of(line: bytes) -> dict[str, Any]:
    """The request on a line, or an empty one."""
    _, places = told_of(line, DEPTH)
    value = None if places is None else json.loads(line.removeprefix(MARK))
    return value if isinstance(value, dict) else {}


def across(chosen: list[bytes]) -> set[tuple[int, str]]:
    """Which lines repeat an id, or are the first of a further endpoint or model."""
    told: set[tuple[int, str]] = set()
    ids: set[str] = set()
    names: dict[str, set[str]] = {"mixed-endpoints": set(), "mixed-models": set()}
    for number, line in enumerate(chosen, 1):
        value = value_of(line)
        custom_id, url, body = value.get("custom_id"), value.get("url"), value.get("body")
        model = body.get("model") if isinstance(body, dict) else None
        if isinstance(custom_id, str):
            if custom_id in ids:
                told.add((number, "duplicate-custom-id"))
            ids.add(custom_id)
        for rule, name in (("mixed-endpoints", url if url in ENDPOINTS else None), ("mixed-models", model)):
            if isinstance(name, str) and name and name not in names[rule]:
                if names[rule]:
                    told.add((number, rule))
                names[rule].add(name)
    return told


def test_permuted_lines(files: Iterator[list[bytes]], rng: random.Random) -> None:
    def split(found: list[Row]) -> tuple[Counter[Row], set[tuple[int, str]]]:
        # A hint may be told once for a file, at the first of its lines.
        alone = Counter((*each[:9], *each[10:]) for each in found if each[5] not in ACROSS)
        return alone, {(each[0], each[5]) for each in found if each[5] in ACROSS}

    for chosen in files:
        # What stands at the start of a file may mean the encoding of all of it.
        order = [0, *rng.sample(range(1, len(chosen)), len(chosen) - 1)]
        permuted = [chosen[index] for index in order]
        before, told_before = split(rows(joined(chosen)))
        after, _ = split(rows(joined(permuted), lambda line, order=order: order[line - 1] + 1))
        _, told_after = split(rows(joined(permuted)))
        assert after == before, (chosen, order)
        assert told_before == across(chosen), chosen
        assert told_after == across(permuted), permuted


def judged(text: str) -> Counter[Row]:
    """What is found in one request, each finding at the place to which its pointer leads by another reader."""
    values = places_of(text).values
    found: Counter[Row] = Counter()
    for finding in findings_of(text.encode() + b"\n"):
        assert finding.column is not None
        assert finding.end_column is not None
        assert finding.pointer is not None
        place = values[finding.pointer]
        stands = (finding.column - 1, finding.end_column - 1)
        assert stands in ((place.start, place.end), (place.key_start, place.key_end)), (text, finding)
        is_key = stands == (place.key_start, place.key_end)
        found[finding.rule, finding.severity, finding.pointer, is_key, finding.message, finding.custom_id] += 1
    return found


def request_values(rng: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """Requests, half of them faulty, that JSON can write in several ways."""
    for value in islice(requests(rng, known_requests(DEFAULT)), count):
        changed = faulty(rng, value) if rng.random() < 0.5 else value
        text = Writer(random.Random(0)).write(changed)
        told, places = told_of(text.encode("utf-8", "surrogatepass"), DEPTH)
        if places is not None and not {"lone-surrogate", "unsafe-number", "duplicate-key"} & {rule for rule, _ in told}:
            yield json.loads(text)


def reordered(rng: random.Random, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reordered(rng, value[key]) for key in rng.sample(list(value), len(value))}
    return [reordered(rng, item) for item in value] if isinstance(value, list) else value


def escaped(rng: random.Random, text: str, share: float) -> str:
    """`text`, which is JSON in ASCII, with a share of the letters of its strings as escapes."""
    pieces: list[str] = []
    for piece in re.split(r'("(?:[^"\\]|\\.)*")', text):
        if piece.startswith('"'):
            inner = re.findall(r"\\u....|\\.|.", piece[1:-1])
            inner = [f"\\u{ord(each):04x}" if len(each) == 1 and rng.random() < share else each for each in inner]
            pieces.append('"' + "".join(inner) + '"')
        else:
            pieces.append(piece)
    return "".join(pieces)


def in_any_order(found: Counter[Row]) -> Counter[Row]:
    """`found` without what depends on the order of members: of a tool's schema the first fault alone is told."""
    return Counter(each[:2] if each[0] == "invalid-json-schema" else each for each in found.elements())


def test_the_same_request_written_otherwise(seed: int, rng: random.Random, is_long: bool, tally: Tally) -> None:
    tried = 0
    for value in request_values(random.Random(f"written {seed}"), 15_000 if is_long else 700):
        plain = judged(json.dumps(value, ensure_ascii=False))
        ways = {
            "ASCII": json.dumps(value),
            "compact": json.dumps(value, ensure_ascii=False, separators=(",", ":")),
            "wide": json.dumps(value, ensure_ascii=False, separators=(" ,\t", " :\r ")),
            "some escapes": escaped(rng, json.dumps(value), 0.1),
            "all escaped": escaped(rng, json.dumps(value), 1),
        }
        for way, text in ways.items():
            assert judged(text) == plain, (way, text)
        order = reordered(rng, value)
        assert in_any_order(judged(json.dumps(order, ensure_ascii=False))) == in_any_order(plain), order
        tried += len(ways) + 1
    tally.tried("requests written otherwise, with the same findings at their new places", tried)
