"""Mutated lines: our verdict and its places, against two other strict parsers and a reader of our own."""

from __future__ import annotations

import io
import json
import random
from collections import Counter, defaultdict
from itertools import islice

import orjson
import pytest

import batchlint
from batchlint.documents.profile import DEFAULT
from differential import known_requests
from generated import lines, mutated
from hardening.minefield import REFUSED, mines
from hardening.oracle import is_open, marks_before, told_of
from hardening.places import Place, Places
from support import CASES, good_line
from tally import Tally

LIMITS = batchlint.Limits(depth=128)
BATCH = 500
SAMPLE = 12
"""Every how many-th line has the places of all its findings checked, which takes longer than the verdict."""

DISAGREEMENTS = json.loads((CASES / "disagreements.json").read_bytes())
ALLOWED = {(each["we"], each["orjson"]) for each in DISAGREEMENTS["verdicts"]}
REFUSING = REFUSED | {"byte-order-mark"}
AT_VALUE = {"missing-field", "wrong-type", "invalid-value", "out-of-range", "wrong-length", "wrong-format"}


def bases(rng: random.Random, count: int) -> list[bytes]:
    """Lines to be mutated: requests, good and bad, and the texts of the minefield."""
    requests = list(islice(lines(rng, known_requests(DEFAULT)), count))
    return [*requests, *(mine.data for mine in mines() if 0 < len(mine.data) < 2000)]


def gently(rng: random.Random, data: bytes) -> bytes:
    """`data` with one letter or digit changed into another, so that most lines stay JSON."""
    at = rng.randrange(len(data) or 1)
    if data[at : at + 1].isalnum():
        data = data[:at] + rng.choice(b"0123456789aeinrstuE").to_bytes(1, "big") + data[at + 1 :]
    return data


def mutants(rng: random.Random, pool: list[bytes], count: int) -> list[bytes]:
    """Lines without a newline, nearly all of them mutated."""
    made: list[bytes] = []
    for _ in range(count):
        data = rng.choice(pool)
        data = mutated(rng, data) if rng.random() < 0.6 else gently(rng, data)
        made.append(data.replace(b"\n", b" "))
    return made


def judged(batch: list[bytes]) -> list[tuple[int, list[batchlint.Finding]]]:
    """Where each line begins, and its findings. A blank line behind an open value keeps the next one out of it."""
    pieces = [good_line("first")]
    numbers: dict[int, int] = {}
    starts: list[int] = []
    number = 1
    size = len(pieces[0])
    for index, data in enumerate(batch):
        number += 1
        numbers[number] = index
        starts.append(size)
        pieces.append(data + b"\n")
        if is_open(data, LIMITS.depth):
            number += 1
            pieces.append(b"\n")
            size += 1
        size += len(data) + 1
    found: list[list[batchlint.Finding]] = [[] for _ in batch]
    rules = batchlint.Selection(ignore=("carriage-return",))
    report = batchlint.validate(io.BytesIO(b"".join(pieces)), limits=LIMITS, rules=rules)
    for finding in report.findings:
        if finding.line in numbers:
            found[numbers[finding.line]].append(finding)
        else:
            assert finding.line is None or finding.rule == "blank-line"
    return list(zip(starts, found, strict=True))


def check_offsets(data: bytes, start: int, found: list[batchlint.Finding]) -> None:
    """Columns and offsets mean the same place."""
    text = data.decode("utf-8", "surrogateescape")
    for finding in found:
        for column, offset in ((finding.column, finding.offset), (finding.end_column, finding.end_offset)):
            assert column is not None
            assert offset == start + len(text[: column - 1].encode("utf-8", "surrogateescape")), (finding, data)


def check_orjson(data: bytes, rules: set[str], classes: Counter[str]) -> None:
    """orjson and we agree, but for the classes that are listed."""
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        theirs = "refuses"
        agrees = bool(rules & REFUSING)
    else:
        theirs = "accepts"
        agrees = not rules & REFUSING
    if not agrees:
        reasons = {rule for rule in rules if (rule, theirs) in ALLOWED}
        assert reasons, f"orjson {theirs} {data!r}, we say {rules}"
        classes.update(f"orjson {theirs}, we say {rule}" for rule in reasons)


def check_places(data: bytes, found: list[batchlint.Finding], places: Places) -> int:
    """Every finding that points into the line stands where the pointer leads; returns how many do."""
    marks = marks_before(data)
    told: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    told.update({"duplicate-key": places.repeated, "lone-surrogate": places.halves, "unsafe-number": places.unsafe})
    values = {_shown(pointer): place for pointer, place in places.values.items()}
    count = 0
    for finding in found:
        if finding.pointer is None:
            continue
        assert finding.column is not None
        assert finding.end_column is not None
        start, end = finding.column - 1 - marks, finding.end_column - 1 - marks
        if finding.rule in told:
            assert (start, finding.pointer) in [(at, _shown(pointer)) for at, pointer in told[finding.rule]], finding
        else:
            place = values[finding.pointer]
            assert (start, end) in spans(finding.rule, place), (finding, data)
        count += 1
    return count


def spans(rule: str, place: Place) -> set[tuple[int, int]]:
    """The places at which a finding of `rule` about a value may stand."""
    value, key = (place.start, place.end), (place.key_start, place.key_end)
    if rule == "unknown-field":
        return {key}
    return {value} if rule in AT_VALUE else {value, key}


def _shown(pointer: str) -> str:
    return "".join("\ufffd" if 0xD800 <= ord(char) <= 0xDFFF else char for char in pointer)


@pytest.mark.parametrize("part", range(20))
def test_mutated_lines(part: int, seed: int, is_long: bool, tally: Tally) -> None:
    rng = random.Random(f"{seed} {part}")
    count = 50_000 if is_long else 3_000
    classes: Counter[str] = Counter()
    pointed = refused = 0
    pool = bases(rng, count // 10)
    for _ in range(0, count, BATCH):
        batch = mutants(rng, pool, BATCH)
        for index, (data, (start, found)) in enumerate(zip(batch, judged(batch), strict=True)):
            expected, places = told_of(data, LIMITS.depth)
            syntax = [(finding.rule, finding.column) for finding in found if finding.family == "syntax"]
            assert syntax == expected, data
            check_orjson(data, {rule for rule, _ in expected}, classes)
            refused += places is None
            if index % SAMPLE == 0:
                check_offsets(data, start, found)
                pointed += 0 if places is None else check_places(data, found, places)
    tally.tried("mutated lines, judged by three parsers", count)
    tally.tried("mutated lines that are refused, at places that agree", refused)
    tally.tried("findings whose pointer was followed by another reader", pointed)
    for name, number in classes.items():
        tally.tried(f"mutated lines in the class: {name}", number)


@pytest.mark.parametrize("slip", [b"NaN", b"-Infinity", b"inf", b"[1,]", b"[{}, ]"])
def test_lines_stand_alone_in_a_batch(slip: bytes) -> None:
    """A line whose only fault is a slip stays open, and a mutant may happen to close it."""
    (_, cut), (_, rest) = judged([b'{"a":' + slip, b"}"])
    assert [finding.rule for finding in (*cut, *rest)] == ["invalid-json", "invalid-json"]
