"""A thousand secrets, in every member of requests: none is seen in any output, also of a run that goes wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from safety import FORMATS

from batchlint.parsing.values import JsonValue
from support import CASES, clean_environment, documents, run
from tally import Tally
from test_privacy import BROKEN, SECRET, paths_to_strings, with_value

COUNT = 1_000
LONGEST = 3000
"""Characters of a case."""

MARK = b"cnry"
"""What all of them begin with; no other text has it, so that a part of one would be seen as well."""


DEFINITIONS: dict[str, list[object]] = {}
"""What the documents define, by name."""
for _document in documents().values():
    for _name, _part in _document.get("$defs", {}).items():
        DEFINITIONS.setdefault(_name, []).append(_part)

SAME_VALUE = ("allOf", "anyOf", "oneOf", "if", "then", "else", "not", "items", "prefixItems", "contains")
"""The keywords whose schemas are about the value itself, or about its items, which have no name of their own."""


def is_compared(schema: object, seen: frozenset[str] = frozenset()) -> bool:
    """Whether `schema` compares a value with a closed list, maybe in a definition to which it refers."""
    if isinstance(schema, list):
        return any(is_compared(part, seen) for part in schema)
    if not isinstance(schema, dict):
        return False
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return (
        not schema.keys().isdisjoint(("enum", "const"))
        or (name not in seen and is_compared(DEFINITIONS.get(name, []), seen | {name}))
        or any(is_compared(schema[keyword], seen) for keyword in SAME_VALUE if keyword in schema)
    )


def compared(schema: object) -> Iterator[str]:
    """The members whose strings `schema` compares with a closed list; messages quote 40 characters of those."""
    if isinstance(schema, list):
        for part in schema:
            yield from compared(part)
    elif isinstance(schema, dict):
        members = schema.get("properties")
        if isinstance(members, dict):
            yield from (member for member, part in members.items() if is_compared(part))
        for part in schema.values():
            yield from compared(part)


QUOTED = frozenset(each for document in documents().values() for each in compared(document))

PROFILES = sorted(path.stem for path in (CASES / "requests").glob("*.jsonl"))


def canary(number: int) -> str:
    return f"cnry{number:04}{number * 7919 % 10_000:04}"


def planted(number: int, path: tuple[str | int, ...]) -> JsonValue:
    """A value with a canary in it: a string, an array, an object, or a long string in a member that is quoted."""
    text = canary(number)
    names = [step for step in path if isinstance(step, str)]
    if names and names[-1] in QUOTED:
        return "x" * 41 + text
    return (text, [text], {"k": text}, f"{text}: {text}", [{"type": "text", "text": text}])[number % 5]


def requests(profile: str, *, again: bool = True) -> list[bytes]:
    """The requests of the cases of a profile, each with a canary in one of its members: `COUNT`, from all over them.

    Args:
        profile: its name.
        again: that there are as many where members are fewer, with other values in the same members; else each once.
    """
    texts = (CASES / "requests" / f"{profile}.jsonl").read_text("utf-8").splitlines()
    # A request of thousands of items would take most of the places.
    rows = [json.loads(text)["request"] for text in texts if len(text) < LONGEST]
    places = [(row, path) for row in rows for path in paths_to_strings(row) if path != ("custom_id",)]
    count = COUNT if again else min(COUNT, len(places))
    # Where there are more than are wanted, those between are left out; where there are fewer, it begins anew.
    chosen = (places[number * max(1, len(places) // count) % len(places)] for number in range(count))
    return [
        json.dumps(with_value(row, path, planted(number, path))).encode() + b"\n"
        for number, (row, path) in enumerate(chosen, 1)
    ]


def broken() -> Iterator[bytes]:
    """Lines that are no JSON, with canaries."""
    for number, line in enumerate(BROKEN):
        yield line.replace(SECRET, canary(number)).encode() + b"\n"


def check(done: subprocess.CompletedProcess[bytes], *reports: Path) -> None:
    """Fails if a canary, or the beginning of one, was printed."""
    for printed in (done.stdout, done.stderr, *(report.read_bytes() for report in reports)):
        shown = [line for line in printed.splitlines() if MARK in line]
        assert shown == []


@pytest.fixture(scope="module", params=PROFILES)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, is_long: bool) -> Path:
    path = tmp_path_factory.mktemp("canaries") / f"{request.param}.jsonl"
    path.write_bytes(b"".join([*requests(request.param, again=is_long), *broken()]))
    return path


def canaries_in(path: Path) -> int:
    """How many lines of a file have one."""
    count = sum(MARK in line for line in path.read_bytes().splitlines())
    assert count > len(BROKEN)
    return count


def test_in_every_format(file: Path, tmp_path: Path, tally: Tally) -> None:
    reports = [tmp_path / name for name in FORMATS]
    formats = [word for path in reports for word in ("-f", f"{path.name}:{path}")]
    arguments = ["--profile", file.stem, "--statistics", "--select", "all", "-f", "full", *formats, file]
    done = run("lint", *arguments)
    assert done.returncode == 1
    check(done, *reports)
    assert all(report.stat().st_size > 1000 for report in reports)
    tally.tried("canaries in a report", canaries_in(file) * (len(FORMATS) + 1))


def test_in_a_baseline(file: Path, tmp_path: Path, tally: Tally) -> None:
    baseline = tmp_path / "known.json"
    done = run("lint", "--profile", file.stem, "--write-baseline", baseline, file)
    assert done.returncode == 0
    check(done, baseline)
    check(run("lint", "--profile", file.stem, "--baseline", baseline, "-f", "json", file))
    tally.tried("canaries in a report", 2 * canaries_in(file))


def test_in_a_repair_and_in_parts(file: Path, tmp_path: Path, tally: Tally) -> None:
    copy = tmp_path / "requests.jsonl"
    shutil.copy(file, copy)
    check(run("lint", "--profile", file.stem, "--fix", "--unsafe-fixes", "-f", "full", copy))
    check(run("split", "--profile", file.stem, "--max-requests", "100", "--max-bytes", "100000", copy))
    tally.tried("canaries in a report", 2 * canaries_in(file))


def test_in_a_policy_that_fails_everywhere(file: Path, tmp_path: Path, tally: Tally) -> None:
    policy = tmp_path / "policy.json"
    strict = {"type": "null", "not": {"type": "string"}, "maxLength": 0, "maxItems": 0, "pattern": "^$"}
    anywhere = {"$ref": "#/$defs/all"}
    document = {
        "title": "t",
        "$ref": "#/$defs/all",
        "$defs": {"all": {**strict, "additionalProperties": anywhere, "items": anywhere}},
    }
    policy.write_text(json.dumps(document), "utf-8")
    done = run("lint", "--profile", file.stem, "--schema", policy, "-f", "json-lines", file)
    assert done.returncode == 1, done.stderr
    check(done)
    tally.tried("canaries in a report", canaries_in(file))


BREAKING = """
import sys
from batchlint.{module} import {name}
count = 0
original = {name}.{method}
def failing(self, *arguments, **options):
    global count
    count += 1
    if count > {after}:
        raise ValueError(*map(repr, arguments))
    return original(self, *arguments, **options)
{name}.{method} = failing
from batchlint.__main__ import entry
entry()
"""

PLACES = (
    ("engine.judge", "Judge", "judge"),
    ("engine.placing", "Placer", "place"),
    ("engine.excerpts", "Excerpts", "windows"),
    ("parsing.builder", "Builder", "take"),
    ("validating.compiled", "Explainer", "violations"),
    ("command.outputs", "Outputs", "finding"),
    ("command.sieve", "Sieve", "fate"),
)


@pytest.mark.parametrize("after", [0, 7, 300])
@pytest.mark.parametrize(("module", "name", "method"), PLACES)
def test_in_a_crash(module: str, name: str, method: str, after: int, tmp_path: Path, tally: Tally) -> None:
    path = tmp_path / "requests.jsonl"
    lines = [*requests(PROFILES[-2]), *broken()]
    if name == "Builder":
        # Only lines of which the screen does not know the value are parsed, such as those that hide a colon.
        lines = [line.replace(b"{", b'{"\\u003a": 0, ', 1) for line in lines]
    path.write_bytes(b"".join(lines))
    code = BREAKING.format(module=module, name=name, method=method, after=after)
    command = [sys.executable, "-c", code, "lint", "--profile", PROFILES[-2], "-f", "full", path]
    done = subprocess.run(command, capture_output=True, env=clean_environment(), timeout=120, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (70, 1), done.stderr[-500:]
    check(done)
    tally.tried("canaries in a crash", COUNT)
