"""What an engine is made of, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass, field

from batchlint.documents.profile import DEFAULT
from batchlint.limits import Limits


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """The choices of one run; two engines made of equal options give the same findings.

    Attributes:
        profile: ``provider@date``, or ``provider`` for its newest.
        endpoint: the endpoint of the job, one of the profile's.
        limits: the limits that protect the process.
        excerpt_width: columns of the windows that findings carry; None for no windows.
        screens: whether clean lines may be passed by the screen; it changes the time, never a finding.
    """

    profile: str = DEFAULT
    endpoint: str | None = None
    limits: Limits = field(default_factory=Limits)
    excerpt_width: int | None = None
    screens: bool = True
