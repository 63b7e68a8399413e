"""Lines of a value over several lines are looked at many at a time; that changes nothing of what is told."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

import batchlint
from support import good_line

REQUEST = good_line("a").decode().removesuffix("\n")
VALUES = {
    "numbers": ("[", ["1,"]),
    "no UTF-8": ("[", ['"\udcff",']),
    "open objects": ("[", ['{"a":', "1},"]),
    "objects": ("[", ['{"a": 1},']),
    "requests": ("[", [REQUEST + ","]),
    "lines between": ("[", ["", "1,", " \t"]),
    "members": ("{", ['"n": 1,']),
    "members within": ('[{"a": 1,', ['"b": "x",', '"c": [', "1, 2", "],"]),
    "deeper and deeper": ("[", ["1,", "["]),
}
"""How values begin, and lines that go on with them many times over."""

ENDS = (
    *("{", "}", "},", "[", "]", "],", "{}", "[]", ",", "1", '"x"', '"a":', '"a": 1', '{"a": 1}', "", "\ufeff1,"),
    *("NaN,", "None,", "1,,", "1, ]", "1,}", "x", "tru", '"x', '"\\ud800",', '"é",', "1 2", "[[", "]]", "\t]", "1,\r"),
    *(REQUEST, "  " + REQUEST, f"  {REQUEST},", '  {"custom_id": "q"}', '{"custom_id": "q"', '"n": NaN,'),
    *("1\n]", '"z": 1\n}', "NaN,\n1\n]", "[1,],\n1\n]"),
    "\n".join(['"\udcff",', *["1,"] * 40, "[1,],", "1", "]"]),
)
"""Lines after which they may be over."""


class OneByOne(io.BytesIO):
    """Hands on each line by itself."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.readline(-1 if size is None else size)


def check(lines: list[str], end: str = "\n", last: str = "\n") -> None:
    """Fails unless the same is found in `lines` together as in one after the other."""
    data = end.join(lines).encode("utf-8", "surrogateescape") + last.encode()
    assert list(batchlint.iter_findings(io.BytesIO(data))) == list(batchlint.iter_findings(OneByOne(data))), data


@pytest.mark.parametrize("name", list(VALUES))
@pytest.mark.parametrize("before", [0, 1, 5, 6, 7, 8, 9, 16, 21, 22, 23, 24, 25])
def test_each_end_at_each_place(name: str, before: int) -> None:
    first, run = VALUES[name]
    for line in ENDS:
        check([first, *run * before, line, *run * 20, "x"])


@given(
    st.sampled_from(sorted(VALUES)),
    st.lists(st.tuples(st.integers(0, 70), st.lists(st.sampled_from(ENDS), max_size=3)), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
)
def test_lines_together_are_judged_as_lines_one_by_one(
    name: str, parts: list[tuple[int, list[str]]], end: str, last: str
) -> None:
    first, run = VALUES[name]
    check([first, *(line for times, ends in parts for line in run * times + ends)], end, last)


@pytest.mark.parametrize("count", [10, 1000, 100_000])
def test_an_array_of_many_lines_is_one_finding(count: int) -> None:
    data = b"[\n" + b"1,\n" * count + b"2 \n\n] \n"
    report = batchlint.validate(io.BytesIO(data))
    (finding,) = [each for each in report.findings if each.rule == "multiline-json"]
    assert (finding.line, finding.end_line, finding.end_column) == (1, count + 4, 2)
    assert finding.end_offset == len(data) - 2
    (file,) = report.files
    assert (file.lines, file.requests, file.bytes) == (count + 4, count + 3, len(data))
