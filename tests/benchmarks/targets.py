"""What the figures are meant to be, and what they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from contenders import AJV, CHECK, COMPILED, CPP, LOADS, OURS, PLAIN

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Measured:
    """What the runs of one contender over one corpus took.

    Attributes:
        seconds: of each run; for a sample, reckoned for all lines.
        processor: of each run, seconds of processor time, which a busy machine changes less.
        peak: the most memory of one process in any run, in bytes.
        size: of the file, in bytes.
        lines: of the file.
        sample: lines that it was given, 0 for all.
    """

    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    peak: int
    size: int
    lines: int
    sample: int = 0

    @property
    def time(self) -> float:
        """The median, in seconds."""
        return median(self.seconds)

    @property
    def rate(self) -> float:
        """Megabytes a second."""
        return self.size / MEGABYTE / self.time


Results = Mapping[tuple[str, str], Measured]
"""By corpus and contender."""


@dataclass(frozen=True)
class Target:
    """A figure that is aimed at.

    Attributes:
        name: what is measured.
        limit: the figure.
        at_most: whether it is to stay below the limit, else above.
        needs: the corpora and contenders that it is reckoned from.
        value: the figure of these, in the order of `needs`.
    """

    name: str
    limit: float
    at_most: bool
    needs: tuple[tuple[str, str], ...]
    value: Callable[..., float]

    def measured(self, results: Results) -> float | None:
        """The figure of a run, or None where something was left out."""
        found = [results.get(need) for need in self.needs]
        return None if None in found else self.value(*found)

    def is_met(self, figure: float) -> bool:
        return figure <= self.limit if self.at_most else figure >= self.limit


def _ratio(first: Measured, second: Measured) -> float:
    return first.time / second.time


def _time_a_line(many: Measured, few: Measured) -> float:
    return (many.time / many.lines) / (few.time / few.lines)


def _peak(*runs: Measured) -> float:
    return max(run.peak for run in runs) / MEGABYTE


TARGETS = (
    Target("chat, ours / the C++ CLI", 0.8, True, (("chat", OURS), ("chat", CPP)), _ratio),
    Target("chat, ours / json.loads alone", 1.0, True, (("chat", OURS), ("chat", LOADS)), _ratio),
    Target("chat, json + jsonschema / ours", 40, False, (("chat", PLAIN), ("chat", OURS)), _ratio),
    Target("tool schemas, ours / the C++ CLI", 0.8, True, (("tools", OURS), ("tools", CPP)), _ratio),
    Target("completions, ours / the C++ CLI", 1.2, True, (("completions", OURS), ("completions", CPP)), _ratio),
    Target("images, MB/s", 600, False, (("images", OURS),), lambda run: run.rate),
    Target("every line bad, ours / ours on clean lines", 5, True, (("bad", OURS), ("chat", OURS)), _ratio),
    Target(
        "peak memory of the largest process, MB",
        64,
        True,
        tuple((name, OURS) for name in ("chat", "completions", "bad", "tools", "small")),
        _peak,
    ),
    Target("small file, ours / check-jsonschema", 0.45, True, (("small", OURS), ("small", CHECK)), _ratio),
    Target(
        "10,000,000 lines, time a line / that of 50,000", 1.15, True, (("long", OURS), ("short", OURS)), _time_a_line
    ),
    Target("10,000,000 lines, peak memory, MB", 250, True, (("long", OURS),), _peak),
)

ALL = (OURS, LOADS, PLAIN, COMPILED, CPP, AJV)

TIMED: Mapping[str, tuple[str, ...]] = {
    "chat": ALL,
    "completions": ALL,
    "tools": ALL,
    "images": (OURS, LOADS, COMPILED, CPP, AJV),
    # The C++ CLI ends at the first line at fault, or prints every one in full, which takes minutes.
    "bad": (OURS, LOADS, PLAIN, COMPILED, AJV),
    "small": (OURS, CHECK),
    "short": (OURS, LOADS),
    "long": (OURS,),
}
"""Who is timed over which corpus."""
