"""Requests with one seeded fault: we, jsonschema and jsonschema-rs find it at its place, and nothing in good ones."""

from __future__ import annotations

import copy
import io
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

import batchlint
from batchlint.documents.profile import DEFAULT
from hardening.places import places_of
from plausible import Object, line_of, request
from support import CASES, documents, registry
from tally import Tally

SEEDED = json.loads((CASES / "seeded.json").read_bytes())["faults"]
LINE = f"urn:batchlint:{DEFAULT.replace('@', ':')}:line"
BATCH = 250


def places(value: Any, steps: list[str]) -> Iterator[list[str | int]]:
    """The paths in `value` that `steps` may mean; the last step need not be there yet."""
    if not steps:
        yield []
        return
    step, *rest = steps
    keys: list[Any] = []
    if isinstance(value, list) and step == "*":
        keys = list(range(len(value)))
    elif isinstance(value, dict) and step != "*" and (step in value or not rest):
        keys = [step]
    for key in keys:
        below = value.get(key) if isinstance(value, dict) else value[key]
        for path in places(below, rest):
            yield [key, *path]


def pointer(path: list[str | int]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def seeded(rng: random.Random, good: Object) -> tuple[Object, str, str, str] | None:
    """`good` with one fault; the rule, its pointer, and that of the value that a schema refuses."""
    fault = rng.choice(SEEDED)
    steps = [step.replace("~1", "/") for step in fault["at"].split("/")[1:]]
    paths = list(places(good, steps))
    if not paths:
        return None
    path = rng.choice(paths)
    bad = copy.deepcopy(good)
    *parents, last = path
    holder: Any = bad
    for step in parents:
        holder = holder[step]
    if "remove" in fault:
        if last not in holder:
            return None
        del holder[last]
        return bad, fault["expect"], pointer(parents), pointer(parents)
    if isinstance(holder, dict) and last not in holder and "present" in fault:
        return None
    holder[last] = copy.deepcopy(fault["put"])
    refused = parents if fault["expect"] == "unknown-field" else path
    return bad, fault["expect"], pointer(path), pointer(refused)


def found_in(requests: list[Object], rng: random.Random) -> list[list[tuple[str, str | None]]]:
    """What we find in each request by the schema, each at the column to which its pointer leads."""
    lines = [line_of(rng, each) for each in requests]
    found: defaultdict[int, list[tuple[str, str | None]]] = defaultdict(list)
    for finding in batchlint.iter_findings(io.BytesIO("".join(lines).encode())):
        if finding.family == "schema":
            assert finding.line is not None
            assert finding.column is not None
            assert finding.pointer is not None
            place = places_of(lines[finding.line - 1]).values[finding.pointer]
            assert finding.column - 1 == (place.key_start if finding.rule == "unknown-field" else place.start)
            found[finding.line].append((finding.rule, finding.pointer))
    return [found[number] for number in range(1, len(requests) + 1)]


@pytest.fixture(scope="module")
def plain() -> Draft202012Validator:
    return Draft202012Validator(documents()[LINE], registry=registry())


@pytest.fixture(scope="module")
def compiled() -> jsonschema_rs.Draft202012Validator:
    given = documents()
    return jsonschema_rs.Draft202012Validator(given[LINE], registry=jsonschema_rs.Registry(list(given.items())))


def refused_at(
    value: Object, plain: Draft202012Validator, compiled: jsonschema_rs.Draft202012Validator
) -> set[tuple[str, str]]:
    """The places that both validators refuse, with the keywords; that they agree on all is checked."""
    by_plain = {(pointer(list(error.absolute_path)), error.validator) for error in plain.iter_errors(value)}
    by_compiled = {(pointer(error.instance_path), error.kind.name) for error in compiled.iter_errors(value)}
    assert by_plain == by_compiled
    assert compiled.is_valid(value) == (not by_plain)
    return by_plain


@pytest.mark.parametrize("part", range(8))
def test_requests_with_one_fault(
    part: int,
    seed: int,
    is_long: bool,
    tally: Tally,
    plain: Draft202012Validator,
    compiled: jsonschema_rs.Draft202012Validator,
) -> None:
    rng = random.Random(f"{seed} {part}")
    kinds: Counter[str] = Counter()
    clean = 0
    batch = BATCH if is_long else BATCH // 2
    for _ in range(25 if is_long else 1):
        # Each is the ground of several faults; jsonschema takes 10 milliseconds for one.
        good = [request(rng, number) for number in range(batch // 5)]
        for value, found in zip(good, found_in(good, rng), strict=True):
            # Older forms that still work fail a keyword as well, at the severity info.
            refused = refused_at(value, plain, compiled)
            assert sorted({at for at, _ in refused}) == sorted({at or "" for _, at in found})
            assert {rule for rule, _ in found} <= {"old-form"}
            clean += not found
        good = [value for value in good if compiled.is_valid(value)]
        bad = [each for each in (seeded(rng, rng.choice(good)) for _ in range(2 * batch)) if each is not None][:batch]
        for (value, rule, at, at_schema), found in zip(bad, found_in([each[0] for each in bad], rng), strict=True):
            assert found == [(rule, at)], value
            assert at_schema in {place for place, _ in refused_at(value, plain, compiled)}, value
            kinds[rule] += 1
    assert len(kinds) >= 5
    tally.tried("requests with one seeded fault, judged by three validators", kinds.total())
    tally.tried("requests without a fault, judged by three validators", clean)
