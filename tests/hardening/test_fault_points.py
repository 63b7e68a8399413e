"""Each call to the system fails in turn, once or from then on, until a run is untouched.

However a run fails: the documented exit status, no traceback, never success, no half-written file. Where a failure
may pass unnoticed, `tests/cases/hardening/harmless_faults.json` says at which place and why.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from faulty import CALLS, END, SHORT

from support import CASES, clean_environment, good_line
from tally import Tally

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ALL_UNTIL = 25
"""Calls of one kind that each fail in turn; of those behind them every tenth does, but in the long tier.

There each call fails in every way until then, and in two ways behind them: the many files of all profiles are opened
alike.
"""

ERRORS = ("EIO", "ENOSPC", "EACCES", "EINTR")
MORE_ERRORS = {"read": (SHORT, END), "write": ("EPIPE",), "fsync": ("EPIPE",), "close": ("EPIPE",)}
HARMLESS: list[dict[str, Any]] = json.loads((CASES / "hardening" / "harmless_faults.json").read_text("utf-8"))
SERVER = Path(__file__).parent / "faulty.py"

GOOD = b"".join(map(good_line, range(3)))
FAULTY = GOOD + good_line("x").replace(b'"POST"', b'"post"') + good_line(0) + b"[x]\n"
FIXED = GOOD + good_line("x") + good_line(0) + b"[x]\n"
LARGE = b"".join(good_line(f"{number}{'x' * 900}") for number in range(60)) + FAULTY


@dataclass(frozen=True)
class Scenario:
    """One use of the command.

    Attributes:
        arguments: its arguments.
        files: the folder in which it runs.
        status: its exit status where nothing fails.
        refusals: further statuses that a failure may have; 3 always may.
        stdin: a file of the folder, or None.
        smallest_file: from how many bytes on files are judged by several processes; 0 leaves it.
    """

    arguments: tuple[str, ...]
    files: dict[str, bytes]
    status: int
    refusals: tuple[int, ...] = (2,)
    stdin: str | None = None
    smallest_file: int = 0
    whole: dict[str, tuple[bytes | None, ...]] = field(default_factory=dict)


SCENARIOS = {
    "clean": Scenario(("lint", "a.jsonl"), {"a.jsonl": GOOD}, 0),
    "full": Scenario(("lint", "a.jsonl"), {"a.jsonl": FAULTY}, 1),
    "other profile": Scenario(("lint", "a.jsonl"), {"a.jsonl": b'{"custom_id": "a", "body": {}}\n'}, 1),
    "standard input": Scenario(("lint", "-f", "json", "-"), {"a.jsonl": FAULTY}, 1, stdin="a.jsonl"),
    "report files": Scenario(
        ("lint", "a.jsonl", "-f", "sarif:new.sarif", "-f", "json:old.json", "-f", "concise"),
        {"a.jsonl": FAULTY, "old.json": b"old"},
        1,
    ),
    "fix": Scenario(("lint", "--fix", "-f", "concise", "a.jsonl"), {"a.jsonl": FAULTY}, 1),
    "diff": Scenario(("lint", "--diff", "a.jsonl"), {"a.jsonl": FAULTY}, 1),
    "split": Scenario(("split", "--max-requests", "2", "a.jsonl"), {"a.jsonl": FAULTY}, 0),
    "split over parts": Scenario(
        ("split", "--max-requests", "3", "--force", "a.jsonl"),
        {"a.jsonl": FAULTY, "a.part-0001.jsonl": b"old\n", "a.part-0002.jsonl": b"old\n"},
        0,
    ),
    "write baseline": Scenario(
        ("lint", "--write-baseline", "known.json", "a.jsonl"), {"a.jsonl": FAULTY, "known.json": b"old"}, 0
    ),
    "baseline": Scenario(
        ("lint", "--baseline", "known.json", "a.jsonl"),
        {"a.jsonl": FAULTY, "known.json": b'{"baseline_version": 1, "findings": []}'},
        1,
    ),
    "configuration": Scenario(
        ("lint", "-f", "concise", "."),
        {
            ".git/info/exclude": b"*.tmp.jsonl\n",
            ".gitignore": b"b.jsonl\n",
            "base.toml": b'ignore = ["duplicate-custom-id"]\n',
            "batchlint.toml": b'extend = "base.toml"\nschema = ["policy.json"]\nfail-level = "warning"\n',
            "policy.json": b'{"properties": {"body": {"properties": {"prompt": {"maxLength": 3}}}}}',
            "sub/a.jsonl": FAULTY,
            "sub/b.jsonl": FAULTY,
        },
        1,
    ),
    "gzip": Scenario(("lint", "-f", "concise", "a.jsonl.gz"), {"a.jsonl.gz": gzip.compress(FAULTY * 9, mtime=0)}, 1),
    "zstandard": Scenario(("lint", "-f", "concise", "a.jsonl.zst"), {"a.jsonl.zst": zstd.compress(FAULTY * 9)}, 1),
    "documents": Scenario(("lint", "--profile", "openai", "a.jsonl"), {"a.jsonl": GOOD}, 0),
    "page": Scenario(("explain", "invalid-json"), {}, 0),
    "schema": Scenario(("schema", "show", "meta/report"), {}, 0),
    "two processes": Scenario(
        ("lint", "-f", "concise", "--jobs", "2", "a.jsonl"), {"a.jsonl": LARGE}, 1, smallest_file=1
    ),
    "clean, two processes": Scenario(
        ("lint", "--jobs", "2", "a.jsonl"), {"a.jsonl": LARGE.removesuffix(FAULTY)}, 0, smallest_file=1
    ),
}
"""Uses of the command that together make every call to the system that it has."""

_SAYING = "command.output:say"
"""Where standard error is written."""


@dataclass(frozen=True)
class Outcome:
    """What a run left."""

    status: int
    sites: tuple[str, ...]
    stdout: bytes
    stderr: bytes
    files: dict[str, bytes]

    def looks_like(self, other: Outcome, *, but: Collection[str] = ()) -> bool:
        """Whether nothing tells the two apart but, if so named, standard error or a temporary file."""
        files = {name: data for name, data in self.files.items() if "temporary" not in but or name in other.files}
        return (self.status, self.stdout, files) == (other.status, other.stdout, other.files) and (
            "stderr" in but or self.stderr == other.stderr
        )


class Server:
    """Runs cases in forks of a process that has imported the command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        environment = clean_environment()
        environment["PYTHONPATH"] += f":{SERVER.parent}"
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def run(self, scenario: Scenario, call: str = "", n: int = 0, error: str = "", *, forever: bool = False) -> Outcome:
        work = self._folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        for name, content in scenario.files.items():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes(content)
        out, err = self._folder / "out", self._folder / "err"
        case = {
            "arguments": scenario.arguments,
            "folder": str(work),
            "stdin": str(work / scenario.stdin) if scenario.stdin else "/dev/null",
            "stdout": str(out),
            "stderr": str(err),
            "smallest_file": scenario.smallest_file,
            "call": call,
            "n": n,
            "error": error,
            "forever": forever,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(case).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        files = {str(path.relative_to(work)): path.read_bytes() for path in work.rglob("*") if path.is_file()}
        return Outcome(answer["status"], tuple(answer["sites"]), out.read_bytes(), err.read_bytes(), files)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("faults"))
    yield running
    running.close()


def problems(
    scenario: Scenario, untouched: Outcome, outcome: Outcome, *, no_renames: bool, no_removals: bool
) -> Iterator[str]:
    """What is wrong with the outcome of a run that met a failure.

    Args:
        scenario: what was run.
        untouched: its outcome without a failure.
        outcome: that with it.
        no_renames: nothing could be renamed any more.
        no_removals: nothing could be removed any more, so that something may be left behind.
    """
    said = outcome.stderr.decode()
    if "Traceback" in said or "Exception ignored" in said or "Error:" in said:
        yield f"traceback: {said.splitlines()[-1]}"
    if outcome.status < 0:
        yield "hangs"
    if outcome.status != 3 and outcome.status not in scenario.refusals:
        yield f"status {outcome.status}"
    # Where standard error cannot be written there is nobody to tell.
    if outcome.status == 3 and outcome.stdout == untouched.stdout and not said and _SAYING not in outcome.sites:
        yield "not a word"
    # What cannot be put back stays under its temporary name, and what cannot be removed stays as it is.
    displaced = {content for name, content in scenario.files.items() if outcome.files.get(name) != content}
    may_stay = set(outcome.files.values()) if no_removals else displaced if no_renames else set()
    may_move = set(outcome.files.values()) if no_renames else set()
    yield from torn_files(scenario, untouched, outcome, may_stay, may_move)


def torn_files(
    scenario: Scenario, untouched: Outcome, outcome: Outcome, may_stay: set[bytes], may_move: set[bytes]
) -> Iterator[str]:
    """What is left in the folder and is neither as it was before nor as it should be.

    Args:
        scenario, untouched, outcome: as for `problems`.
        may_stay: contents of files that may be left behind.
        may_move: contents of files that may stand under another name than before.
    """
    for name, content in outcome.files.items():
        if name not in untouched.files:
            if content not in may_stay:
                yield f"left behind: {name[:10]}"
        elif content not in (scenario.files.get(name), untouched.files[name]) and not is_report(name, content):
            yield f"torn: {name}"
    for name in scenario.files.keys() - outcome.files.keys():
        if scenario.files[name] not in may_move:
            yield f"lost: {name}"
    made = untouched.files.keys() - scenario.files.keys()
    if scenario.arguments[0] == "split" and 0 < len(made & outcome.files.keys()) < len(made):
        yield "some parts and not others"


def is_report(name: str, content: bytes) -> bool:
    """Whether a file is a report to its end; what it says may be that an input could not be read."""
    return name in ("new.sarif", "old.json") and bool(json.loads(content))


def is_harmless(name: str, call: str, error: str, outcome: Outcome, untouched: Outcome) -> bool:
    """Whether the failure is one that may pass, and all that can be seen of the run is as if it had not been."""
    rows = [row_for(name, call, error, site) for site in outcome.sites]
    if any(row is None for row in rows):
        return False
    return outcome.looks_like(untouched, but={row["loses"] for row in rows if row and "loses" in row})


def row_for(name: str, call: str, error: str, site: str) -> dict[str, Any] | None:
    """The row of the table that allows a failure to pass."""
    wanted = {"scenarios": name, "calls": call, "errors": error, "sites": site}
    return next((row for row in HARMLESS if all(value in row.get(key, [value]) for key, value in wanted.items())), None)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_failure_is_told(name: str, server: Server, is_long: bool, seed: int, tally: Tally) -> None:
    scenario = SCENARIOS[name]
    rng = random.Random(f"{seed} {name}")
    untouched = server.run(scenario)
    assert (untouched.status, untouched.sites) == (scenario.status, ()), untouched.stderr
    wrong: dict[str, str] = {}
    for call in CALLS:
        errors = (*ERRORS, *MORE_ERRORS.get(call, ()))
        kinds = [(error, forever) for error in errors for forever in (False, True)]
        # The system itself calls again after EINTR, so that it cannot last.
        kinds.remove(("EINTR", True))
        n = 0
        struck = True
        while struck:
            n += 1 if is_long or n < ALL_UNTIL else rng.randint(1, 20)
            struck = False
            for error, forever in rng.sample(kinds, len(kinds) if is_long and n <= ALL_UNTIL else 1):
                outcome = server.run(scenario, call, n, error, forever=forever)
                if not outcome.sites:
                    assert outcome.looks_like(untouched)
                    continue
                struck = True
                tally.tried("fault points")
                if is_harmless(name, call, error, outcome, untouched):
                    continue
                for_good = call if forever else ""
                for problem in problems(
                    scenario, untouched, outcome, no_renames=for_good == "replace", no_removals=for_good == "unlink"
                ):
                    key = f"{call} {error}{' for good' if forever else ''} in {', '.join(outcome.sites)}: {problem}"
                    wrong.setdefault(key, f"n = {n}, status {outcome.status}, {outcome.stderr.decode()[-300:]!r}")
    assert not wrong, "\n".join(f"{key}: {value}" for key, value in sorted(wrong.items()))
