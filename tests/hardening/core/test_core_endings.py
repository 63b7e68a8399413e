"""What becomes of everything that may end a run, and of an executor that counts findings or is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from batchlint.command import main as main_module
from batchlint.command import workforce as workforce_module
from batchlint.command.main import main
from batchlint.crash import InternalError
from batchlint.engine.cutting import ELSEWHERE
from batchlint.engine.driver import Driver
from batchlint.engine.lane import Lane
from batchlint.signals import TerminatedError


def _caused_by(signal: BaseException) -> RuntimeError:
    """What Python before 3.12 makes of a signal that comes while a class is made."""
    error = RuntimeError("Error calling __set_name__")
    error.__cause__ = signal
    return error


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (SystemExit(0), 0, ""),
        (SystemExit(1), 3, ""),
        (OSError(5, "Input/output error", "a\n.jsonl"), 3, "batchlint: error: a\\n.jsonl: input/output error\n"),
        (OSError(28, "No space left on device"), 3, "batchlint: error: no space left on device\n"),
        (MemoryError(), 3, "batchlint: error: out of memory; lower --max-line-bytes\n"),
        (click.Abort(), 130, "batchlint: stopped by SIGINT\n"),
        (KeyboardInterrupt(), 130, "batchlint: stopped by SIGINT\n"),
        (InternalError("it is broken"), 70, "batchlint: error: it is broken\n"),
        (_caused_by(KeyboardInterrupt()), 130, "batchlint: stopped by SIGINT\n"),
        (_caused_by(TerminatedError(15)), 143, "batchlint: stopped by SIGTERM\n"),
    ],
)
def test_whatever_ends_a_run(
    error: BaseException,
    status: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(main_module.cli, "main", _raises(error))
    monkeypatch.setattr(main_module, "abandon", lambda _: None)
    assert main(["lint", "x"]) == status
    assert capsys.readouterr().err == told


def test_a_current_directory_that_is_gone_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    monkeypatch.setattr(main_module.cli, "main", _raises(FileNotFoundError(2, "No such file or directory")))
    assert main(["lint", "x"]) == 3
    assert capsys.readouterr().err == "batchlint: error: the current directory: no such file or directory\n"
    # What is named is told by its name.
    monkeypatch.setattr(main_module.cli, "main", _raises(FileNotFoundError(2, "No such file or directory", "a.json")))
    assert main(["lint", "x"]) == 3
    assert capsys.readouterr().err == "batchlint: error: a.json: no such file or directory\n"


def test_a_fault_of_the_program_says_where_it_is_and_nothing_of_the_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(main_module.cli, "main", _raises(ValueError("sk-of-the-user")))
    assert main(["lint", "x"]) == 70
    told = capsys.readouterr().err
    assert told.startswith(
        "batchlint: error: internal error, please report it: ValueError at batchlint/command/main.py:"
    )
    assert "sk-" not in told


def _raises(error: BaseException) -> Callable[..., int]:
    def raising(**_: object) -> int:
        raise error

    return raising


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "requests.jsonl"
    line = {"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {"model": "m", "prompt": 1}}
    path.write_text("".join(json.dumps({**line, "custom_id": str(number)}) + "\n" for number in range(9)))
    return path


def _driven_by(executor: Executor, max_findings: int | None) -> Callable[..., object]:
    @contextmanager
    def workforce(*_: object) -> Iterator[Driver]:
        with executor, Driver(lambda: Lane(executor), ELSEWHERE, in_flight=2, max_findings=max_findings) as driver:
            yield driver

    return workforce


@pytest.mark.parametrize(("level", "status"), [("error", 1), ("warning", 1)])
@pytest.mark.parametrize("shown", [0, 2])
def test_findings_that_are_only_counted_elsewhere_count(
    shown: int,
    level: str,
    status: int,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(workforce_module, "workforce", _driven_by(ThreadPoolExecutor(1), shown))
    more = ("--max-findings", str(shown), "--statistics", "--fail-level", level)
    assert main(["lint", "-f", "concise", *more, str(path)]) == status
    output = capsys.readouterr()
    assert output.out.count("wrong-type") == shown
    assert "9  error    wrong-type" in output.err
    assert f"1 file, 9 requests, 9 errors, 0 warnings; {9 - shown} not shown" in output.err


def test_what_is_counted_elsewhere_is_of_several_rules(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = path.read_bytes().splitlines(keepends=True)[0]
    unknown = error.replace(b'"prompt": 1', b'"prompt": "p", "promt": 1')
    broken = b'{"custom_id": 1,}\n'
    path.write_bytes(error + unknown * 2 + broken * 4 + error)
    monkeypatch.setattr(workforce_module, "workforce", _driven_by(ThreadPoolExecutor(1), 1))
    arguments = ["lint", "--max-findings", "1", "--ignore", "duplicate-custom-id", str(path)]
    assert main([*arguments, "-f", "concise"]) == 1
    assert capsys.readouterr().err == "1 file, 8 requests, 6 errors, 2 warnings; 7 not shown\n"
    monkeypatch.setattr(workforce_module, "workforce", _driven_by(ThreadPoolExecutor(1), 1))
    assert main([*arguments, "-f", "markdown"]) == 1
    rows = [row for row in capsys.readouterr().out.splitlines() if row.startswith(("| 2 ", "| 4 "))]
    assert [row.split(" | ")[:3] for row in rows] == [
        ["| 4", "error", "invalid-json"],
        ["| 2", "error", "wrong-type"],
        ["| 2", "warning", "unknown-field"],
    ]


def test_the_lines_that_are_counted_elsewhere_fail_too(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    request = (
        '{"custom_id": "%d", "method": "POST", "url": "/v1/embeddings", "body": {"model": "m", "input": "Hello."}}\n'
    )
    path.write_text("".join(request % number for number in range(3)))
    monkeypatch.setattr(workforce_module, "workforce", _driven_by(ThreadPoolExecutor(1), 1))
    assert main(["lint", "--max-findings", "1", str(path)]) == 1
    assert "batchlint: note: " in capsys.readouterr().err


def test_infos_that_are_only_counted_fail_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_bytes(path.read_bytes().replace(b'"prompt": 1', b'"prompt": "p"').rstrip(b"\n"))
    monkeypatch.setattr(workforce_module, "workforce", _driven_by(ThreadPoolExecutor(1), 0))
    assert main(["lint", "--max-findings", "0", str(path)]) == 0
    assert "1 info; 1 not shown" in capsys.readouterr().err


class Gone(Executor):
    """An executor that gives up all its work."""

    def submit(self, *_: object, **__: object) -> Future[object]:  # type: ignore[override]  # any work, as it comes
        future: Future[object] = Future()
        future.cancel()
        return future


def test_an_executor_that_is_gone_is_told_in_one_line(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workforce_module, "workforce", _driven_by(Gone(), None))
    assert main(["lint", str(path)]) == 3
    assert capsys.readouterr().err.startswith("batchlint: error: the executor gave up its work")
