"""What reports for other programs say of a finding, in printable ASCII."""

from __future__ import annotations

from batchlint.escaping import show
from batchlint.findings import Finding


def with_hint(finding: Finding) -> str:
    """The message, and the hint on a line of its own."""
    return finding.message if finding.hint is None else f"{finding.message}\nhint: {finding.hint}"


def whereabouts(finding: Finding) -> str | None:
    """The pointer and the custom_id, as far as there are any."""
    parts = []
    if finding.pointer:
        parts.append(f"at {show(finding.pointer, 400)}")
    if finding.custom_id:
        parts.append(f"in {show(finding.custom_id, 64)}")
    return " ".join(parts) or None
