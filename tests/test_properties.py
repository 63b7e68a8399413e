"""What holds for any bytes whatever."""

from __future__ import annotations

import copy
import gzip
import io
import json
import math
import pickle
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import batchlint
from batchlint.findings import SEVERITY_RANK
from batchlint.parsing.guard import rewritten
from batchlint.parsing.scanner import ScanFault, finish, scan
from batchlint.rules.catalogue import rules
from support import good_line

# Timed runs fail on a busy machine; what is generated is the same in every run, so that a failure can be repeated.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

SMALL = batchlint.Limits(line_bytes=400, depth=6)

SEEDS = [
    good_line("a")[:-1],
    good_line("b")[:-1],
    b'{"custom_id": 1, "method": "GET", "url": "/v1/completions", "body": {"model": "", "n": 0, "x": 1e400}}',
    b'{"custom_id": "\\ud800", "custom_id": "a", "body": "{}", "\xc3\xa9\xf0\x9f\x98\x80": [1, {"a": null}]}',
    b'{"a": [1, 2, {"b": "c"}], "d": 12345678901234567890}',
    b"[1, 2]",
    b'["' + b"x" * 400 + b'"]',
    b"[[[[[[[1]]]]]]]",
]
PIECES = [b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\\ud800", b"\\u00e9", b"\n", b"\r", b" ", b"\x00", b"\x0b"]
PIECES += [
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"1",
    b"0",
    b"-",
    b".",
    b"e5",
    b"true",
    b"NaN",
    b"'",
    b"#",
    b'"a":1',
    "é😀".encode(),
]


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """A line that was one of the seeds, with some bytes cut out and some pieces put in."""
    line = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(line)))
        end = draw(st.integers(start, min(len(line), start + 5)))
        line = line[:start] + draw(st.sampled_from([b"", *PIECES])) + line[end:]
    return line


LINES = st.one_of(
    st.sampled_from(SEEDS),
    mutants(),
    st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join),
    st.binary(max_size=30),
)
CONTENTS = st.builds(bytes.__add__, st.lists(LINES, max_size=6).map(b"\n".join), st.sampled_from([b"", b"\n", b"\r\n"]))


def validate(content: bytes) -> batchlint.Report:
    return batchlint.validate(io.BytesIO(content), limits=SMALL)


@given(CONTENTS)
@settings(max_examples=600)
def test_a_report_is_sound(content: bytes) -> None:
    report = validate(content)
    (file,) = report.files
    assert file.bytes == len(content)
    assert file.lines == content.count(b"\n") + (not content.endswith(b"\n") and content != b"")
    assert file.requests <= file.lines
    severities = [finding.severity for finding in report.findings]
    assert (file.errors, file.warnings, file.infos) == tuple(map(severities.count, ("error", "warning", "info")))
    assert report.complete
    assert report.ok == (file.errors == 0)
    assert list(batchlint.iter_findings(io.BytesIO(content), limits=SMALL)) == list(report.findings)
    for finding in report.findings:
        assert rules()[finding.rule].family == finding.family
        assert finding.severity in SEVERITY_RANK
        assert all(" " <= character <= "~" for character in finding.message + (finding.hint or ""))
        json.dumps(finding.to_dict()).encode()
        orjson.dumps(finding.to_dict())


@given(CONTENTS)
@settings(max_examples=600)
def test_findings_are_sorted_and_their_places_agree(content: bytes) -> None:
    findings = validate(content).findings
    keys = [(finding.line is None, finding.line or 0, finding.offset or 0) for finding in findings]
    assert keys == sorted(keys)
    lines = content.split(b"\n")
    for finding in findings:
        if finding.line is None:
            assert finding.rule in {"empty-file", "file-too-large"}
            continue
        ends = (
            (finding.line, finding.column, finding.offset),
            (finding.end_line, finding.end_column, finding.end_offset),
        )
        for line, column, offset in ends:
            start = sum(len(before) + 1 for before in lines[: line - 1])
            assert start <= offset <= start + len(lines[line - 1])
            assert column == len(lines[line - 1][: offset - start].decode("utf-8", "surrogateescape")) + 1
        assert finding.offset <= finding.end_offset


def without_file_findings(report: batchlint.Report) -> list[batchlint.Finding]:
    return [finding for finding in report.findings if finding.line is not None]


@given(CONTENTS, st.integers(1, 4))
@settings(max_examples=300)
def test_good_lines_before_only_move_the_places(content: bytes, count: int) -> None:
    # What stands at the very start of a file may mean the encoding of all of it.
    assume(b"\x00" not in content[:4] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"))
    before = b"".join(good_line(f"before-{number}").replace(b'"m"', b'""') for number in range(count))
    plain = good_line("first").replace(b'"m"', b'""')
    alone = [finding for finding in without_file_findings(validate(plain + content)) if finding.line > 1]
    moved = [
        finding for finding in without_file_findings(validate(plain + before + content)) if finding.line > 1 + count
    ]
    shift = len(before)

    def at_home(finding: batchlint.Finding) -> batchlint.Finding:
        return finding._replace(
            line=finding.line - count,
            end_line=finding.end_line - count,
            offset=finding.offset - shift,
            end_offset=finding.end_offset - shift,
        )

    def stays_the_same(finding: batchlint.Finding) -> bool:
        """Whether the message names no other line, which moves as well."""
        return "in line" not in finding.message

    assert [at_home(finding) for finding in moved if stays_the_same(finding)] == [
        finding for finding in alone if stays_the_same(finding)
    ]


@given(LINES)
@settings(max_examples=600)
@example(b"7" * 5000)
@example(b"[" * 100_000)
@example(b'{"a": {"b":')
@example(b"\xff\xfe")
@example(b'{"a":1}"')
def test_the_lines_around_any_line_are_judged(line: bytes) -> None:
    assume(b"\n" not in line)
    bad = good_line("x").replace(b'"p"', b"5")
    findings = batchlint.iter_findings(io.BytesIO(bad + line + b"\n" + bad.replace(b'"x"', b'"y"')), limits=SMALL)
    told = {finding.line for finding in findings if finding.pointer == "/body/prompt"}
    assert {1, 3} <= told


@given(CONTENTS)
@settings(max_examples=200)
def test_an_archive_gives_the_same_findings(content: bytes) -> None:
    plain = validate(content)
    packed = validate_stream(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(content))))
    assert packed == plain


def validate_stream(stream: io.BufferedIOBase) -> batchlint.Report:
    return batchlint.validate(stream, limits=SMALL)


@given(st.lists(st.sampled_from([line for line in SEEDS if len(line) < 300]), min_size=1, max_size=6))
def test_line_ends_of_windows_change_nothing_but_offsets(lines: list[bytes]) -> None:
    def places(ending: bytes) -> list[tuple[object, ...]]:
        findings = validate(b"".join(line + ending for line in lines)).findings
        return [
            (each.rule, each.line, each.column, each.pointer) for each in findings if each.rule != "carriage-return"
        ]

    assert places(b"\r\n") == places(b"\n")


@given(CONTENTS)
@settings(max_examples=100)
def test_reports_are_values(content: bytes) -> None:
    report = validate(content)
    assert pickle.loads(pickle.dumps(report)) == report  # noqa: S301  # our own bytes
    assert copy.deepcopy(report) == report
    assert hash(report) == hash(validate(content))
    with pytest.raises(AttributeError):
        report.profile = ""
    for finding in report.findings:
        with pytest.raises(AttributeError):
            finding.rule = ""


def is_json_to_us(text: str) -> bool:
    tokens = scan(text, 200)
    while True:
        try:
            next(tokens)
        except StopIteration as end:
            try:
                finish(text, end.value)
            except ScanFault:
                return False
            return True
        except ScanFault:
            return False


def refuse(_: str) -> float:
    raise ValueError("no number of JSON")


@given(LINES)
@settings(max_examples=2000)
def test_the_scanner_agrees_with_the_standard_library(line: bytes) -> None:
    text = line.decode("utf-8", "surrogateescape").rstrip("\n")
    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        expected = False
    else:
        expected = True
    assert is_json_to_us(text) == expected


def syntax_rules(line: bytes) -> set[str]:
    findings = batchlint.iter_findings(io.BytesIO(line + b"\n"), limits=batchlint.Limits(depth=100))
    return {finding.rule for finding in findings if finding.family == "syntax"}


REFUSED = {"invalid-json", "invalid-utf8", "byte-order-mark", "lone-surrogate", "blank-line", "multiline-json"}


@given(LINES)
@settings(max_examples=2000)
def test_the_verdict_on_a_line_agrees_with_a_strict_parser(line: bytes) -> None:
    assume(b"\n" not in line)
    told = syntax_rules(line)
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        # It refuses numbers that overflow, which are JSON all the same.
        assert told & (REFUSED | {"unsafe-number", "nesting-too-deep"})
    else:
        assert not told & REFUSED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans())
@settings(max_examples=300)
def test_any_value_of_json_is_no_fault_of_syntax(value: object, ascii_only: bool) -> None:
    line = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert not syntax_rules(line) - {"not-an-object", "unsafe-number"}


@given(JSON)
@settings(max_examples=200)
def test_a_value_in_memory_and_in_a_file_give_the_same_findings(value: object) -> None:
    request = {"custom_id": "1", "method": "POST", "url": "/v1/completions", "body": value}
    in_file = batchlint.iter_findings(io.BytesIO(json.dumps(request).encode() + b"\n"))
    in_memory = batchlint.validate_request(request)
    assert [(each.rule, each.pointer, each.message) for each in in_file] == [
        (each.rule, each.pointer, each.message) for each in in_memory
    ]


@given(st.text(st.characters(codec=None), max_size=20))
@settings(max_examples=300)
def test_rewriting_changes_only_what_it_must(text: str) -> None:
    line = json.dumps({"a": text, "b": [1, -2.5e3, "x"]})
    new = rewritten(line, 10)
    has_lone = any(0xD800 <= ord(character) <= 0xDFFF for character in text)
    assert (new == line) is not has_lone
    assert orjson.loads(new)["b"] == [1, -2500.0, "x"]


def test_numbers_in_memory_that_no_file_can_hold() -> None:
    for number in (math.nan, math.inf, -math.inf):
        (finding,) = batchlint.validate_request({"a": number})
        assert finding.rule == "invalid-json"
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested too deep"):
        batchlint.validate_request({"a": deep})
    with pytest.raises(TypeError):
        batchlint.validate_request({"a": Path()})
