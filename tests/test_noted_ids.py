"""Repeats that are looked for prefix by prefix among noted ids are those of one pass over all lines."""

from __future__ import annotations

import random
from array import array
from itertools import chain

from hypothesis import example, given
from hypothesis import strategies as st

from batchlint.engine.repeats import RECORD, IdRun, NotedIds, Repeat, repeats_among, repeats_of
from batchlint.engine.scope import LineStart

FARTHEST = 1 << 47
OFFSETS = st.sets(st.integers(0, 300) | st.integers(0, FARTHEST), max_size=60).map(sorted)


def found(runs: list[IdRun], prefixes: int) -> list[Repeat]:
    """The repeats of all prefixes, in the order of lines."""
    rows: list[Repeat] = []
    for number in range(prefixes):
        pieces = [
            run.records[(run.ends[number - 1] if number else 0) * RECORD : run.ends[number] * RECORD] for run in runs
        ]
        starts = array("Q", chain.from_iterable(run.start for run in runs))
        sizes = array("Q", map(len, pieces))
        rows += repeats_of(repeats_among(starts, sizes, b"".join(pieces)))
    return sorted(rows)


@given(OFFSETS, st.integers(0, 2**32), st.integers(1, 3))
@example([0, 2**32 - 1, 2**32, 2**33 - 1, FARTHEST], 1, 2)
def test_lines_however_far_apart(offsets: list[int], seed: int, prefixes: int) -> None:
    rng = random.Random(seed)
    lines = [(rng.choice("abc"), number, offset) for number, offset in enumerate(offsets, 1)]
    first: dict[str, int] = {}
    expected = [
        Repeat(LineStart(line, offset), first[identity])
        for identity, line, offset in lines
        if first.setdefault(identity, line) != line
    ]
    # Some are held back and noted after lines behind them, and what was noted is taken now and then.
    noted = NotedIds(prefixes)
    runs: list[IdRun] = []
    held: list[tuple[str, int, int]] = []
    for row in lines:
        if rng.random() < 0.2:
            held.append(row)
            continue
        assert noted.add(*row) == row[1]
        if rng.random() < 0.2:
            runs += noted.runs()
        if held and rng.random() < 0.5:
            noted.add(*held.pop())
    for row in held:
        noted.add(*row)
    runs += noted.runs()
    assert noted.runs() == ()
    assert sum(len(run.records) for run in runs) == RECORD * len(lines)
    assert found(runs, prefixes) == expected
