"""What is no path: the command line cannot name it, but a configuration and the library can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import batchlint
from batchlint.command.main import main
from support import good_line

NAMES = ("\0", "a\0b.jsonl", "folder\0/a.jsonl", "\ud800.jsonl")


@pytest.mark.parametrize(
    ("configuration", "told"),
    [
        ('extend = "\\u0000"', '"extend" holds a NUL; none is expected'),
        ('schema = ["a.json", "\\u0000"]', '"schema" holds a NUL; none is expected'),
        ('baseline = "a\\u0000b"', '"baseline" holds a NUL; none is expected'),
        ('output-format = ["json:\\u0000"]', '"output-format" holds a NUL; none is expected'),
        ('output-format = ["json:a\\u0000/b"]', '"output-format" holds a NUL; none is expected'),
        ('exclude = ["\\u0000"]', '"exclude" holds a NUL; none is expected'),
        (
            'per-file-ignores = {"\\u0000" = ["blank-line"]}',
            '"per-file-ignores" has a name with a NUL; none is expected',
        ),
    ],
)
def test_in_a_configuration(
    configuration: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("batchlint.toml").write_text(configuration, "utf-8")
    Path("a.jsonl").write_bytes(good_line("a"))
    assert main(["lint", "a.jsonl"]) == 2
    assert capfd.readouterr() == ("", f"batchlint: error: batchlint.toml:1: {told}\n")


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize(
    "use",
    [
        batchlint.validate,
        lambda name: list(batchlint.iter_findings(name)),
        lambda name: list(batchlint.validate_many([name])),
        lambda name: batchlint.validate(Path(name)),
        batchlint.split,
        lambda name: batchlint.split("a.jsonl", output_dir=name, max_requests=1),
        lambda name: batchlint.fix(name, "b.jsonl"),
        lambda name: batchlint.fix("a.jsonl", name),
    ],
)
def test_given_to_the_library(
    use: Callable[[str], object], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_bytes(good_line("a") + good_line("b"))
    with pytest.raises(batchlint.UsageError, match=r"^[ -~]*: this is no path$"):
        use(name)
    assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl"]
