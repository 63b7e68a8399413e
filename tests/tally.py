"""How much was tried: tests note it, the end of the run prints the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

_TRIED = "tried: "
_PEAK = "peak: "


class Tally:
    """The notes of one test. They travel with its report, so the processes of pytest-xdist add up too."""

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self._record = record

    def tried(self, what: str, count: int = 1) -> None:
        """Adds `count` to the number of `what`, a plural such as "mutated lines"."""
        self._record(_TRIED + what, count)

    def peak(self, what: str, value: float) -> None:
        """Notes a measure of which the largest counts, such as "MB resident, 1 GB from a pipe"."""
        self._record(_PEAK + what, value)


def add_up(reports: Iterable[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """One line for each thing that was tried or measured, in alphabetical order."""
    tried: Counter[str] = Counter()
    peaks: dict[str, float] = {}
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name.startswith(_TRIED):
                tried[name.removeprefix(_TRIED)] += value
            elif name.startswith(_PEAK):
                what = name.removeprefix(_PEAK)
                peaks[what] = max(value, peaks.get(what, value))
    counts = [f"{count:,} {what}" for what, count in sorted(tried.items())]
    return counts + [f"{value:,.1f} at most: {what}" for what, value in sorted(peaks.items())]
