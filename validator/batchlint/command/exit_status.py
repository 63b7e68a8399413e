"""Exit statuses; of several that apply the highest below 130 holds."""

from __future__ import annotations

CLEAN = 0
"""Every line was judged, and nothing stands at or above the fail level."""

FINDINGS = 1
"""Findings at or above the fail level."""

USAGE = 2
"""A wrong option or configuration, a path that does not exist, nothing to lint."""

INCOMPLETE = 3
"""An input could not be read to its end, or the report could not be written."""

INTERNAL = 70
"""A fault of batchlint itself; the number is that of sysexits.h."""

INTERRUPTED = 130
"""Stopped by SIGINT."""

SIGNALLED = 128
"""Stopped by a signal, whose number is added: 143 for SIGTERM, 129 for SIGHUP."""
