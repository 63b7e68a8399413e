"""The index of ids: the same answers however many there are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from batchlint.engine.ids import IdIndex
from batchlint.engine.options import EngineOptions
from batchlint.engine.run import FileRun
from batchlint.engine.setup import engine_for
from batchlint.findings import Finding
from batchlint.reading.lines import read_batches
from messy import messy_file

ODD = ("", "\x00", "é", "\U0001f600", "\ud800", "\udfff", "x" * 5000, "a", "A", "0", "00")


@pytest.mark.parametrize("exact_size", [0, 1, 7, 500, 10_000])
@pytest.mark.parametrize("seed", range(4))
def test_it_answers_as_a_dictionary_does(seed: int, exact_size: int) -> None:
    rng = random.Random(seed)
    index = IdIndex(exact_size)
    first: dict[str, int] = {}
    for line in range(1, 3001):
        identity = rng.choice(ODD) if rng.random() < 0.05 else f"request-{rng.randrange(2000)}"
        assert index.add(identity, line, 0) == first.setdefault(identity, line)
        assert len(index) == len(first)
    for identity, line in first.items():
        assert index.first_line(identity) == line
    assert index.first_line("request-2000") is None


@pytest.mark.parametrize("exact_size", [0, 3, 50, 10_000])
def test_parts_are_noted_as_their_lines_would_be(exact_size: int) -> None:
    rng = random.Random(exact_size)
    index = IdIndex(exact_size)
    first: dict[str, int] = {}
    lines = 0
    for _ in range(20):
        part = {f"r{rng.randrange(400)}": line for line in range(1, rng.randrange(2, 40))}
        repeated = [identity for identity in part if identity in first]
        assert index.add_part(part, lines) == repeated
        for identity, line in part.items():
            first.setdefault(identity, line + lines)
        lines += 40
    assert {identity: index.first_line(identity) for identity in first} == first


def test_lines_beyond_32_bits() -> None:
    index = IdIndex(0)
    assert index.add("a", 1, 0) == 1
    for line in (0xFFFFFFFF, 0x100000000, 0xFFFFFFFFFF):
        assert index.add(f"r{line}", line, 0) == line
        assert index.first_line(f"r{line}") == line
    assert index.first_line("a") == 1


def findings_with(exact_ids: int, path: Path) -> list[Finding]:
    run = FileRun(engine_for(EngineOptions()), "f", exact_ids)
    with path.open("rb") as file:
        return [*run.take(read_batches(file, 1 << 20)), *run.settled(run.judge.finish(None))]


@pytest.mark.parametrize("seed", range(6))
def test_the_findings_are_the_same_beyond_the_exact_size(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(messy_file(random.Random(f"ids {seed}"), 200))
    exact = findings_with(1000, path)
    assert "duplicate-custom-id" in {finding.rule for finding in exact}
    for exact_ids in (0, 1, 20):
        assert findings_with(exact_ids, path) == exact
