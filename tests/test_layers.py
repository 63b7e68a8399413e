"""Imports go in one direction."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import batchlint
from support import clean_environment

PACKAGE = Path(batchlint.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# What each part must not know of.
FORBIDDEN = {
    "batchlint.reading": ("engine", "formats", "command", "parsing", "validating", "rules", "api", "documents"),
    "batchlint.parsing": ("engine", "formats", "command", "reading", "validating", "rules", "api", "documents"),
    "batchlint.documents": ("engine", "formats", "command", "reading", "validating", "rules", "api", "parsing"),
    "batchlint.validating": ("engine", "formats", "command", "reading", "rules", "api"),
    "batchlint.rules": ("engine", "formats", "command", "reading", "parsing", "validating", "api"),
    "batchlint.engine": ("formats", "command", "api"),
    "batchlint.formats": ("engine", "command", "reading", "parsing", "validating", "api"),
    "batchlint.api": ("formats", "command"),
    "batchlint.findings": (
        "engine",
        "formats",
        "command",
        "reading",
        "parsing",
        "validating",
        "rules",
        "api",
        "documents",
    ),
    "batchlint.reports": (
        "engine",
        "formats",
        "command",
        "reading",
        "parsing",
        "validating",
        "rules",
        "api",
        "documents",
    ),
}
# The width of a window is the format's; click is the command's alone; the authority is one module.
ONLY_IN = {
    "click": ("batchlint.command",),
    "distributed": ("batchlint.cluster",),
    "ijson": ("batchlint.parsing.yajl",),
    "jsonschema": ("batchlint.validating.authority", "batchlint.validating.dialects"),
    "fsspec": ("batchlint.reading.remote",),
    "aiohttp": ("batchlint.reading.remote.web",),
    "referencing": ("batchlint.documents.registry", "batchlint.validating.dialects"),
}


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports anywhere, also within functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stands_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.mark.parametrize("part", FORBIDDEN)
def test_a_part_does_not_know_those_above_it(part: str) -> None:
    members = [path for path in MODULES if stands_in(name_of(path), part)]
    assert members
    found = [
        (name_of(path), imported)
        for path in members
        for imported in imports(path)
        for forbidden in FORBIDDEN[part]
        if stands_in(imported, f"batchlint.{forbidden}")
    ]
    assert found == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_used_in_one_place(library: str) -> None:
    users = {name_of(path) for path in MODULES for imported in imports(path) if stands_in(imported, library)}
    assert users
    assert [user for user in users if not any(stands_in(user, place) for place in ONLY_IN[library])] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_can_be_imported_alone_and_does_nothing(path: Path) -> None:
    if path.name == "__main__.py":
        assert "if __name__ ==" in path.read_text("utf-8")
        return
    done = subprocess.run(
        [sys.executable, "-c", f"import {name_of(path)}"], capture_output=True, env=clean_environment(), check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_no_module_is_too_long_to_be_read() -> None:
    sizes = sorted(len(path.read_text("utf-8").splitlines()) for path in MODULES)
    assert sizes[-1] <= 400
    assert sizes[len(sizes) // 2] < 150
