"""Repairing with rules chosen: each input is repaired by the settings that hold for it, and by no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import batchlint
from support import good_line, run

BLANK = good_line("a") + b"\n" + good_line("b")
REPAIRED = good_line("a") + good_line("b")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two folders with the same file; in ``kept`` blank lines are ignored."""
    for name in ("kept", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "in.jsonl").write_bytes(BLANK)
    (tmp_path / "kept" / "batchlint.toml").write_text('ignore = ["blank-line"]\n', "utf-8")
    return tmp_path


def contents(folder: Path) -> list[bytes]:
    return [(folder / name / "in.jsonl").read_bytes() for name in ("kept", "other")]


def test_each_input_is_repaired_by_its_own_settings(folders: Path) -> None:
    done = run("lint", "--fix", "kept", "other", "kept", folder=folders)
    assert contents(folders) == [BLANK, REPAIRED]
    assert done.returncode == 0
    assert b"1 repaired, 0 remain\n" in done.stderr


def test_the_diff_is_by_each_inputs_own_settings(folders: Path) -> None:
    done = run("lint", "--diff", "kept", "other", folder=folders)
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.decode().splitlines() == ["--- other/in.jsonl", "+++ other/in.jsonl", "@@ -2 +1,0 @@", "-"]
    assert contents(folders) == [BLANK, BLANK]


@pytest.mark.parametrize(
    "options",
    [
        ("--ignore", "blank-line"),
        ("--severity", "blank-line=off"),
        ("--select", "schema"),
        ("--per-file-ignores", "in.jsonl:blank-line"),
        ("--config", 'ignore=["blank-line"]'),
    ],
)
def test_a_rule_that_is_off_repairs_nothing(folders: Path, options: tuple[str, ...]) -> None:
    assert run("lint", "--diff", *options, "other", folder=folders).returncode == 0
    assert run("lint", "--fix", *options, "other", folder=folders).returncode == 0
    assert contents(folders) == [BLANK, BLANK]


def test_a_rule_that_is_off_repairs_nothing_beside_one_that_is_on(folders: Path) -> None:
    path = folders / "other" / "in.jsonl"
    path.write_bytes(b"\n" + good_line("a").replace(b'"POST"', b'"post"') + good_line("b").rstrip())
    run("lint", "--fix", "--ignore", "blank-line,missing-final-newline", path, folder=folders)
    assert path.read_bytes() == b"\n" + good_line("a") + good_line("b").rstrip()


def test_excluded_inputs_are_neither_repaired_nor_complained_of(folders: Path) -> None:
    options = ("--force-exclude", "--exclude", "in.jsonl")
    shown = run("lint", "--diff", *options, "other/in.jsonl", folder=folders)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, b"", b"")
    assert run("lint", "--fix", *options, "other/in.jsonl", folder=folders).returncode == 0
    assert contents(folders) == [BLANK, BLANK]


def test_a_report_that_would_replace_an_input_is_refused_before_anything_is_repaired(folders: Path) -> None:
    later = folders / "other" / "zz.jsonl"
    later.write_bytes(BLANK)
    done = run("lint", "--fix", "--output-format", "json:other/zz.jsonl", "kept", "other", folder=folders)
    assert done.returncode == 2
    assert done.stderr.decode() == "batchlint: error: other/zz.jsonl: is an input, the report would replace it\n"
    assert (contents(folders), later.read_bytes()) == ([BLANK, BLANK], BLANK)


def test_known_findings_are_repaired_too(folders: Path) -> None:
    assert run("lint", "--write-baseline", "known.json", "other", folder=folders).returncode == 0
    done = run("lint", "--fix", "--baseline", "known.json", "other", folder=folders)
    assert done.returncode == 0
    assert contents(folders) == [BLANK, REPAIRED]


@pytest.mark.parametrize("options", [("--unsafe-fixes",), ("--diff", "--write-baseline", "known.json")])
def test_options_that_do_not_go_together_are_refused(folders: Path, options: tuple[str, ...]) -> None:
    done = run("lint", *options, "other", folder=folders)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.splitlines()) == 1
    assert contents(folders) == [BLANK, BLANK]


def test_exit_zero_holds_for_the_diff(folders: Path) -> None:
    assert run("lint", "--diff", "--exit-zero", "other", folder=folders).returncode == 0


@pytest.mark.parametrize("place", [lambda path: path, lambda path: path.with_name("out.jsonl")])
def test_the_library_repairs_by_the_rules_that_are_on(folders: Path, place: Callable[[Path], Path]) -> None:
    source = folders / "other" / "in.jsonl"
    result = batchlint.fix(source, place(source), rules=batchlint.Selection(ignore=("blank-line",)))
    assert (result.repaired, result.report.findings) == ((), ())
    assert place(source).read_bytes() == BLANK


def test_the_diff_shows_no_credential(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    secret = "gsk_" + "aB3dE5fG7hJ9kL1mN2pQ" * 2 + "rS4tU6vW8xY0"
    path.write_bytes(good_line("a").replace(b'"POST"', b'"post"').replace(b'"a"', f'"{secret}"'.encode()))
    assert batchlint.validate(path, rules=batchlint.Selection(select=("secret-in-request",))).findings
    shown = run("lint", "--diff", "in.jsonl", folder=tmp_path).stdout.decode()
    assert '-{"custom_id": "gsk_***", "method": "post"' in shown
    assert '+{"custom_id": "gsk_***", "method": "POST"' in shown
    assert secret[4:12] not in shown


HALF = "aB3dE5fG7hJ9kL1mN2pQ"
PEM = f"-----BEGIN {'RSA'} PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("AWS_SECRET_ACCESS_KEY=Zq7Lk2Rw9Xc4Vb8Nm3Ht6" + "Jy1Pd5Gs0Fa\\/Qe+Ui2O", "AWS_SECRET_ACCESS_KEY=Zq7L***"),
        (f"\\u0067sk_{HALF}{HALF}rS4tU6vW8xY0", "gsk_***"),
        (f"gsk_{HALF}aB3d\\u0045{HALF[5:]}rS4tU6vW8xY0", "gsk_***"),
        ("Bearer Zq7Lk2Rw9Xc4Vb8Nm3\\/Ht6" + "Jy1Pd5Gs0FaQeUi2O", "Bearer Zq7L***"),
        (
            f"{PEM}\\nProc-Type: 4,ENCRYPTED\\n\\n{HALF}Qw7{HALF[2:]}\\nZx8cVb5nM4aS6dF3gH2jK1l",
            f"{PEM}\\nProc-Type: 4,ENCRYPTED\\n\\naB3d***",
        ),
        ("AKIA" + "ZQ3WLRT5XCVB2NMH and " + "AKIA" + "H6JYPD4GSFQE7UIO", "AKIA*** and AKIA***"),
    ],
)
def test_the_diff_shows_no_credential_however_it_is_written(written: str, seen: str, tmp_path: Path) -> None:
    line = good_line("a").replace(b'"POST"', b'"post"').replace(b'"a"', f'"{written}"'.encode())
    (tmp_path / "in.jsonl").write_bytes(line)
    shown = run("lint", "--diff", "in.jsonl", folder=tmp_path).stdout.decode()
    assert f'-{{"custom_id": "{seen}", "method": "post"' in shown
    assert f'+{{"custom_id": "{seen}", "method": "POST"' in shown
