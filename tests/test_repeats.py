"""How ``full`` counts faults that repeat."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from batchlint.findings import Finding
from batchlint.formats.repeats import MOST_MESSAGES, MOST_PLACES, SHOWN, Repeats
from reporting import BAD, lint


def finding(rule: str, pointer: str | None, message: str, line: int) -> Finding:
    return Finding("a", line, 1, 0, line, 1, 0, pointer, rule, "schema", "error", message, None, None)


def test_the_same_fault_is_shown_five_times_in_a_file_and_then_counted(tmp_path: Path) -> None:
    lines = [BAD.replace(b'"a"', b'"%d"' % number) for number in range(50)]
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines))
    (tmp_path / "b.jsonl").write_bytes(b"".join(lines[:6]))
    text = lint("a.jsonl", "b.jsonl", folder=tmp_path).stdout.decode()
    assert re.findall(r"^ --> (a.*?:\d+):", text, re.MULTILINE) == [f"a.jsonl:{line}" for line in range(1, 6)]
    assert " --> a.jsonl: and 45 more like this, lines 6 to 50\n" in text
    assert " --> b.jsonl: and 1 more like this, line 6\n" in text
    assert lint("a.jsonl", "-f", "concise", folder=tmp_path).stdout.count(b"\n") == 50


def test_positions_in_arrays_are_ignored_and_names_are_not() -> None:
    repeats = Repeats()
    shown = [repeats.take(finding("r", f"/body/messages/{n}/role", "m", n)) for n in range(1, 9)]
    assert shown == [True] * SHOWN + [False] * 3
    assert repeats.take(finding("r", "/body/messages/0/name", "m", 9))
    (fault,) = repeats.hidden()
    assert (fault.place, fault.hidden, fault.first_line, fault.last_line) == ("/body/messages/*/role", 3, 6, 8)


def test_another_message_rule_or_severity_is_another_fault() -> None:
    repeats = Repeats()
    for number in range(SHOWN):
        assert repeats.take(finding("r", "/a", "m", number))
    assert not repeats.take(finding("r", "/a", "m", 9))
    assert repeats.take(finding("r", "/a", "n", 9))
    assert repeats.take(finding("s", "/a", "m", 9))
    assert repeats.take(finding("r", None, "m", 9))


def test_the_number_of_faults_is_bounded_but_every_place_is_shown_once() -> None:
    repeats = Repeats()
    taken = [repeats.take(finding("r", f"/body/p{n % 19}", f"m{n}", n)) for n in range(5000)]
    assert all(taken[:19])
    hidden = list(repeats.hidden())
    assert sum(taken) + sum(fault.hidden for fault in hidden) == 5000
    # For each place ten messages of their own, and five findings that stand for the others.
    assert sum(taken) == 19 * (MOST_MESSAGES + SHOWN)
    assert {fault.message for fault in hidden} == {None}


def test_names_without_end_are_counted_together() -> None:
    repeats = Repeats()
    taken = [repeats.take(finding("r", f"/body/name-{n}", "m", n)) for n in range(5000)]
    assert sum(taken) == MOST_PLACES + SHOWN
    (fault,) = repeats.hidden()
    assert (fault.place, fault.message, fault.hidden) == (None, None, 5000 - MOST_PLACES - SHOWN)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("rs"), st.none() | st.sampled_from(["", "/a/0", "/a/1", "/b"]), st.sampled_from("mn")
        ),
        max_size=80,
    )
)
def test_nothing_is_lost(rows: list[tuple[str, str | None, str]]) -> None:
    repeats = Repeats()
    shown = sum(repeats.take(finding(*row, number)) for number, row in enumerate(rows, 1))
    assert shown + sum(fault.hidden for fault in repeats.hidden()) == len(rows)
    assert (shown == len(rows)) == (not list(repeats.hidden()))
