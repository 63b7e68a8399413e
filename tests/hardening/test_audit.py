"""The audit of the product's processes is strict: it lets them do their work, and catches whatever else they do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from auditing import STATUS

import batchlint
from records import count_audited
from support import CASES, CHECKOUT, PACKAGE_PATH, RECORDS, clean_environment, good_line, run
from tally import Tally

ATTEMPTS = {
    "a file elsewhere": "open('/etc/hostname')",
    "a file elsewhere, below the functions of Python": "__import__('os').open('/etc/hostname', 0)",
    "a file of the user's": "open(__import__('os').path.expanduser('~/.profile'))",
    "a file that is written": "open('new.txt', 'w')",
    "an input that is written": "open('requests.jsonl', 'r+b')",
    "a file elsewhere that is written": "open('/tmp/x.jsonl', 'wb')",
    "a folder that is made": "__import__('os').mkdir('new')",
    "a file that is removed": "__import__('os').remove('requests.jsonl')",
    "a file that is renamed": "__import__('os').rename('requests.jsonl', 'x')",
    "a process": "__import__('subprocess').run(['true'])",
    "a shell": "__import__('os').system('true')",
    "a fork of somebody else": "__import__('os').fork()",
    "a spawned process": "__import__('os').posix_spawn('/bin/true', ['true'], {})",
    "a socket": "__import__('socket').socket()",
    "a name that is looked up": "__import__('socket').getaddrinfo('localhost', 80)",
    "a page that is fetched": "__import__('urllib.request').request.urlopen('http://localhost/')",
}


@pytest.fixture
def sabotaged(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[bytes]]:
    """Runs the command, which on its way makes an attempt at something."""

    def attempt(code: str) -> subprocess.CompletedProcess[bytes]:
        # A module of this name stands before that of the package, and is imported for the first bad line.
        folder = tmp_path / "path"
        folder.mkdir()
        (folder / "ijson.py").write_text(f"{code}\n", "utf-8")
        (tmp_path / "requests.jsonl").write_bytes(good_line(1) + b"[\n")
        # What is caught here is meant to be, and no failure of the run.
        environment = clean_environment(**{RECORDS: str(tmp_path)})
        environment["PYTHONPATH"] = os.pathsep.join((str(folder), environment["PYTHONPATH"]))
        return run("lint", "requests.jsonl", folder=tmp_path, environment=environment)

    return attempt


@pytest.mark.parametrize("name", list(ATTEMPTS))
def test_an_attempt_ends_the_process(
    name: str, sabotaged: Callable[[str], subprocess.CompletedProcess[bytes]], tmp_path: Path, tally: Tally
) -> None:
    done = sabotaged(ATTEMPTS[name])
    assert done.returncode == STATUS, done.stderr
    assert b"audit: the product may not " in done.stderr
    assert len((tmp_path / "forbidden").read_text("ascii").splitlines()) == 1
    tally.tried("attempts that the audit caught")


def test_a_worker_is_audited_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "path"
    folder.mkdir()
    (folder / "ijson.py").write_text("open('/etc/hostname')\n", "utf-8")
    line = good_line(1)
    (tmp_path / "requests.jsonl").write_bytes(line * (13_000_000 // len(line)) + b"[\n")
    environment = clean_environment(**{RECORDS: str(tmp_path)})
    environment["PYTHONPATH"] = os.pathsep.join((str(folder), environment["PYTHONPATH"]))
    done = run("lint", "--jobs", "2", "--quiet", "requests.jsonl", folder=tmp_path, environment=environment)
    assert b"audit: the product may not open ('/etc/hostname'" in done.stderr
    assert (tmp_path / "forbidden").exists()


def test_what_a_process_has_put_there_it_may_take_back(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"".join(good_line(number) for number in range(3)))
    # Nothing can take the place of a folder, so the first part, which has its place by then, is removed.
    (tmp_path / "a.part-0002.jsonl").mkdir()
    done = run("split", "--force", "--max-requests", "2", "a.jsonl", folder=tmp_path)
    assert done.returncode == 3, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "a.part-0002.jsonl"]


def test_a_process_is_counted(tmp_path: Path) -> None:
    before = count_audited()
    (tmp_path / "requests.jsonl").write_bytes(good_line(1))
    assert run("lint", "requests.jsonl", folder=tmp_path).returncode == 0
    assert count_audited() > before


@contextmanager
def opened() -> Iterator[list[str]]:
    """The files that this process opens meanwhile, and `!EVENT` for what it should not do at all."""
    found: list[str] = []
    _LISTENERS.append(found)
    try:
        yield found
    finally:
        _LISTENERS.remove(found)


_LISTENERS: list[list[str]] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if not _LISTENERS:
        return
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        _LISTENERS[-1].append(os.path.realpath(os.fsdecode(arguments[0])))
    elif event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")):
        _LISTENERS[-1].append(f"!{event}")


sys.addaudithook(_listen)


@pytest.mark.parametrize("path", sorted(CASES.rglob("*.jsonl"))[:120], ids=lambda path: str(path.relative_to(CASES)))
def test_the_library_opens_its_input_and_its_own_data_only(path: Path, tmp_path: Path, tally: Tally) -> None:
    own = tuple(str(Path(each).resolve()) for each in (PACKAGE_PATH, CHECKOUT / "schemas", *sys.path) if str(each))
    own += (sys.prefix, sys.base_prefix)
    with opened() as files:
        batchlint.validate(path)
        list(batchlint.iter_findings(path))
        batchlint.fix(path, tmp_path / "fixed.jsonl", unsafe=True)
    foreign = [each for each in files if not each.startswith((str(path.resolve()), str(tmp_path.resolve()), *own))]
    assert foreign == []
    assert str(path.resolve()) in files
    tally.tried("calls of the library audited", 3)
