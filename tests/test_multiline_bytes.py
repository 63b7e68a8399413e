"""Values over several lines that hold bytes which are no UTF-8."""

from __future__ import annotations

import io

import pytest

import batchlint


@pytest.mark.parametrize(
    "data",
    [
        b'{"custom_id":\n"\xff"}\n',
        b'[\n{"a": 1},\n{"b": "\xf0\x9f"}\n]\n',
        b'{\n "caf\xe9": 1\n}\n',
    ],
)
def test_they_are_one_finding_that_ends_where_the_value_ends(data: bytes) -> None:
    report = batchlint.validate(io.BytesIO(data))
    finding = report.findings[0]
    assert [each.rule for each in report.findings] == ["multiline-json"]
    assert finding.end_line == data.count(b"\n")
    assert finding.end_offset == len(data) - 1
