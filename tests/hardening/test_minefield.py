"""Hostile JSON texts, each as a line between two others: the verdict of the table, and the neighbours always judged."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable

import orjson
import pytest

import batchlint
from hardening.minefield import FAMILIES, GROUPS, REFUSED, Mine, Place, mines, tables
from support import good_line
from tally import Tally

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MINES = mines()
FAULTY = good_line("n").replace(b'"p"', b"5")
"""A neighbour that shows that it was judged: its prompt is a number."""
COLUMN = FAULTY.index(b"5}") + 1


class Named(io.BytesIO):
    """An open file with a name, by which it is decompressed."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def stream(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


OPENED: dict[str, Callable[[bytes], io.BytesIO]] = {
    "plain": stream,
    "CR LF": lambda content: stream(content.replace(b"\n", b"\r\n")),
    "no final newline": lambda content: stream(content[:-1]),
    "gzip": lambda content: Named("mine.jsonl.gz", gzip.compress(content, 1)),
    "zstd": lambda content: Named("mine.jsonl.zst", zstd.compress(content)),
    "byte order mark": lambda content: stream(b"\xef\xbb\xbf" + content),
}


def syntax(report: batchlint.Report) -> list[tuple[str, int | None, int | None]]:
    """What was found, without what the schema and the rest of the file say of the texts themselves."""
    return [
        (finding.rule, finding.line, finding.column)
        for finding in report.findings
        if finding.family == "syntax" or (finding.rule, finding.pointer) == ("wrong-type", "/body/prompt")
    ]


def expected(mine: Mine, kind: str, neighbour: bytes) -> list[Place]:
    """All findings of the text as the second line, and of its two neighbours."""
    lines = mine.data.count(b"\n") + 1
    last = lines + 2
    places = [(rule, line + 1, column) for rule, line, column in mine.findings]
    if neighbour == FAULTY:
        places = [("wrong-type", 1, COLUMN), *places, ("wrong-type", last, COLUMN)]
    if kind == "CR LF":
        places.insert(int(neighbour == FAULTY), ("carriage-return", 1, len(neighbour)))
    elif kind == "no final newline":
        places.append(("missing-final-newline", last, len(neighbour)))
    elif kind == "byte order mark":
        places = [(rule, line, column + (line == 1)) for rule, line, column in places]
        places.insert(0, ("byte-order-mark", 1, 1))
    return places


def line_end(mine: Mine, kind: str) -> list[Place]:
    """The finding of the first line that ends with a carriage return, which is told once for a file."""
    if kind == "CR LF":
        return []
    for number, line in enumerate(mine.data.split(b"\n"), 2):
        if line.endswith(b"\r"):
            return [("carriage-return", number, len(line.decode("utf-8", "surrogateescape")))]
    return []


def in_order(places: list[Place]) -> list[Place]:
    return sorted(places, key=lambda place: (place[1], place[2], place[0]))


@pytest.mark.parametrize("mine", MINES, ids=lambda mine: f"{mine.family}, {mine.group}: {mine.name}")
def test_a_text_between_two_lines(mine: Mine, tally: Tally) -> None:
    lines = mine.data.count(b"\n") + 1
    for kind, opened in OPENED.items():
        for neighbour in (good_line("n"), FAULTY):
            first, last = neighbour.replace(b'"n"', b'"1"'), neighbour.replace(b'"n"', b'"2"')
            report = batchlint.validate(opened(first + mine.data + b"\n" + last))
            assert syntax(report) == in_order(expected(mine, kind, neighbour) + line_end(mine, kind)), kind
            assert report.complete
            assert report.files[0].lines == lines + 2
            blank = sum(not line.strip(b" \t\r") for line in mine.data.split(b"\n"))
            mark = mine.data == b"\xef\xbb\xbf"
            assert report.files[0].requests == lines + 2 - blank - mark
            tally.tried("texts of the minefield between two lines")


@pytest.mark.parametrize("mine", MINES, ids=lambda mine: f"{mine.family}, {mine.group}: {mine.name}")
def test_a_text_at_the_end_without_a_newline(mine: Mine, tally: Tally) -> None:
    rest = mine.data.rpartition(b"\n")[2]
    report = batchlint.validate(stream(FAULTY + mine.data))
    found = syntax(report)
    places = [(rule, line + 1, column) for rule, line, column in mine.findings]
    if rest:
        end = len(rest.decode("utf-8", "surrogateescape")) + 1
        places.append(("missing-final-newline", mine.data.count(b"\n") + 2, end))
    else:
        # An empty last line is none.
        places = [place for place in places if place[1] < mine.data.count(b"\n") + 2]
    assert found[0] == ("wrong-type", 1, COLUMN)
    assert in_order(found[1:]) == in_order(places + line_end(mine, "plain"))
    tally.tried("texts of the minefield at the end of a file")


def test_the_tables_are_complete() -> None:
    assert len(MINES) >= 800
    assert len({(mine.family, mine.group, mine.name) for mine in MINES}) == len(MINES)
    assert len({(mine.family, mine.data) for mine in MINES}) == len(MINES)
    for family, table in tables().items():
        assert table["family"] == family
        assert [group["group"] for group in table["groups"]] == list(GROUPS)
    for family in FAMILIES[1:]:
        assert all(len(group["why"]) > 60 for group in tables()[family]["groups"])
    for mine in MINES:
        if mine.family == "reject":
            assert REFUSED & {rule for rule, _, _ in mine.expect}


def refuse(word: str) -> float:
    raise ValueError(word)


def is_json(data: bytes) -> bool:
    """Whether the grammar of RFC 8259 has it, as the standard library reads it."""
    try:
        json.loads(data.decode(), parse_constant=refuse, parse_int=len, parse_float=len)
    except (ValueError, RecursionError):
        return False
    return True


def test_the_tables_agree_with_other_parsers(tally: Tally) -> None:
    for mine in MINES:
        if mine.family == "accept":
            orjson.loads(mine.data)
            assert is_json(mine.data), mine
        elif mine.family == "reject":
            assert not is_json(mine.data), mine
            with pytest.raises(orjson.JSONDecodeError):
                orjson.loads(mine.data)
        tally.tried("texts of the minefield given to other parsers")
