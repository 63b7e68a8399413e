"""Fingerprints are unique within a run and stay when lines move."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from batchlint.findings import Finding
from batchlint.fingerprints import Fingerprints
from batchlint.portable import portable_path

ONE = Finding("a", 1, 1, 0, 1, 2, 1, "/body", "wrong-type", "schema", "error", "it is a list", None, "id-1")

findings = st.builds(
    lambda path, line, pointer, rule, message, custom_id: ONE._replace(
        path=path, line=line, pointer=pointer, rule=rule, message=message, custom_id=custom_id
    ),
    st.sampled_from(["a", "b/c"]),
    st.integers(1, 9),
    st.sampled_from([None, "", "/body"]),
    st.sampled_from(["wrong-type", "missing-field"]),
    st.sampled_from(["m", "n", "as in line 1", "as in line 20,000"]),
    st.sampled_from([None, "", "id-1"]),
)


@given(st.lists(findings, max_size=40), st.integers(1, 100000))
def test_they_are_unique_and_know_no_line(rows: list[Finding], shift: int) -> None:
    first = Fingerprints("/")
    prints = [first.next(row) for row in rows]
    assert len(set(prints)) == len(prints)
    second = Fingerprints("/")
    assert [second.next(row._replace(line=(row.line or 0) + shift, offset=shift)) for row in rows] == prints


@given(findings, findings)
def test_they_differ_where_anything_but_the_line_differs(one: Finding, other: Finding) -> None:
    def told_apart(row: Finding) -> tuple[str | None, ...]:
        message = "as in line" if row.message.startswith("as in line") else row.message
        return row.path, row.rule, row.pointer, row.custom_id, message

    same = Fingerprints("/").next(one) == Fingerprints("/").next(other)
    assert same == (told_apart(one) == told_apart(other))


def test_another_finding_does_not_change_those_that_were_there() -> None:
    before = Fingerprints("/")
    prints = [before.next(ONE), before.next(ONE)]
    after = Fingerprints("/")
    assert [after.next(ONE), after.next(ONE._replace(rule="invalid-json")), after.next(ONE)][::2] == prints


def test_a_path_is_seen_from_the_root(tmp_path: Path) -> None:
    root = str(tmp_path)
    absolute = str(tmp_path / "x" / "a.jsonl")
    assert portable_path(absolute, root) == "x/a.jsonl"
    assert portable_path(str(tmp_path / "x" / ".." / "a.jsonl"), root) == "a.jsonl"
    assert portable_path(absolute, str(tmp_path / "other")) == absolute.replace("\\", "/")
    assert portable_path("<stdin>", root) == "<stdin>"
    there = Fingerprints(root).next(ONE._replace(path=absolute))
    assert there == Fingerprints(str(tmp_path / "x")).next(ONE._replace(path=str(tmp_path / "x" / "x" / "a.jsonl")))
