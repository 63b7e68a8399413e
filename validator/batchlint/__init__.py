"""Validator and linter of the JSONL files that are uploaded to batch inference APIs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from batchlint.version import VERSION

if TYPE_CHECKING:
    from batchlint.api import iter_findings, validate, validate_many, validate_request
    from batchlint.errors import (
        BatchlintError,
        DocumentError,
        ExecutorError,
        FixError,
        MissingPartError,
        SplitError,
        UnreadableError,
        UsageError,
        VersionError,
    )
    from batchlint.findings import Family, Finding, Repairability, Severity
    from batchlint.fixing.library import FixResult, fix
    from batchlint.limits import Limits
    from batchlint.reports import FileReport, Report
    from batchlint.rules.choice import Selection
    from batchlint.splitting.library import SplitPart, split

__version__ = VERSION

__all__ = [
    "BatchlintError",
    "DocumentError",
    "ExecutorError",
    "Family",
    "FileReport",
    "Finding",
    "FixError",
    "FixResult",
    "Limits",
    "MissingPartError",
    "Repairability",
    "Report",
    "Selection",
    "Severity",
    "SplitError",
    "SplitPart",
    "UnreadableError",
    "UsageError",
    "VersionError",
    "__version__",
    "fix",
    "iter_findings",
    "split",
    "validate",
    "validate_many",
    "validate_request",
]

_HOMES = {
    "api": ("iter_findings", "validate", "validate_many", "validate_request"),
    "errors": (
        "BatchlintError",
        "DocumentError",
        "ExecutorError",
        "FixError",
        "MissingPartError",
        "SplitError",
        "UnreadableError",
        "UsageError",
        "VersionError",
    ),
    "findings": ("Family", "Finding", "Repairability", "Severity"),
    "fixing.library": ("FixResult", "fix"),
    "limits": ("Limits",),
    "reports": ("FileReport", "Report"),
    "rules.choice": ("Selection",),
    "splitting.library": ("SplitPart", "split"),
}
"""The modules that are imported when one of their names is asked for: the command needs only some of them."""


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"batchlint.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
