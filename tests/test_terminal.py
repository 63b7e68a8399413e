"""What people see: on a real (pseudo) terminal, narrow and wide, with and without colours."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from batchlint.command.terminal import COLOR_CHOICES, ColorChoice, has_color
from reporting import BAD, GOOD, environment_of, lint

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo terminals to test with")

SGR = re.compile(r"\x1b\[[0-9;]*m")

WIDE = "\u4f9d\u983c \u0645\u0631\u062d\u0628\u0627 e\u0301\u0300 \U0001f468\u200d\U0001f469 \u202eabc\u202c \uff21"


def on_terminal(
    command: list[str], folder: Path, columns: int, redirected: tuple[str, ...] = (), **environment: str
) -> tuple[str, int]:
    """What `command` shows on a terminal of `columns`, and its exit status; streams named in `redirected` are not."""
    import fcntl
    import pty
    import struct
    import termios

    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    streams = {name: subprocess.DEVNULL if name in redirected else theirs for name in ("stdout", "stderr")}
    with subprocess.Popen(
        command,
        cwd=folder,
        env={"TERM": "xterm-256color", **environment_of(), **environment},
        stdin=subprocess.DEVNULL,
        **streams,
    ) as running:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(mine, 65536):
                shown += piece
        except OSError:  # Linux ends a terminal that nobody holds open so
            pass
        os.close(mine)
    return shown.decode().replace("\r\n", "\n"), running.returncode


def lint_on_terminal(folder: Path, columns: int, *arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "batchlint", "lint", "a.jsonl", *arguments]
    shown, status = on_terminal(command, folder, columns, **environment)
    assert status == 1
    return shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chat = {
        "custom_id": WIDE,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "m",
            WIDE: 1,
            "messages": [{"role": "user", "content": f"{WIDE}\t" * 40}, {"role": WIDE, "content": "x"}],
            "a_very_long_name_of_a_member_that_nobody_knows": 1,
        },
    }
    lines = [json.dumps(chat, ensure_ascii=False).encode() + b"\n", BAD, GOOD.replace(b'"m"', b'"m",')]
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines))
    return tmp_path


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_lines_stay_within_the_terminal(columns: int, folder: Path) -> None:
    shown = SGR.sub("", lint_on_terminal(folder, columns))
    assert shown.isascii()
    # Only what cannot be broken may stick out: a pointer, an id, a name.
    too_wide = [line for line in shown.splitlines() if len(line) > columns and " " in line.strip()]
    assert all(len(max(line.split(), key=len)) > columns // 2 for line in too_wide)
    assert columns < 120 or not too_wide


@pytest.mark.parametrize("columns", [60, 120])
def test_carets_stand_below_what_they_mark(columns: int, folder: Path) -> None:
    lines = SGR.sub("", lint_on_terminal(folder, columns, "--color", "never")).splitlines()
    windows = [(line, lines[index + 1]) for index, line in enumerate(lines) if re.match(r"  \| .*[^ ^]", line)]
    marked = [window[caret.index("^") : caret.rindex("^") + 1] for window, caret in windows]
    escaped = json.dumps(WIDE)
    names = [text for text in marked if text.startswith('"\\u4f9d')]
    assert names
    assert all(escaped.startswith(text[:-1]) or text == escaped for text in names)
    assert any(text.startswith('"a_very_long_name') for text in marked)
    assert all(caret.strip(" |^") == "" for _, caret in windows)


def test_the_same_text_stands_on_a_terminal_and_in_a_pipe_but_for_the_lines(folder: Path) -> None:
    shown = lint_on_terminal(folder, 4000, "--color", "never", "-q")
    piped = lint("a.jsonl", "-q", folder=folder).stdout.decode()
    assert shown == piped


@pytest.mark.parametrize(
    ("choice", "environment", "is_terminal", "colored"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("always", {"TERM": "dumb"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_goes_by_option_then_variables_then_terminal(
    choice: ColorChoice, environment: dict[str, str], is_terminal: bool, colored: bool
) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return is_terminal

    assert has_color(choice, Stream(), environment) is colored


@pytest.mark.parametrize("choice", COLOR_CHOICES)
def test_the_command_colours_by_the_option(choice: str, folder: Path) -> None:
    for name in ("full", "concise"):
        shown = lint_on_terminal(folder, 80, "--color", choice, "-f", name)
        assert bool(SGR.search(shown)) == (choice != "never")
        piped = lint("a.jsonl", "--color", choice, "-f", name, folder=folder)
        assert (b"\x1b" in piped.stdout) == (choice == "always")
        assert lint("a.jsonl", "--color", choice, "-f", f"{name}:x", folder=folder, FORCE_COLOR="1").returncode == 1
        assert (b"\x1b" in (folder / "x").read_bytes()) == (choice == "always")


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown"])
def test_machine_formats_are_the_same_with_colours_asked_for(name: str, folder: Path) -> None:
    plain = lint("a.jsonl", "-f", name, folder=folder).stdout
    assert lint("a.jsonl", "-f", name, "--color", "always", folder=folder, FORCE_COLOR="1").stdout == plain
    assert b"\x1b" not in plain


def test_names_of_files_stand_as_they_are_where_the_output_is_utf8(folder: Path) -> None:
    (folder / "\u4f9d\u983c\u202e \\.jsonl").write_bytes(BAD)
    arguments = ("\u4f9d\u983c\u202e \\.jsonl", "-f", "concise")
    start = lint(*arguments, folder=folder).stdout.decode()
    assert start.startswith("\u4f9d\u983c\\u202e \\.jsonl:1:1: ")
    narrow = lint(*arguments, folder=folder, PYTHONUTF8="0", PYTHONIOENCODING="ascii", LC_ALL="C").stdout
    assert narrow.startswith(b"\\u4f9d\\u983c\\u202e \\.jsonl:1:1: ")


BAR = """
import sys
from batchlint.command.output import Output
from batchlint.command.progress import Progress
from batchlint.reading.sources import PathSource
source = PathSource(sys.argv[1])
source.name = "n" * 60 + "\\x1b.jsonl"
progress = Progress(True, patience=0)
output = Output(sys.stdout.buffer, True, progress.clear)
progress.begin(source)
for _ in range(10):
    progress.advance(100)
    output.write("finding\\n")
progress.close()
output.write("end\\n")
"""


@pytest.mark.parametrize("columns", [60, 120])
def test_a_bar_shows_the_progress_and_gives_way_to_findings(columns: int, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 1000)
    shown, status = on_terminal([sys.executable, "-c", BAR, "large"], tmp_path, columns)
    assert status == 0
    assert "50%" in shown
    assert "\\u001b.jsonl" in shown
    bars = [part for part in re.split(r"[\r\n]|\x1b\[[0-9?]*[A-Za-z]", shown) if "%" in part]
    assert bars
    assert max(map(len, bars)) <= columns
    # A finding begins on a line that was wiped clean before.
    assert all(before.endswith("\r\x1b[2K") for before in shown.split("finding\n")[1:10])
    assert shown.endswith("end\n")


@pytest.mark.parametrize(("arguments", "redirected"), [(["--no-progress"], ()), (["-q"], ()), ([], ("stderr",))])
def test_no_bar_where_it_is_not_wanted(arguments: list[str], redirected: tuple[str, ...], folder: Path) -> None:
    # The bar needs a second; what decides whether there is one is asked at once.
    code = (
        "import sys; from batchlint.command import progress; from batchlint.command.main import main;"
        "make = progress.Progress.__init__;"
        "progress.Progress.__init__ = lambda self, is_on: (sys.stdout.write(f'on={is_on} '), make(self, is_on))[1];"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "lint", "a.jsonl", "-f", "concise"]
    assert "on=False" in on_terminal([*command, *arguments], folder, 80, redirected)[0]
    assert "on=True" in on_terminal(command, folder, 80)[0]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_page_of_a_rule_is_as_wide_as_the_terminal(columns: int, folder: Path) -> None:
    command = [sys.executable, "-m", "batchlint", "explain", "invalid-json"]
    shown, status = on_terminal(command, folder, columns)
    piped = subprocess.run(command, capture_output=True, env=dict(environment_of()), check=True).stdout.decode()
    assert status == 0
    assert shown.split() == piped.split()
    fences = re.compile("^```.*?^```$", re.MULTILINE | re.DOTALL)
    assert fences.findall(shown) == fences.findall(piped) != []
    prose = fences.sub("", shown)
    assert max(map(len, prose.splitlines())) <= min(columns, 100)
    # Headings stand by themselves.
    assert re.findall("^#.*$", shown, re.MULTILINE) == re.findall("^#.*$", piped, re.MULTILINE)
