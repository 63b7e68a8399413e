"""The command as a process: usage errors, broken outputs, signals, and what it loads."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from batchlint.version import VERSION
from support import COMMAND, clean_environment, documents, good_line, registry, run, start

BAD = b'{"custom_id": "bad", "url": 1}\n'

USAGE_ERRORS = {
    "no path": ["lint"],
    "unknown option": ["lint", "--nonsense", "x.jsonl"],
    "unknown command": ["lunt", "x.jsonl"],
    "unknown format": ["lint", "--output-format", "xml", "x.jsonl"],
    "unknown level": ["lint", "--fail-level", "fatal", "x.jsonl"],
    "level without a value": ["lint", "x.jsonl", "--fail-level"],
    "line limit of zero": ["lint", "--max-line-bytes", "0", "x.jsonl"],
    "depth limit that is too large": ["lint", "--max-depth", "201", "x.jsonl"],
    "depth limit that is no number": ["lint", "--max-depth", "\x1b[31mdeep\n", "x.jsonl"],
    "unknown profile": ["lint", "--profile", "\x1b[31m", "x.jsonl"],
    "unknown endpoint": ["lint", "--endpoint", "/v1/\n", "x.jsonl"],
    "missing path": ["lint", "y.jsonl"],
    "empty path": ["lint", ""],
    "a folder without files": ["lint", "empty"],
    "rule that is none": ["explain", "nonsense"],
    "explain without a rule": ["explain"],
    "document that is none": ["schema", "show", "nonsense"],
    "too many arguments": ["rules", "x"],
}


@pytest.mark.parametrize("arguments", USAGE_ERRORS.values(), ids=USAGE_ERRORS)
def test_wrong_usage_is_one_clear_line_and_status_2(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(good_line(1))
    (tmp_path / "empty").mkdir()
    done = run(*arguments, folder=tmp_path)
    lines = done.stderr.decode("ascii").splitlines()
    assert done.returncode == 2
    assert done.stdout == b""
    assert lines[0].startswith("batchlint: error: ")
    assert lines[1:] in ([], ["0 files, 0 requests, 0 errors, 0 warnings"])


def test_version_names_the_parser() -> None:
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    parts = rf"batchlint {re.escape(VERSION)} \(ijson [0-9.]+ yajl2_c, .*Python [0-9.a-z+]+\)\n"
    assert re.fullmatch(parts, done.stdout.decode("ascii"))


@pytest.mark.parametrize(
    "arguments", [["--help"], ["lint", "--help"], ["lint", "-h"], ["schema", "--help"], ["explain", "-h"]]
)
def test_help(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Usage: batchlint")


def test_every_option_of_lint_is_explained() -> None:
    text = run("lint", "--help").stdout.decode()
    for option in ("--profile", "--endpoint", "--output-format", "--fail-level", "--stdin-filename", "--quiet"):
        assert re.search(rf"{option}\b.*\n?.*\w", text)


@pytest.mark.parametrize("output_format", ["full", "concise", "json", "json-lines"])
@pytest.mark.parametrize("content", [good_line(1), BAD, BAD * 5000], ids=["clean", "one finding", "many findings"])
def test_a_full_disk(output_format: str, content: bytes) -> None:
    if content == good_line(1) and output_format != "json":
        return  # nothing is written, so nothing can fail
    with (
        open("/dev/full", "wb") as full,
        start("lint", "-f", output_format, "-", stdin=subprocess.PIPE, stdout=full) as child,
    ):
        _, stderr = child.communicate(content, timeout=60)
    assert child.returncode == 3
    assert stderr == b"batchlint: error: the report cannot be written: no space left on device\n"


@pytest.mark.parametrize("variables", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["with a buffer", "without one"])
def test_a_report_of_which_the_system_takes_a_part_is_not_called_written(
    variables: dict[str, str], tmp_path: Path
) -> None:
    # The system takes what fits into the limit, and refuses only what comes then.
    limited = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000));"
    command = [sys.executable, "-c", limited + "runpy.run_module('batchlint', run_name='__main__')"]
    with (tmp_path / "out.json").open("wb") as out:
        done = subprocess.run(
            [*command, "rules", "--output-format", "json"],
            stdout=out,
            stderr=subprocess.PIPE,
            env=clean_environment() | variables,
            check=False,
        )
    assert (tmp_path / "out.json").stat().st_size == 5000
    assert done.returncode == 3
    assert done.stderr == b"batchlint: error: the report cannot be written: file too large\n"


def test_full_standard_error_does_not_change_the_status() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "lint", "-"],
            input=BAD,
            stdout=subprocess.PIPE,
            stderr=full,
            env=clean_environment(),
            check=False,
        )
    assert done.returncode == 1


@pytest.mark.parametrize("output_format", ["full", "concise", "json", "json-lines"])
def test_a_closed_pipe_is_quiet(output_format: str, tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_bytes(BAD * 2000)
    with start("lint", "-f", output_format, tmp_path / "requests.jsonl", stdout=subprocess.PIPE) as child:
        child.stdout.close()
        stderr = child.stderr.read()
    assert stderr == b""
    assert child.returncode == 3


@pytest.mark.parametrize(
    ("closed", "path", "status", "complaint"),
    [
        ("<&-", "requests.jsonl", 1, b""),
        ("<&-", "-", 2, b"batchlint: error: standard input is closed\n"),
        (">&-", "requests.jsonl", 3, b"batchlint: error: standard output is closed\n"),
        ("2>&-", "requests.jsonl", 1, b""),
        ("<&- >&- 2>&-", "requests.jsonl", 3, b""),
    ],
)
def test_closed_standard_streams(closed: str, path: str, status: int, complaint: bytes, tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_bytes(BAD)
    script = ["sh", "-c", f'"$@" lint --quiet {path} {closed}', "sh", *COMMAND]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, env=clean_environment(), check=False)
    assert (done.returncode, done.stderr) == (status, complaint)


@pytest.mark.parametrize(
    ("number", "status", "name"), [(signal.SIGINT, 130, b"SIGINT"), (signal.SIGTERM, 143, b"SIGTERM")]
)
def test_a_signal_ends_it_with_one_line(number: signal.Signals, status: int, name: bytes) -> None:
    with start("lint", "-f", "concise", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdin.write(BAD)
        child.stdin.flush()
        # What is found is written at once when it comes from a pipe; so the command stands in its work now.
        assert b"wrong-type" in b"".join(child.stdout.readline() for _ in range(3))
        child.send_signal(number)
        stdout, stderr = child.communicate(timeout=60)
    assert child.returncode == status
    # After SIGINT click begins a new line, since a terminal shows ^C where the cursor stands.
    assert stderr.removeprefix(b"\n") == b"batchlint: stopped by " + name + b"\n"
    assert b"Traceback" not in stdout


def ended_by(module: str, source: str, folder: Path) -> tuple[int, bytes]:
    """How a run ends, and what it says, in which `source` stands for the module of the standard library or of PyPI."""
    (folder / f"{module}.py").write_text(source, "utf-8")
    environment = clean_environment() | {"PYTHONPATH": os.fspath(folder)}
    done = run("lint", "-", stdin=good_line(1), environment=environment)
    return done.returncode, done.stderr.strip()


SENDS_ITSELF_SIGNALS = pytest.mark.skipif(
    os.name == "nt", reason="a process there cannot send itself a signal that Python hears"
)


@SENDS_ITSELF_SIGNALS
@pytest.mark.parametrize(
    ("module", "name", "status"), [("uuid", "SIGINT", 130), ("orjson", "SIGINT", 130), ("orjson", "SIGTERM", 143)]
)
def test_a_signal_while_a_class_is_made(module: str, name: str, status: int, tmp_path: Path) -> None:
    """Python before 3.12 makes a RuntimeError of it; click imports uuid early, the screen imports orjson late."""
    source = f"""
import os, signal, time
class Named:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.{name})
        time.sleep(1)
class Owner:
    member = Named()
"""
    assert ended_by(module, source, tmp_path) == (status, f"batchlint: stopped by {name}".encode())


@SENDS_ITSELF_SIGNALS
@pytest.mark.parametrize(
    ("module", "name", "status"), [("uuid", "SIGINT", 130), ("fnmatch", "SIGINT", 130), ("fnmatch", "SIGTERM", 143)]
)
def test_a_signal_where_nothing_can_catch_what_it_raises(module: str, name: str, status: int, tmp_path: Path) -> None:
    """Python prints it and goes on; click imports uuid early, the settings import fnmatch late."""
    source = f"""
import os, signal, time
class Deleted:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})
        time.sleep(1)
Deleted()
time.sleep(100)
"""
    assert ended_by(module, source, tmp_path) == (status, f"batchlint: stopped by {name}".encode())


def test_a_signal_within_a_long_line() -> None:
    with start("lint", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        for _ in range(64):
            child.stdin.write(b"x" * 1_000_000)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
    assert child.returncode == 143


def test_findings_come_as_they_are_found() -> None:
    with start("lint", "-f", "json-lines", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        for number in range(3):
            child.stdin.write(b"[x]\n")
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["line"] == number + 1
        child.communicate(timeout=60)
    assert child.returncode == 1


def terminal_output(columns: int, *arguments: str | Path) -> str:
    """What the command prints on a terminal of so many columns."""
    leader, follower = pty.openpty()
    environment = clean_environment(COLUMNS=str(columns), TERM="xterm-256color")
    child = subprocess.Popen([*COMMAND, *map(str, arguments)], stdout=follower, stderr=follower, env=environment)
    os.close(follower)
    pieces = []
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(leader)
    child.wait(60)
    return b"".join(pieces).decode("ascii")


def test_windows_fit_a_narrow_terminal(tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_bytes(good_line("x" * 65) + BAD)
    # Colours take no columns.
    text = re.sub(r"\x1b\[[0-9;]*m", "", terminal_output(60, "lint", tmp_path / "requests.jsonl"))
    windows = [line for line in text.splitlines() if line.startswith("  |")]
    assert len(windows) > 4
    assert max(map(len, windows)) <= 60


REPORT = "urn:batchlint:meta:report"


def test_the_json_report_has_the_form_that_its_schema_says(tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_bytes(BAD + good_line(1) + b"[x]\n\n" + good_line(1))
    (tmp_path / "empty.jsonl").write_bytes(b"")
    report = json.loads(run("lint", "-f", "json", ".", folder=tmp_path).stdout)
    validator = Draft202012Validator(documents()[REPORT], registry=registry())
    assert list(validator.iter_errors(report)) == []
    lines = run("lint", "-f", "json-lines", ".", folder=tmp_path).stdout.splitlines()
    assert [json.loads(line) for line in lines] == report["findings"]


def test_the_same_bytes_give_the_same_report(tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_bytes(BAD + b'{"b": 1, "a": 2, "c": {}}\n' + good_line(1) + good_line(1))
    reports = {
        run(
            "lint", "-f", "json", "requests.jsonl", folder=tmp_path, environment=clean_environment(PYTHONHASHSEED=seed)
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(reports) == 1


def loaded_by(*arguments: str, content: bytes, tmp_path: Path) -> set[str]:
    """The modules that a run of the command loads."""
    (tmp_path / "requests.jsonl").write_bytes(content)
    code = (
        "import sys; from batchlint.command.main import main; status = main(sys.argv[1:]);"
        "print(*sorted(sys.modules), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        capture_output=True,
        env=clean_environment(),
        check=False,
    )
    return set(done.stderr.decode().split())


def test_nothing_is_loaded_that_could_reach_a_network_or_start_a_process(tmp_path: Path) -> None:
    loaded = loaded_by("lint", "requests.jsonl", content=BAD, tmp_path=tmp_path)
    assert "batchlint.engine.run" in loaded
    assert loaded & {"ssl", "http.client", "urllib.request", "requests", "subprocess", "asyncio"} == set()


UNCHANGED = """
import locale, logging, signal, sys, threading, warnings

def state():
    signals = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    limits = sys.getrecursionlimit(), sys.get_int_max_str_digits()
    return signals, limits, warnings.filters[:], logging.root.handlers[:], locale.setlocale(locale.LC_ALL)

before = state()
import batchlint
assert batchlint.validate_request({})
assert state() == before
assert threading.active_count() == 1
"""


def test_importing_the_package_prints_nothing_and_leaves_the_process_as_it_was() -> None:
    done = subprocess.run([sys.executable, "-c", UNCHANGED], capture_output=True, env=clean_environment(), check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_parser_without_its_compiled_part_is_refused(tmp_path: Path) -> None:
    """A pure wheel of ijson has no yajl2_c; a folder before it on the path stands for that."""
    fake = tmp_path / "ijson"
    fake.mkdir()
    (fake / "__init__.py").write_text("__version__ = '3.6.0'\ndef get_backend(name):\n    raise ImportError(name)\n")
    environment = clean_environment()
    environment["PYTHONPATH"] = os.pathsep.join((str(tmp_path), environment["PYTHONPATH"]))
    done = run("lint", "-", stdin=BAD, environment=environment)
    assert done.returncode == 2
    assert b"<stdin>: ijson has no yajl2_c backend here; install a binary wheel" in done.stderr.splitlines()[0]
    assert b"Traceback" not in done.stderr


def test_zstandard_without_its_package_is_refused(tmp_path: Path) -> None:
    if sys.version_info >= (3, 14):
        pytest.skip("the standard library reads .zst from Python 3.14 on")
    (tmp_path / "backports").mkdir()
    (tmp_path / "backports" / "__init__.py").write_text("")
    (tmp_path / "x.jsonl.zst").write_bytes(b"")
    (tmp_path / "y.jsonl").write_bytes(BAD)
    environment = clean_environment()
    environment["PYTHONPATH"] = os.pathsep.join((str(tmp_path), environment["PYTHONPATH"]))
    done = run("lint", "-f", "concise", "x.jsonl.zst", "y.jsonl", folder=tmp_path, environment=environment)
    assert done.returncode == 2
    assert done.stderr.startswith(
        b"batchlint: error: x.jsonl.zst: reading .zst files needs: pip install 'batchlint[zstd]'\n"
    )
    assert b"y.jsonl:1:" in done.stdout


def test_python_m_batchlint_and_the_script_are_the_same() -> None:
    script = Path(sys.executable).parent / "batchlint"
    if not script.exists():
        pytest.skip("the package is not installed here, it only stands on the path")
    by_script = subprocess.run([script, "rules"], capture_output=True, env=clean_environment(), check=True)
    assert by_script.stdout == run("rules").stdout


def test_it_waits_for_a_slow_pipe() -> None:
    with start("lint", "-q", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        line = good_line(1)
        child.stdin.write(line[:20])
        child.stdin.flush()
        time.sleep(0.3)
        stdout, stderr = child.communicate(line[20:], timeout=60)
    assert (child.returncode, stdout, stderr) == (0, b"", b"")
