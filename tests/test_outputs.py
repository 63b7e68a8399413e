"""Several reports in one run, and files that are written whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from batchlint.formats.registry import FORMATS
from reporting import BAD, GOOD, environment_of, lint

COUNTS = b"1 file, 1 request, 1 error, 0 warnings\n"
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither these permissions nor these signals")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.jsonl").write_bytes(BAD)
    return tmp_path


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"a.jsonl"}


def to_file(
    path: Path, *arguments: str, mode: str = "wb", stdin: int = subprocess.DEVNULL
) -> subprocess.CompletedProcess[bytes]:
    """Runs ``batchlint lint`` in the folder of `path`, with standard output in that file."""
    with path.open(mode) as stdout:
        command = [sys.executable, "-m", "batchlint", "lint", *arguments]
        env = dict(environment_of())
        return subprocess.run(
            command,
            cwd=path.parent,
            env=env,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )


def test_full_on_standard_output_is_the_default(folder: Path) -> None:
    done = lint("a.jsonl", folder=folder)
    assert done.stdout.startswith(b"error[missing-field]: ")
    assert (done.returncode, done.stderr) == (1, COUNTS)
    assert lint("a.jsonl", "-f", "full", folder=folder).stdout == done.stdout


def test_one_run_feeds_standard_output_and_files(folder: Path) -> None:
    done = lint("a.jsonl", "-f", "concise", "-f", "sarif:x.sarif", "--output-format=json:x.json", folder=folder)
    assert done.returncode == 1
    assert done.stdout.startswith(b"a.jsonl:1:1: error missing-field ")
    assert done.stderr == COUNTS
    assert left(folder) == {"x.sarif", "x.json"}
    assert len(json.loads((folder / "x.sarif").read_bytes())["runs"][0]["results"]) == 1
    assert len(json.loads((folder / "x.json").read_bytes())["findings"]) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_holds_what_standard_output_would(name: str, folder: Path) -> None:
    printed = lint("a.jsonl", "-f", name, folder=folder)
    for arguments in (["-f", f"{name}:x"], ["-f", name, "--output-file", "x"]):
        done = lint("a.jsonl", *arguments, folder=folder)
        assert (done.returncode, done.stdout, done.stderr) == (1, b"", COUNTS)
        assert (folder / "x").read_bytes() == printed.stdout
        assert left(folder) == {"x"}


def test_jsonl_is_json_lines(folder: Path) -> None:
    done = lint("a.jsonl", "-f", "jsonl", folder=folder)
    assert json.loads(done.stdout)["rule"] == "missing-field"
    assert done.stdout == lint("a.jsonl", "-f", "json-lines", folder=folder).stdout
    assert lint("a.jsonl", "-f", "jsonl:x", folder=folder).returncode == 1
    assert (folder / "x").read_bytes() == done.stdout


def test_a_hyphen_is_standard_output(folder: Path) -> None:
    wanted = lint("a.jsonl", "-f", "concise", folder=folder)
    assert lint("a.jsonl", "-f", "concise:-", folder=folder).stdout == wanted.stdout
    assert lint("a.jsonl", "-f", "concise", "--output-file", "-", folder=folder).stdout == wanted.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-f", "sarf"], 'there is no format "sarf"; did you mean "sarif"?'),
        (["-f", "\x1b[31m"], 'there is no format "\\u001b[31m"; there are: full, concise, json, json-lines, sarif, '),
        (["-f", ""], 'there is no format ""; there are: full, '),
        (["-f", "json:"], '"json:" needs a path after the colon'),
        (["-f", "json:x", "-f", "sarif:./x"], "two reports go to ./x; write FORMAT:PATH with different paths"),
        (["-f", "json", "-f", "full"], "two reports go to standard output; write FORMAT:PATH with different paths"),
        (["-f", "json:-", "-f", "full"], "two reports go to standard output; write FORMAT:PATH with different paths"),
        (["-f", "json", "-f", "full", "--output-file", "x"], "--output-file is for one --output-format without a "),
        (["-f", "json:y", "--output-file", "x"], "--output-file is for one --output-format without a path; write "),
        (["--output-file", ""], "--output-file needs a path"),
        (["-f", "json:none/x"], "none/x: the folder of the report does not exist"),
        (["--output-file", "none/x"], "none/x: the folder of the report does not exist"),
        (["-f", "json:folder"], "folder: is a folder; a report is written to a regular file"),
        (["-f", "json:a.jsonl"], "a.jsonl: is an input, the report would replace it"),
        (["-f", "json:folder/../a.jsonl"], "folder/../a.jsonl: is an input, the report would replace it"),
    ],
)
def test_bad_usage_is_one_line_and_nothing_is_written(arguments: list[str], told: str, folder: Path) -> None:
    (folder / "folder").mkdir()
    done = lint("a.jsonl", *arguments, folder=folder)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().count("\n") == 1
    assert told in done.stderr.decode()
    assert left(folder) == {"folder"}
    assert (folder / "a.jsonl").read_bytes() == BAD


def test_an_input_found_in_a_folder_is_not_replaced(folder: Path) -> None:
    done = lint(".", "-q", "-f", "json-lines:a.jsonl", folder=folder)
    assert done.returncode == 2
    assert done.stderr == b"batchlint: error: a.jsonl: is an input, the report would replace it\n"
    assert (folder / "a.jsonl").read_bytes() == BAD
    assert left(folder) == set()


def test_an_input_found_in_a_folder_is_not_replaced_by_a_baseline(folder: Path) -> None:
    done = lint(".", "-q", "--write-baseline", "a.jsonl", folder=folder)
    assert done.returncode == 2
    assert done.stderr == b"batchlint: error: a.jsonl: is an input, the baseline would replace it\n"
    assert (folder / "a.jsonl").read_bytes() == BAD
    assert left(folder) == set()


def test_what_a_run_reads_beside_its_inputs_is_not_replaced_either(folder: Path) -> None:
    files = {
        "known.json": b'{"baseline_version": 1, "findings": []}',
        "policy.json": b'{"title": "policy"}',
        "base.toml": b'fail-level = "warning"',
        "batchlint.toml": b'extend = "base.toml"\nschema = ["policy.json"]\nbaseline = "known.json"',
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    roles = {"known.json": "a baseline", "policy.json": "a policy"}
    for name in files:
        done = lint("a.jsonl", "-q", "-f", f"json:{name}", folder=folder)
        told = f"batchlint: error: {name}: is {roles.get(name, 'a configuration')}, the report would replace it\n"
        assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", told)
    assert {name: (folder / name).read_bytes() for name in files} == files
    assert lint("a.jsonl", "-q", "--write-baseline", "known.json", folder=folder).returncode == 0
    assert len(json.loads((folder / "known.json").read_bytes())["findings"]) == 1


@posix
@pytest.mark.parametrize("target", ["json:a.jsonl", "json:folder/../a.jsonl"])
def test_the_file_behind_standard_input_is_not_replaced(target: str, folder: Path) -> None:
    (folder / "folder").mkdir()
    with (folder / "a.jsonl").open("rb") as given:
        done = to_file(folder / "log", "-", "-q", "-f", target, stdin=given.fileno())
    assert (done.returncode, b"is an input, the report would replace it" in done.stderr) == (2, True)
    assert (folder / "a.jsonl").read_bytes() == BAD


@posix
@pytest.mark.parametrize("mode", ["wb", "ab"])
@pytest.mark.parametrize("arguments", [["."], ["a.jsonl", "z.jsonl"], [".", "--diff"], [".", "--fix"]])
def test_the_file_behind_standard_output_is_not_linted(mode: str, arguments: list[str], folder: Path) -> None:
    (folder / "z.jsonl").write_bytes(BAD)
    formats = [] if "--diff" in arguments else ["-f", "json-lines"]
    done = to_file(folder / "z.jsonl", *arguments, "-q", *formats, mode=mode)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].endswith(b"z.jsonl: is where standard output goes, so it is not read")
    if arguments == ["."]:
        written = (folder / "z.jsonl").read_bytes()[len(BAD) * (mode == "ab") :]
        assert [json.loads(line)["path"] for line in written.splitlines()] == ["./a.jsonl"]


@posix
def test_standard_input_is_not_read_where_standard_output_goes(folder: Path) -> None:
    with (folder / "a.jsonl").open("rb") as given:
        done = to_file(folder / "a.jsonl", "-", "-q", "-f", "json-lines", stdin=given.fileno(), mode="ab")
    assert (done.returncode, done.stderr) == (
        2, b"batchlint: error: <stdin>: is where standard output goes, so it is not read\n"
    )  # fmt: skip
    assert (folder / "a.jsonl").read_bytes() == BAD


def test_a_file_that_grows_with_its_own_report_is_not_read_for_ever(folder: Path) -> None:
    path = folder / "a.jsonl"
    path.write_bytes(b"{\n" * 20_000)
    command = [sys.executable, "-m", "batchlint", "lint", "a.jsonl", "-q", "-j", "1", "-f", "json-lines"]
    with (
        path.open("ab", buffering=0) as grown,
        subprocess.Popen(command, cwd=folder, env=dict(environment_of()), stdout=subprocess.PIPE) as running,
    ):
        assert running.stdout is not None
        for row in running.stdout:
            grown.write(row)
            if grown.tell() > 50_000_000:
                running.kill()
    assert running.returncode == 3
    last = json.loads(path.read_bytes().splitlines()[-1])
    assert (last["rule"], last["message"]) == ("damaged-input", "the file changed while it was read")


@posix
def test_no_link_is_followed(folder: Path) -> None:
    (folder / "victim").write_text("kept")
    for target in ("victim", "missing", "/dev/null"):
        (folder / "link").symlink_to(target)
        done = lint("a.jsonl", "-f", "json:link", folder=folder)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"link: is a link; a report is written to a regular file" in done.stderr
        assert (folder / "link").is_symlink()
        (folder / "link").unlink()
    assert (folder / "victim").read_text() == "kept"
    assert left(folder) == {"victim"}


@posix
def test_devices_are_not_replaced(folder: Path) -> None:
    done = lint("a.jsonl", "-f", "json:/dev/null", folder=folder)
    assert done.returncode == 2
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@posix
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_permissions_are_those_of_the_old_file_or_of_the_umask(mask: int, folder: Path) -> None:
    (folder / "old").write_text("old")
    (folder / "old").chmod(0o640)
    command = [sys.executable, "-m", "batchlint", "lint", "a.jsonl", "-f", "json:old", "-f", "sarif:new"]
    subprocess.run(command, cwd=folder, env=dict(environment_of()), umask=mask, capture_output=True, check=False)
    assert stat.S_IMODE((folder / "old").stat().st_mode) == 0o640
    assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o666 & ~mask
    assert json.loads((folder / "old").read_bytes())["files"]


@posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_costs_the_status_and_not_the_other_report(folder: Path) -> None:
    (folder / "closed").mkdir(mode=0o500)
    done = lint("a.jsonl", "-f", "concise", "-f", "json:closed/x", folder=folder)
    assert done.returncode == 3
    assert b"closed/x: the report cannot be written: permission denied" in done.stderr
    assert done.stdout.startswith(b"a.jsonl:1:1: ")


@posix
def test_a_full_disk_leaves_the_old_file_and_no_half_one(folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(BAD * 400)
    (folder / "x.json").write_text("old")
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000));"
    run = "from batchlint.command.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", limited + run, "lint", "a.jsonl", "-f", "concise", "-f", "json:x.json"]
    command += ["-f", "sarif:new.sarif", "-f", "markdown:x.md"]
    done = subprocess.run(command, cwd=folder, env=dict(environment_of()), capture_output=True, check=False)
    assert done.returncode == 3
    assert b"batchlint: error: x.json: the report cannot be written: file too large\n" in done.stderr
    assert b"batchlint: error: new.sarif: the report cannot be written: file too large\n" in done.stderr
    assert done.stderr.count(b"error:") == 2
    # Each line has an id of a line before, and all lack the method.
    assert done.stdout.count(b"\n") == 799
    assert (folder / "x.json").read_text() == "old"
    assert left(folder) == {"x.json", "x.md"}


@posix
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)] + [(signal.SIGHUP, 129)] * (os.name != "nt")
)
def test_a_run_that_is_stopped_leaves_no_file(number: signal.Signals, status: int, folder: Path) -> None:
    (folder / "x.json").write_text("old")
    command = [sys.executable, "-m", "batchlint", "lint", "-", "-f", "json-lines", "-f", "json:x.json"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment_of()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(BAD)
        running.stdin.flush()
        assert b"missing-field" in running.stdout.readline()
        assert len(left(folder)) == 2
        running.send_signal(number)
        _, errors = running.communicate(timeout=60)
    # After an interrupt click begins a new line.
    assert (running.returncode, errors.lstrip()) == (status, f"batchlint: stopped by {number.name}\n".encode())
    assert left(folder) == {"x.json"}
    assert (folder / "x.json").read_text() == "old"


def test_a_reader_that_goes_away_ends_the_run_quietly_and_leaves_no_file(folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(BAD * 3000)
    command = [sys.executable, "-m", "batchlint", "lint", "a.jsonl", "-f", "json-lines", "-f", "json:x.json"]
    with subprocess.Popen(
        command, cwd=folder, env=dict(environment_of()), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 3
    assert left(folder) == set()


def test_a_missing_input_costs_the_status_and_not_the_report(folder: Path) -> None:
    done = lint("a.jsonl", "none.jsonl", "-f", "json:x.json", folder=folder)
    assert done.returncode == 2
    assert [file["path"] for file in json.loads((folder / "x.json").read_bytes())["files"]] == ["a.jsonl"]


def test_statistics_count_by_rule_on_standard_error(folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(BAD * 12 + b"\n" + GOOD)
    told = b"12  error    duplicate-custom-id\n12  error    missing-field\n 1  warning  blank-line\n"
    done = lint("a.jsonl", "-f", "json", "--statistics", "-q", folder=folder)
    assert done.stderr == told
    assert done.stdout == lint("a.jsonl", "-f", "json", folder=folder).stdout
    assert lint("a.jsonl", "--statistics", folder=folder).stderr.startswith(told)


@pytest.mark.parametrize("variable", ["CI_PROJECT_DIR", "GITHUB_WORKSPACE"])
def test_ci_systems_see_paths_from_the_root_of_the_checkout(variable: str, folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "a.jsonl").rename(folder / "sub" / "a.jsonl")
    arguments = ["a.jsonl", "-f", "gitlab:../g", "-f", "sarif:../s", "-f", "concise", "-f", "rdjson:../r"]
    done = lint(*arguments, folder=folder / "sub", **{variable: str(folder.resolve())})
    assert done.stdout.startswith(b"a.jsonl:1:1: ")
    assert json.loads((folder / "g").read_bytes())[0]["location"]["path"] == "sub/a.jsonl"
    assert json.loads((folder / "r").read_bytes())["diagnostics"][0]["location"]["path"] == "sub/a.jsonl"
    result = json.loads((folder / "s").read_bytes())["runs"][0]["results"][0]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "sub/a.jsonl", "uriBaseId": "%SRCROOT%"}
