"""How much memory the index of ids takes.

python tests/benchmarks/ids.py [--count 10000000] [--exact N]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from batchlint.engine.ids import EXACT, IdIndex


def peak() -> int:
    """The most memory that this process had, in bytes."""
    # macOS tells it in bytes, others in units of 1,024.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000_000, help="different ids (default: 10,000,000)")
    parser.add_argument("--exact", type=int, default=EXACT, help=f"ids kept as they are (default: {EXACT:,})")
    given = parser.parse_args()
    index = IdIndex(given.exact)
    before = peak()
    start = time.perf_counter()
    for number in range(given.count):
        index.add(f"request-{number}", number + 1, 0)
    seconds = time.perf_counter() - start
    used = peak() - before
    print(f"{given.count:,} ids: {used / 1e6:,.0f} MB, {used / given.count:.0f} bytes each, {seconds:.1f} s")


if __name__ == "__main__":
    main()
