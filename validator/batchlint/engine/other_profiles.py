"""Which other profile a file fits that fails under its own: asked only to help, nothing is switched."""

from __future__ import annotations

import io
from collections.abc import Sequence

from batchlint.documents.profile import profile_named, profile_names
from batchlint.engine.options import EngineOptions
from batchlint.engine.setup import engine_for
from batchlint.reading.sources import StreamSource


def fitting_profile(options: EngineOptions, requests: Sequence[bytes]) -> str | None:
    """The profile under which `requests` have no error, and the fewest other findings; None where there is none.

    Of equals a contract of the same provider comes first, then the newest, then the first by name.

    Args:
        options: the choices of the run; its profile is left out, all others hold: a profile that does not
            have the endpoint asked for does not fit, and policies have to be satisfied too.
        requests: lines without their newline.
    """
    chosen = profile_named(options.profile).name
    provider = chosen.partition("@")[0]
    fitting: list[tuple[int, bool, str]] = []
    # A stable sort keeps the newest first among equals.
    names = sorted(profile_names(), key=lambda name: name.partition("@")[2], reverse=True)
    for name in names if requests else ():
        if name == chosen or (options.endpoint is not None and options.endpoint not in profile_named(name).endpoints):
            continue
        others = _other_findings(options._replace(profile=name, excerpt_width=None, screens=False), requests)
        if others is not None:
            fitting.append((others, name.partition("@")[0] != provider, name))
    return min(fitting, key=lambda row: row[:2])[2] if fitting else None


def _other_findings(options: EngineOptions, requests: Sequence[bytes]) -> int | None:
    """The number of findings that are no errors; None where there is an error, or a url that would be ignored."""
    file = StreamSource(io.BytesIO(b"".join(request + b"\n" for request in requests)), options.profile)
    number = 0
    for finding in engine_for(options).lint(file):
        if finding.severity == "error" or (finding.rule == "unknown-field" and finding.pointer == "/url"):
            return None
        number += 1
    return number
