"""Each format over the same reports, as golden files; ``cases/formats/README.md`` describes them."""

from __future__ import annotations

import re
import unicodedata

import pytest

from batchlint.formats.base import Setting
from batchlint.formats.registry import ALIASES, FORMATS
from batchlint.formats.style import Style
from batchlint.version import VERSION
from reporting import CASES, NAMES, rendered, report_of


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("case", NAMES)
def test_a_report_is_written_as_before(name: str, case: str, request: pytest.FixtureRequest) -> None:
    golden = CASES / case / f"{name}.txt"
    text = rendered(name, case).replace(f'"version": "{VERSION}"', '"version": "VERSION"')
    if request.config.getoption("--rewrite", default=False):
        golden.write_text(text, "utf-8", newline="")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("case", NAMES)
@pytest.mark.parametrize("style", [Style(), Style(is_unicode=True), Style(columns=60)])
def test_nothing_but_plain_characters_is_written(name: str, case: str, style: Style) -> None:
    text = rendered(name, case, style)
    assert not [character for character in text if character != "\n" and not character.isprintable()]
    # No character that turns the direction of what stands around it.
    assert not {unicodedata.bidirectional(character) for character in text} & {"R", "AL", "AN", "RLE", "RLO", "RLI"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("case", NAMES)
def test_a_report_ends_with_one_newline_or_is_empty(name: str, case: str) -> None:
    text = rendered(name, case)
    assert not text or text.endswith("\n")


@pytest.mark.parametrize("case", NAMES)
def test_no_line_of_full_is_wider_than_the_terminal_unless_one_word_is(case: str) -> None:
    for line in rendered("full", case, Style(columns=60)).splitlines():
        is_window = line.startswith("  | ")
        assert is_window or len(line) <= 60 or len(max(line.split(), key=len)) > 40


@pytest.mark.parametrize("case", NAMES)
def test_colours_change_nothing_but_the_colour(case: str) -> None:
    plain = rendered("full", case)
    colored = rendered("full", case, Style(has_color=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored).replace(" \n", "\n") == plain.replace(" \n", "\n")
    assert ("\x1b[" in colored) == bool(plain)


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"full", "concise"}))
def test_machine_formats_know_no_colour(name: str) -> None:
    colored = rendered(name, "findings", Style(has_color=True))
    assert "\x1b" not in colored
    assert colored == rendered(name, "findings")


def test_the_caret_stands_below_the_marked_text() -> None:
    lines = rendered("full", "findings").splitlines()
    window = next(index for index, line in enumerate(lines) if '"human"' in line and line.startswith("  | "))
    start = lines[window + 1].index("^")
    assert lines[window][start : start + lines[window + 1].count("^")] == '"human"'


@pytest.mark.parametrize("name", FORMATS)
def test_only_formats_that_say_so_hold_findings(name: str) -> None:
    _, findings = report_of("findings")
    formatter = FORMATS[name].load()(Setting("together@2026-02-15", "/"))
    formatter.begin()
    written = [bool(formatter.finding(finding)) for finding in findings]
    assert written == [not FORMATS[name].holds_findings] * len(findings)


def test_aliases_stand_for_formats_and_are_none_themselves() -> None:
    assert set(ALIASES.values()) <= set(FORMATS)
    assert not set(ALIASES) & set(FORMATS)
