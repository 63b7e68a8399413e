"""Many files at once: any executor gives the reports of one process, in order, within bounds, whatever fails."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import batchlint
from batchlint.engine import hidden, repeats, sending
from batchlint.engine.cutting import Cutting
from batchlint.engine.hidden import Bounds
from batchlint.engine.lane import DeathError
from batchlint.engine.many import reports
from batchlint.engine.options import EngineOptions
from batchlint.engine.setup import engine_for
from batchlint.engine.vault import Vault
from batchlint.engine.work import FilesWork, Parcel, packed, perform
from batchlint.reading.sources import PathSource, source_of
from messy import messy_file, request
from plausible import secret
from support import good_line
from tally import Tally

ENGINE = engine_for(EngineOptions())


def messy_files(rng: random.Random, folder: Path) -> list[Path]:
    paths = [folder / f"{number}.jsonl" for number in range(rng.randrange(1, 8))]
    for path in paths:
        path.write_bytes(messy_file(rng, rng.randrange(120)))
    return paths


@pytest.mark.parametrize("number", range(30))
def test_any_cutting_gives_the_reports_of_one_pass(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    rng = random.Random(number)
    paths = messy_files(rng, tmp_path)
    shown = rng.choice((None, None, 0, 1, 7, 50))
    expected = [batchlint.validate(path) for path in paths]
    expected = [replace(report, findings=report.findings[:shown]) for report in expected]
    monkeypatch.setattr(repeats, "BYTES_OF_PREFIX", rng.choice((300, 5000, 2**29)))
    monkeypatch.setattr(Bounds.__init__, "__defaults__", (None, rng.choice((5, 50, 20_000))))
    cutting = Cutting(
        rng.choice((1, 500, 5000, 2**30)),
        1,
        rng.choice((100, 1000, 100_000)),
        rng.choice((1, 7, 30)),
        sends_files=True,
        batch_files=rng.choice((1, 3, 32)),
    )
    with ThreadPoolExecutor(3) as executor:
        sources = map(source_of, map(str, paths))
        found = list(reports(ENGINE, sources, executor, None, rng.choice((1, 3, 20)), shown, cutting))
    assert found == expected
    tally.tried("files judged by an executor", len(paths))


def test_a_pool_of_processes_and_this_process_give_the_same(tmp_path: Path) -> None:
    paths = messy_files(random.Random(5), tmp_path)
    expected = [batchlint.validate(path) for path in paths]
    assert list(batchlint.validate_many(paths)) == expected
    seen: list[batchlint.Report] = []
    with ProcessPoolExecutor(2) as executor:
        assert list(batchlint.validate_many(paths, executor=executor, on_report=seen.append)) == expected
    assert seen == expected


def test_what_is_no_file_has_a_report_too(tmp_path: Path) -> None:
    good = tmp_path / "good.jsonl"
    good.write_bytes(good_line("a"))
    with ThreadPoolExecutor(1) as executor, good.open("rb") as stream:
        for given in (None, executor):
            sources = [tmp_path / "none.jsonl", tmp_path, good, stream]
            stream.seek(0)
            found = list(batchlint.validate_many(sources, executor=given))
            assert [report.ok for report in found] == [False, False, True, True]
            assert [finding.rule for report in found for finding in report.findings] == ["damaged-input"] * 2


class Watched(Executor):
    """An executor that does the work at once in this process, and knows how much was out."""

    def __init__(self, deadly: Callable[[bytes], bool] = lambda _: False) -> None:
        self.sent: list[Future[Any]] = []
        self.most = 0
        self.done = 0
        self._deadly = deadly

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **_: Any) -> Future[Any]:
        future = _Late(self, function, arguments)
        self.sent.append(future)
        self.most = max(self.most, len(self.sent) - self.done)
        return future

    def is_deadly(self, sent: bytes) -> bool:
        return self._deadly(sent)


class _Late(Future[Any]):
    """Its work is done when the driver asks for anything that was sent."""

    def __init__(self, executor: Watched, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
        super().__init__()
        self._executor = executor
        self._work = (function, arguments)

    def finish(self) -> None:
        function, arguments = self._work
        self._executor.done += 1
        if not self.set_running_or_notify_cancel():
            return
        if self._executor.is_deadly(arguments[1].data):
            self.set_exception(DeathError("it died"))
        else:
            self.set_result(function(*arguments))


class Stepped(Watched):
    """Answers in an order made by chance, one answer whenever the driver waits."""

    def __init__(self, seed: int, deadly: Callable[[bytes], bool] = lambda _: False) -> None:
        super().__init__(deadly)
        self._rng = random.Random(seed)
        self._open: list[_Late] = []

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future[Any]:
        future = super().submit(function, *arguments, **more)
        assert isinstance(future, _Late)
        self._open.append(future)
        return future

    def advance(self) -> None:
        self._open.pop(self._rng.randrange(len(self._open))).finish()


def counted(paths: Sequence[Path], taken: list[Path]) -> Iterator[Path]:
    for path in paths:
        taken.append(path)
        yield path


@pytest.mark.parametrize("seed", range(4))
def test_reports_come_in_order_and_no_more_is_out_than_allowed(seed: int, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jsonl" for number in range(200)]
    for number, path in enumerate(paths):
        path.write_bytes(good_line(number) * (number % 3 + 1))
    executor = Stepped(seed)
    taken: list[Path] = []
    found = batchlint.validate_many(counted(paths, taken), executor=executor, in_flight=3)
    first = next(found)
    assert len(taken) < 100
    assert [first, *found] == [batchlint.validate(path) for path in paths]
    assert executor.most == 3


def test_no_more_files_are_taken_ahead_than_memory_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_MOST_FILES", 20)
    path = tmp_path / "f.jsonl"
    path.write_bytes(good_line("a"))
    taken: list[Path] = []
    found = batchlint.validate_many(counted([path] * 200, taken), executor=Stepped(1), in_flight=64)
    for number, report in enumerate(found, 1):
        assert report.ok
        assert len(taken) <= number + 20
    assert len(taken) == 200


def test_a_deadly_input_is_told_from_those_it_was_sent_with(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jsonl" for number in range(60)]
    for path in paths:
        path.write_bytes(good_line("a"))
    executor = Stepped(1, lambda sent: b"/42.jsonl" in sent)
    found = list(batchlint.validate_many(paths, executor=executor, in_flight=2))
    assert [Path(report.files[0].path).name for report in found if not report.complete] == ["42.jsonl"]
    (finding,) = found[42].findings
    assert (finding.rule, finding.message) == ("damaged-input", "it died")


def test_a_range_that_kills_ends_its_file_alone(tmp_path: Path) -> None:
    paths = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    for path in paths:
        path.write_bytes(b"".join(request(number, "x" * 50) + b"\n" for number in range(90)))
    deaths: list[bytes] = []

    def is_deadly(sent: bytes) -> bool:
        if b"RangeWork" in sent and b"/1.jsonl" in sent:
            deaths.append(sent)
            return len(deaths) > 3
        return False

    cutting = Cutting(5000, 1000, 1000, sends_files=True)
    found = list(reports(ENGINE, map(source_of, map(str, paths)), Stepped(2, is_deadly), None, 2, None, cutting))
    assert [report.complete for report in found] == [False, True]
    (finding,) = found[0].findings
    assert finding.rule == "damaged-input"
    assert finding.message.startswith("it died within 1,000 bytes from line ")
    assert 0 < found[0].files[0].requests < 90


def test_a_broken_executor_is_no_fault_of_the_files(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(good_line("a"))
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(batchlint.ExecutorError):
        list(batchlint.validate_many([path], executor=executor))


def test_another_version_is_refused_before_anything_is_looked_at() -> None:
    with pytest.raises(batchlint.VersionError, match=r"batchlint 0\.0\.0 asks, a worker has batchlint"):
        perform("0.0.0", Parcel(b"no pickle", b""))


def test_arguments_are_checked_at_once() -> None:
    with ThreadPoolExecutor(1) as executor:
        with pytest.raises(ValueError, match="in_flight"):
            batchlint.validate_many([], executor=executor, in_flight=0)
        with pytest.raises(batchlint.UsageError):
            batchlint.validate_many([], executor=executor, profile="nobody")


def test_an_answer_holds_few_findings(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(b"x\n" * 500)
    work = FilesWork((PathSource(str(path)),), 2**30, hidden.Bounds(3, 100))
    few = perform(batchlint.__version__, packed(EngineOptions(), work))
    assert len(few.data) < 3000
    many = perform(batchlint.__version__, packed(EngineOptions(), replace(work, bounds=hidden.Bounds(None, 100))))
    # More than fit into an answer are not sent at all: the file is cut into ranges instead.
    assert len(many.data) < 3000


def test_answers_beyond_the_memory_go_to_files_and_come_back() -> None:
    vault = Vault(10_000)
    pieces = [bytes([number]) * 4000 for number in range(6)]
    kept = [vault.put(piece) for piece in pieces]
    assert sum(each.data is None for each in kept) == 4
    assert vault.gathered((each, 10, 20) for each in kept) == b"".join(piece[:10] for piece in pieces)
    assert [vault.take(each) for each in kept] == pieces
    assert vault.put(pieces[0]).data is not None
    # The room of what was taken is used again.
    further = [vault.put(piece) for piece in pieces]
    assert {each.place for each in further if each.data is None} <= {each.place for each in kept} | {4 * 4096}
    assert [vault.take(each) for each in further] == pieces
    with pytest.raises(ValueError, match="taken before"):
        vault.take(further[0])
    vault.close()


def test_a_repeated_id_that_is_a_secret_is_shown_by_no_way_of_judging(tmp_path: Path) -> None:
    value = secret(random.Random(7))
    path = tmp_path / "f.jsonl"
    line = request(1).replace(b'"r1"', json.dumps(value).encode())
    path.write_bytes(b"".join((line, b"\n", request(2), b"\n") * 3))
    expected = batchlint.validate(path)
    assert "duplicate-custom-id" in {finding.rule for finding in expected.findings}
    assert value not in str(expected)
    cutting = Cutting(1, 100, 100, sends_files=True)
    assert list(reports(ENGINE, [PathSource(str(path))], Stepped(1), None, 3, None, cutting)) == [expected]
