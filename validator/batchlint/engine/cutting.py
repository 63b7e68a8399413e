"""What is judged where: which files are cut into ranges, and which are sent as they are."""

from __future__ import annotations

import os
from dataclasses import dataclass

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cutting:
    """How files are cut into ranges; it changes the time and the memory, never a finding.

    Attributes:
        smallest_file: files below this size, in bytes, are not cut: with processes of this machine they are judged
            at once, since starting those would take longer.
        smallest_range, largest_range: bytes of one range; the largest bounds what a worker returns at a time.
        portions: each range is what is left of the file, divided by this and by the number of processes, within
            these bounds: the last ranges are small, so that no process waits long for another one at the end.
        sends_files: whether files that are not cut are sent too, so that nothing is read here.
        batch_bytes, batch_files: as many files are sent together as make up so many bytes, and no more than so many.
    """

    smallest_file: int = 12 * _MB
    smallest_range: int = 1 * _MB
    largest_range: int = 4 * _MB
    portions: int = 2
    sends_files: bool = False
    batch_bytes: int = 64 * _MB
    batch_files: int = 32

    def portion(self, left: int, jobs: int) -> int:
        """The bytes of the next range of a file of which `left` bytes are left for `jobs` processes."""
        portion = left // (jobs * self.portions) + 1
        return min(left, max(self.smallest_range, min(self.largest_range, portion)))


HERE = Cutting()
"""For processes of this machine."""

ELSEWHERE = Cutting(smallest_file=256 * _MB, smallest_range=64 * _MB, largest_range=64 * _MB, sends_files=True)
"""For workers that may be on other machines: asking one takes longer, and there may be very many."""


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
