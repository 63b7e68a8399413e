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
MARK = b"cnry"
"""What all of them begin with; no other text has it, so that a part of one would be seen as well."""


LISTS = {
    name: "/enum"
    for document in documents().values()
    for name, part in document.get("$defs", {}).items()
    if isinstance(part, dict)
    and any(f'"{word}"' in json.dumps(part) for word in ("enum", "const"))
    and "properties" not in part
}
"""The definitions that compare a value with a closed list."""


def compared(schema: object, name: str = "") -> Iterator[str]:
    """The members whose strings `schema` compares with a closed list; messages quote 40 characters of those."""
    if isinstance(schema, dict):
        # A definition of its own may hold the list; whoever refers to one is taken for comparing.
        if (
            "enum" in schema
            or "const" in schema
            or "/enum" in LISTS.get(str(schema.get("$ref")).rpartition("/")[2], "")
        ):
            yield name
        for keyword, value in schema.items():
            if keyword == "properties" and isinstance(value, dict):
                for member, part in value.items():
                    yield from compared(part, member)
            else:
                yield from compared(value, name)
    elif isinstance(schema, list):
        for part in schema:
            yield from compared(part, name)


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


def requests(profile: str) -> Iterator[bytes]:
    """The requests of the cases of a profile, each with a canary in one of its members."""
    number = 0
    rows = (CASES / "requests" / f"{profile}.jsonl").read_text("utf-8").splitlines()
    while True:
        for row in rows:
            request = json.loads(row)["request"]
            for path in paths_to_strings(request):
                if path != ("custom_id",):
                    number += 1
                    yield json.dumps(with_value(request, path, planted(number, path))).encode() + b"\n"
                    if number == COUNT:
                        return


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
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("canaries") / f"{request.param}.jsonl"
    path.write_bytes(b"".join([*requests(request.param), *broken()]))
    assert path.read_bytes().count(MARK) >= COUNT
    return path


def test_in_every_format(file: Path, tmp_path: Path, tally: Tally) -> None:
    reports = [tmp_path / name for name in FORMATS]
    formats = [word for path in reports for word in ("-f", f"{path.name}:{path}")]
    arguments = ["--profile", file.stem, "--statistics", "--select", "all", "-f", "full", *formats, file]
    done = run("lint", *arguments)
    assert done.returncode == 1
    check(done, *reports)
    assert all(report.stat().st_size > 1000 for report in reports)
    tally.tried("canaries in a report", COUNT * (len(FORMATS) + 1))


def test_in_a_baseline(file: Path, tmp_path: Path, tally: Tally) -> None:
    baseline = tmp_path / "known.json"
    done = run("lint", "--profile", file.stem, "--write-baseline", baseline, file)
    assert done.returncode == 0
    check(done, baseline)
    check(run("lint", "--profile", file.stem, "--baseline", baseline, "-f", "json", file))
    tally.tried("canaries in a report", COUNT)


def test_in_a_repair_and_in_parts(file: Path, tmp_path: Path, tally: Tally) -> None:
    copy = tmp_path / "requests.jsonl"
    shutil.copy(file, copy)
    check(run("lint", "--profile", file.stem, "--fix", "--unsafe-fixes", "-f", "full", copy))
    check(run("split", "--profile", file.stem, "--max-requests", "100", "--max-bytes", "100000", copy))
    tally.tried("canaries in a report", 2 * COUNT)


def test_in_a_policy_that_fails_everywhere(file: Path, tmp_path: Path) -> None:
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
