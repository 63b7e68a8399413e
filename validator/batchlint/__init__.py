"""Validator and linter of the JSONL files that are uploaded to batch inference APIs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from batchlint.version import VERSION

if TYPE_CHECKING:
    from batchlint.api import iter_findings, validate, validate_request
    from batchlint.errors import BatchlintError, DocumentError, MissingPartError, UsageError
    from batchlint.findings import Family, Finding, Severity
    from batchlint.limits import Limits
    from batchlint.reports import FileReport, Report
    from batchlint.rules.choice import Selection

__version__ = VERSION

__all__ = [
    "BatchlintError",
    "DocumentError",
    "Family",
    "FileReport",
    "Finding",
    "Limits",
    "MissingPartError",
    "Report",
    "Selection",
    "Severity",
    "UsageError",
    "__version__",
    "iter_findings",
    "validate",
    "validate_request",
]

_HOMES = {
    "api": ("iter_findings", "validate", "validate_request"),
    "errors": ("BatchlintError", "DocumentError", "MissingPartError", "UsageError"),
    "findings": ("Family", "Finding", "Severity"),
    "limits": ("Limits",),
    "reports": ("FileReport", "Report"),
    "rules.choice": ("Selection",),
}
"""The modules that are imported when one of their names is asked for: the command needs only some of them."""


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"batchlint.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
