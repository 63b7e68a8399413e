"""The settings that hold for a file, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from batchlint.documents.profile import DEFAULT
from batchlint.findings import Severity
from batchlint.formats.registry import DEFAULT as DEFAULT_FORMAT
from batchlint.limits import Limits
from batchlint.reading.patterns import Pattern
from batchlint.rules.choice import Selection

NEVER_WALKED = (".git/", ".hg/", ".jj/", ".svn/", ".venv/", "node_modules/")
"""What `exclude` is where nobody sets it: folders that hold no data of the project."""


_NEVER_WALKED = tuple(Pattern("", text) for text in NEVER_WALKED)


class PerFileIgnore(NamedTuple):
    """Rules that do not hold for the files of a pattern."""

    pattern: Pattern
    rules: tuple[str, ...]


class Settings(NamedTuple):
    """All that can be set, with the defaults; it can be hashed and pickled.

    The first group holds for one input: the configuration closest above it decides. The second holds for
    the run: the configuration closest above the current directory decides.

    Attributes:
        profile: the provider's contract.
        endpoint: the job's endpoint, or None.
        max_line_bytes, max_depth: see `Limits`.
        fail_level: the lowest severity that makes the exit status 1.
        selections: what each source says of rules, the weakest first.
        per_file_ignores: rules that are off for some files, from all sources.
        schemas: files of policies, from all sources.
        exclude: what is not linted, without and with `extend_exclude`.
        output_formats: the reports, each FORMAT or FORMAT:PATH.
        max_findings: how many findings are shown, or None for all.
        force_exclude: whether `exclude` also holds for paths that are given by name.
        respect_gitignore: whether ignored files are passed over below a directory.
        baseline: the file of findings that are known, or None.
    """

    profile: str = DEFAULT
    endpoint: str | None = None
    max_line_bytes: int = Limits().line_bytes
    max_depth: int = Limits().depth
    fail_level: Severity = "error"
    selections: tuple[Selection, ...] = ()
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    schemas: tuple[str, ...] = ()
    exclude: tuple[Pattern, ...] = _NEVER_WALKED

    output_formats: tuple[str, ...] = (DEFAULT_FORMAT,)
    max_findings: int | None = None
    force_exclude: bool = False
    respect_gitignore: bool = True
    baseline: str | None = None


RUN_KEYS = ("output-format", "max-findings", "force-exclude", "respect-gitignore", "baseline")
"""Keys that hold for a whole run."""


def default_of(key: str) -> object:
    """The default of the setting called `key`, such as "fail-level"."""
    return _DEFAULTS[key]


_DEFAULTS: Mapping[str, object] = {
    **{name.replace("_", "-"): value for name, value in Settings._field_defaults.items()},
    "output-format": DEFAULT_FORMAT,
}
