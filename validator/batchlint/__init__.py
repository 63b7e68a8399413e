"""Validator and linter of the JSONL files that are uploaded to batch inference APIs."""

from __future__ import annotations

from batchlint.api import iter_findings, validate, validate_request
from batchlint.errors import BatchlintError, DocumentError, MissingPartError, UsageError
from batchlint.findings import Family, Finding, Severity
from batchlint.limits import Limits
from batchlint.reports import FileReport, Report
from batchlint.version import VERSION

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
    "Severity",
    "UsageError",
    "__version__",
    "iter_findings",
    "validate",
    "validate_request",
]
