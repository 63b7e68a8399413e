"""The screen: it never passes a line in which the road behind it would find anything, and no finding rests on it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import batchlint
from batchlint.documents.profile import profile_names
from batchlint.engine.options import EngineOptions
from batchlint.engine.setup import engine_for
from batchlint.validating.colons import colons_differ
from batchlint.validating.screen import Doubtful
from differential import compare_screen, judged
from generated import lines
from messy import messy_file

CHECKOUT = Path(__file__).parent.parent

FREE = (
    b'{"custom_id": "r", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "messages": '
    b'[{"role": "user", "content": "x"}], "tools": [{"type": "function", "function": '
    b'{"name": "f", "parameters": %s}}]}}\n'
)
"""A clean line; what it says of the parameters of a function is free."""

CLEAN = (
    b"{}",
    b'{"a": 9007199254740992, "b": -9007199254740992, "c": 1.5e15, "d": 1e-400, "e": -0}',
    b'{"a": ":", "b:": {"::": ":"}, "c": "\\n\\t\\u0041\\ud83d\\ude00"}',
    b'{"": {"": ""}, "__proto__": null, "\\u0000": "\\u0000"}',
    '{"é": "\u2028\ufeff\ufffe\U0001f600"}'.encode(),
    b'{\t"a"\r:\t1\r, "A": 1}',
    b'{"a": ' + b"[" * 120 + b"]" * 120 + b"}",
)

HIDDEN = (
    b'{"a": 1, "a": 1}',
    b'{"a": 1, "\\u0061": 1}',
    b'{"a": {"b": [{"c": 1, "c": 2}]}}',
    b'{"a": ":", "a": "\\u003a"}',
    b'{"a": 1, "b": "\\u003a", "a": 2}',
    b'{"a": 1, "b": "\\u003A", "a": 2}',
    b'{"": 1, "": 1}',
    b'{"a": 9007199254740993}',
    b'{"a": -9007199254740993}',
    b'{"a": 18446744073709551616}',
    b'{"a": 100000000000000000000000000000000}',
    b'{"a": [{"b": 9223372036854775808}]}',
    b'{"a": 1e400}',
    b'{"a": -1.8e308}',
    b'{"a": 01}',
    b'{"a": .5}',
    b'{"a": NaN}',
    b'{"a": "\\ud800"}',
    b'{"\\udc00": 1}',
    b'{"a": "\\ud800\\u0041"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\xff"}',
    b'{"a": "\xc0\x80"}',
    b'{"a": "\t"}',
    b'{"a": "\x00"}',
    b'{"a": 1,}',
    b'{"a": 1}\x0b',
    b'{"a": 1\xc2\xa0}',
    b'{"a": ' + b"[" * 124 + b"]" * 124 + b"}",
    b'{"a": ' + b'{"b":' * 250 + b"1" + b"}" * 251,
    b'{"a": ' + b"[" * 2000 + b"]" * 2000 + b"}",
)


@pytest.fixture(scope="module")
def messy() -> bytes:
    return b"".join(messy_file(random.Random(seed), 40) for seed in range(8))


@pytest.mark.parametrize("parameters", CLEAN)
def test_clean_lines_pass(parameters: bytes) -> None:
    screen = engine_for(EngineOptions()).screen
    assert screen is not None
    assert isinstance(screen.alone(FREE % parameters), dict)
    together = screen.together([FREE % b"{}", FREE % parameters, FREE % b"{}"])
    assert together is not None
    assert {type(screened) for screened in together} == {dict}


@pytest.mark.parametrize("parameters", HIDDEN)
def test_lines_with_a_hidden_fault_do_not_pass(parameters: bytes) -> None:
    screen = engine_for(EngineOptions()).screen
    assert screen is not None
    assert screen.alone(FREE % parameters) is None
    passed = screen.screened([FREE % b"{}", FREE % parameters, FREE % b"{}"])
    assert [request is None for request in passed] == [False, True, False]
    # The fault is there: the road finds it.
    assert judged(engine_for(EngineOptions(screens=False)), FREE % parameters)[0]


@pytest.mark.parametrize("parameters", CLEAN)
def test_the_value_of_a_line_at_fault_is_known(parameters: bytes) -> None:
    screen = engine_for(EngineOptions()).screen
    assert screen is not None
    line = (FREE % parameters).replace(b'"content": "x"', b'"content": 1')
    known = screen.alone(line)
    assert isinstance(known, Doubtful)
    assert known.request == json.loads(line)
    assert screen.screened([FREE % b"{}", line]) == [json.loads(FREE % b"{}"), known]


@pytest.mark.parametrize("parameters", HIDDEN)
def test_the_value_of_a_line_with_a_hidden_fault_is_not_known(parameters: bytes) -> None:
    screen = engine_for(EngineOptions()).screen
    assert screen is not None
    assert screen.alone((FREE % parameters).replace(b'"content": "x"', b'"content": 1')) is None


MARK = b",9007199254740993,"

ONE = FREE % b"{}"
BEFORE, _, AFTER = (FREE % b'{"a": [1,2]}').partition(b",2")

CROSSED = (
    # A mark within an array of a request, and one in a line that holds two requests.
    (BEFORE + b"\n", b"2" + AFTER, ONE.rstrip() + MARK + ONE),
    (b"[1\n", b"2]\n", ONE.rstrip() + MARK + ONE),
    # A mark within an array that takes the place of a mark.
    (ONE.rstrip() + b",[0\n", b"0]," + ONE),
    (ONE, ONE.rstrip() + b",[0\n", b"0]," + ONE),
    # As many values as lines, but not one in each.
    (ONE.rstrip() + MARK + ONE, b"\n", ONE),
    (b"\n", ONE.rstrip() + MARK + ONE),
    (ONE, MARK[1:-1] + b"\n", ONE),
    (FREE % b'{"a": "', b'"}' + ONE),
)
"""Lines that are no requests by themselves; put together with something between them, they may look like some."""


@pytest.mark.parametrize("lines", CROSSED)
def test_what_lines_are_together_is_not_taken_for_what_they_are(lines: tuple[bytes, ...]) -> None:
    screen = engine_for(EngineOptions()).screen
    assert screen is not None
    for more in ((), (ONE,), (ONE,) * 5):
        asked = [*more, *lines, *more]
        assert screen.screened(asked) == [screen.alone(line) for line in asked]
        assert None in screen.screened(asked)


@pytest.mark.parametrize("seed", range(15))
def test_colons_of_long_lines_are_compared_as_if_all_were_counted(seed: int) -> None:
    rng = random.Random(seed)
    pieces = [b"".join(rng.choices((b":", b"a", b'"', b"xyz: "), k=rng.choice((3, 500, 30_000)))) for _ in range(20)]
    line = b"".join(rng.choices(pieces, k=12)) + b"x" * 80_000
    for _ in range(20):
        at = rng.randrange(len(line))
        other = rng.choice(
            (line[:at] + line[at + rng.choice((1, 50, 9000)) :], line[:at] + rng.choice(pieces) + line[at:], line)
        )
        for changed in (other, other.replace(b": ", b":"), other.replace(b":", b"", 1)):
            assert colons_differ(line, changed) == (line.count(b":") != changed.count(b":"))
            assert colons_differ(changed, line) == (line.count(b":") != changed.count(b":"))
        assert not colons_differ(line, line)


@pytest.mark.parametrize("ending", [b"", b"\r\n", b"\x0c\n", b"\n\n"])
def test_ends_of_lines_are_told_with_and_without(ending: bytes) -> None:
    data = FREE % b"{}" + (FREE % b"{}").replace(b'"r"', b'"s"').rstrip(b"\n") + ending
    found = judged(engine_for(EngineOptions()), data)
    assert found == judged(engine_for(EngineOptions(screens=False)), data)
    assert [finding.line for finding in found[0]] == [3 if ending == b"\n\n" else 2]


@pytest.mark.parametrize("profile", profile_names())
def test_lines_made_by_chance(profile: str) -> None:
    told: Counter[str] = Counter()
    count = max(12_000 // len(profile_names()), 1_000)
    differences = list(compare_screen(random.Random(f"screen {profile}"), profile, count, told))
    assert not differences, "\n".join(map(str, differences))
    assert told["lines that pass"] > count / 50
    assert told["lines known but not passed"] > count / 50


@pytest.mark.parametrize("seed", range(12))
def test_whole_files(seed: int) -> None:
    rng = random.Random(seed)
    made = lines(rng)
    data = b"".join(next(made) for _ in range(150)) if seed % 2 else messy_file(rng, 150)
    for endpoint in (None, "/v1/chat/completions", "/v1/completions"):
        with_screen = judged(engine_for(EngineOptions(endpoint=endpoint)), data)
        assert with_screen == judged(engine_for(EngineOptions(endpoint=endpoint, screens=False)), data)
        assert with_screen[0]


BLOCKED = """
import sys
for name in {names!r}:
    sys.modules[name] = None
sys.argv[0] = "batchlint"
from batchlint.__main__ import entry
entry()
"""


def run_without(names: tuple[str, ...], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    path = os.pathsep.join(filter(None, (str(Path(batchlint.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, "-c", BLOCKED.format(names=names), *arguments],
        capture_output=True,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("names", [("orjson",), ("jsonschema_rs",), ("orjson", "jsonschema_rs")])
def test_without_the_packages_the_report_is_the_same(names: tuple[str, ...], messy: bytes, tmp_path: Path) -> None:
    file = tmp_path / "messy.jsonl"
    file.write_bytes(messy)
    arguments = ("lint", "--output-format", "json", str(file))
    plain = run_without((), *arguments)
    bare = run_without(names, *arguments)
    assert bare.stdout == plain.stdout
    assert (bare.stderr, bare.returncode) == (plain.stderr, 1)


def test_the_version_says_whether_there_is_a_screen() -> None:
    assert b"screen orjson" in run_without((), "--version").stdout
    without = run_without(("orjson",), "--version")
    assert b"no screen for clean lines: orjson cannot be imported" in without.stdout
    assert without.returncode == 0
    assert b"jsonschema-rs cannot be imported" in run_without(("jsonschema_rs",), "--version").stdout
