"""The reports of many files, judged on a cluster, as JSON: ADDRESS SMALLEST RANGE PREFIX PATH...

SMALLEST is the size from which files are cut, RANGE that of the ranges, PREFIX how many bytes of a file go with one
prefix of the ids' digests.
"""

from __future__ import annotations

import json
import sys

from distributed import Client

from batchlint.engine import repeats
from batchlint.engine.cutting import Cutting
from batchlint.engine.many import reports
from batchlint.engine.options import EngineOptions
from batchlint.engine.setup import engine_for
from batchlint.reading.sources import source_at


def main() -> None:
    address, *sizes = sys.argv[1:5]
    smallest, size, repeats.BYTES_OF_PREFIX = map(int, sizes)
    cutting = Cutting(smallest, size, size, sends_files=True)
    sources = map(source_at, sys.argv[5:])
    with Client(address, set_as_default=False) as client:
        executor = client.get_executor(pure=False)
        print("connected", file=sys.stderr, flush=True)
        for report in reports(engine_for(EngineOptions()), sources, executor, None, 8, None, cutting):
            print(json.dumps(report.to_dict()))


if __name__ == "__main__":
    main()
