"""Judging in parts: what a range yields can be merged and folded in any grouping, with the findings of one pass."""

from __future__ import annotations

import io
import pickle
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from batchlint import validate
from batchlint.engine.options import EngineOptions
from batchlint.engine.part import Part
from batchlint.engine.ranges import Range, judge_range
from batchlint.engine.setup import engine_for
from batchlint.limits import Limits
from batchlint.reading.sources import NotReadableError
from batchlint.reading.version import ChangedError, FileVersion, Version
from cutting import OPTIONS, cut_points, folded, ranges
from differential import judged
from messy import messy_file, request


def merged(pairs: Sequence[tuple[Range, Part]]) -> list[tuple[Range, Part]]:
    """`pairs` with neighbours merged wherever that is allowed."""
    result: list[tuple[Range, Part]] = []
    for task, part in pairs:
        if result and result[-1][1].is_at_rest and result[-1][1].end == part.start:
            first_task, first = result[-1]
            joined = Range(task.origin, task.version, first_task.start, task.end)
            result[-1] = (joined, first.merge(part))
        else:
            result.append((task, part))
    return result


@pytest.mark.parametrize("seed", range(40))
def test_folding_parts_gives_what_one_pass_gives(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    path = tmp_path / "f.jsonl"
    path.write_bytes(messy_file(rng, rng.randrange(1, 100)))
    options = EngineOptions(endpoint=rng.choice((None, None, "/v1/completions")), screens=seed % 3 > 0)
    whole = judged(engine_for(options), path.read_bytes())
    for count in (1, 3, 20):
        tasks = ranges(path, cut_points(rng, path.stat().st_size, count))
        parts = [(task, judge_range(options, task)) for task in tasks]
        assert folded(path, parts, options) == whole, f"seed {seed}, cut at {[task.start for task in tasks]}"
        assert folded(path, merged(parts), options) == whole, f"seed {seed}, cut at {[task.start for task in tasks]}"


@pytest.mark.parametrize("custom_id", [b"", rb"with a\nnewline", rb"\n", rb"\ud83d\ude00"])
def test_a_part_arrives_as_it_was_sent(custom_id: bytes, tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(messy_file(random.Random(1), 60) + request(1).replace(b"r1", custom_id) + b"\n")
    for options in (OPTIONS, EngineOptions(excerpt_width=60)):
        for task in ranges(path, [path.stat().st_size // 2]):
            part = judge_range(options, task)
            assert pickle.loads(pickle.dumps(part)) == part  # noqa: S301  # it comes from this test


@pytest.mark.parametrize("seed", range(30))
def test_merging_is_associative(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    path = tmp_path / "f.jsonl"
    # Without values that stand open at a cut, so that all parts can be merged.
    texts = [request(rng.randrange(30), model=rng.choice("mab")) for _ in range(60)]
    path.write_bytes(
        b"\n".join(rng.choice((text, text, text[:-1] + b"x", b"", text + b"\r")) for text in texts) + b"\n"
    )
    one, two, three = (judge_range(OPTIONS, task) for task in ranges(path, cut_points(rng, path.stat().st_size, 2)))
    if not (one.is_at_rest and two.is_at_rest):
        with pytest.raises(ValueError, match="merged"):
            one.merge(two).merge(three)
        return
    assert one.merge(two).merge(three) == one.merge(two.merge(three))
    both = one.merge(two).merge(three)
    assert both.lines == path.read_bytes().count(b"\n")
    assert both.end == path.stat().st_size


def test_parts_of_plain_files_can_be_merged(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(b"".join(request(number) + b"\n" for number in range(9)))
    parts = [judge_range(OPTIONS, task) for task in ranges(path, [0, 400, 900, path.stat().st_size])]
    assert all(part.is_at_rest and part.lines for part in parts)
    assert parts[0].merge(parts[1]).merge(parts[2]).requests == 9


def test_parts_that_are_no_neighbours_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(b"".join(request(number) + b"\n" for number in range(9)))
    one, two, three = (judge_range(OPTIONS, task) for task in ranges(path, [0, 400, 900, path.stat().st_size]))
    for first, second in ((two, one), (one, three), (one, one)):
        with pytest.raises(ValueError, match="merged"):
            first.merge(second)
    assert one.merge(two).end == three.start


def test_a_part_with_an_open_value_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(request(1) + b'\n{\n"a": 1\n}\n' + request(2) + b"\n")
    cut = len(request(1)) + 5
    one, two = (judge_range(OPTIONS, task) for task in ranges(path, [0, cut, path.stat().st_size]))
    assert one.resume == len(request(1)) + 1
    with pytest.raises(ValueError, match="merged"):
        one.merge(two)


def test_a_file_that_changed_is_not_judged(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(request(1) + b"\n")
    (task,) = ranges(path, [0, path.stat().st_size])
    path.write_bytes(request(1) + b"\n" + request(1) + b"\n")
    part = judge_range(OPTIONS, task)
    assert part.damage == "the file changed while it was read"
    assert part.lines == 0


@dataclass(frozen=True)
class Text:
    """An origin that is neither a file nor an object of a store."""

    data: bytes
    error: OSError | None = None
    name: str = "f"

    def version(self) -> FileVersion:
        return FileVersion(0, 0, len(self.data), 0)

    @contextmanager
    def open(self, version: Version, upto: int | None = None) -> Iterator[io.BytesIO]:
        assert version == self.version()
        assert upto is not None
        if self.error is not None:
            raise self.error
        yield io.BytesIO(self.data)


@pytest.mark.parametrize(
    ("error", "damage"),
    [
        (ChangedError("it is another one"), "it is another one"),
        (NotReadableError("it is locked"), "the input cannot be read: it is locked"),
        (OSError(5, "Broken"), "the input cannot be read: broken"),
        (FileNotFoundError(2, "Not there"), "the input cannot be read: not there"),
    ],
)
def test_an_origin_may_be_anything_and_may_fail(error: OSError, damage: str) -> None:
    data = b"".join(request(number) + b"\n" for number in range(9))
    assert judge_range(OPTIONS, Range(Text(data), Text(data).version(), 0, len(data))).requests == 9
    broken = Text(data, error)
    part = judge_range(OPTIONS, Range(broken, broken.version(), 0, len(data)))
    assert (part.damage, part.lines) == (damage, 0)


class EarlyEnd(io.BytesIO):
    """It says once, at the byte `at`, that it has ended, and goes on when asked again."""

    def __init__(self, data: bytes, at: int) -> None:
        super().__init__(data)
        self._at = at

    def read1(self, size: int | None = -1, /) -> bytes:
        return super().read1(self._at - self.tell() if self.tell() < self._at else size)

    def readline(self, size: int | None = -1, /) -> bytes:
        if self.tell() == self._at:
            self._at = 0
            return b""
        return super().readline(size)


@dataclass(frozen=True)
class Faltering(Text):
    """An origin that says once, within a line, that it has ended."""

    at: int = 0

    @contextmanager
    def open(self, version: Version, upto: int | None = None) -> Iterator[io.BytesIO]:
        assert version == self.version()
        assert upto is not None
        yield EarlyEnd(self.data, self.at)


@pytest.mark.parametrize("longest", [Limits().line_bytes, 20])
@pytest.mark.parametrize("behind", [0, 1, 10_000])
def test_a_file_that_ends_early_within_a_line_is_damaged(behind: int, longest: int) -> None:
    """A range may end within the same line, and then has as many bytes as it should."""
    data = b"".join(request(number) + b"\n" for number in range(9))
    at = data.index(b"\n", 300) - 5
    origin = Faltering(data, at=at)
    options = EngineOptions(limits=Limits(line_bytes=longest))
    part = judge_range(options, Range(origin, origin.version(), 0, min(at + behind, len(data))))
    assert part.damage == "the system gave fewer bytes of the file than it has"
    assert part.lines == data.count(b"\n", 0, at)


def test_a_stream_has_ended_when_it_says_so() -> None:
    data = b"".join(request(number) + b"\n" for number in range(9))
    at = data.index(b"\n", 300) - 5
    cut, early = validate(io.BytesIO(data[:at])), validate(EarlyEnd(data, at))
    assert early.findings == cut.findings
    assert [finding.rule for finding in cut.findings][-2:] == ["invalid-json", "missing-final-newline"]


def test_lines_that_are_too_long_or_cross_many_ranges(tmp_path: Path) -> None:
    options = EngineOptions(limits=Limits(line_bytes=500))
    path = tmp_path / "f.jsonl"
    path.write_bytes(b"\n".join(request(number, "x" * (number % 3 * 400)) for number in range(20)) + b"\n")
    whole = judged(engine_for(options), path.read_bytes())
    tasks = ranges(path, [*range(0, path.stat().st_size, 97), path.stat().st_size])
    assert folded(path, [(task, judge_range(options, task)) for task in tasks], options) == whole
    assert {finding.rule for finding in whole[0]} == {"line-too-long"}
