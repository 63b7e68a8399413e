"""Run by the workers of a test before they judge: inputs with certain names kill them, or keep them busy."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import batchlint
from batchlint.engine import work
from batchlint.reading.lines import LineStream
from batchlint.reading.sources import PathSource


@contextmanager
def _hooked(source: PathSource) -> Iterator[LineStream]:
    name = Path(source.path).name
    if name.startswith("killer"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("endless"):
        Path(source.path).with_name("begun").touch()
        time.sleep(600)
    with source.plain_open() as stream:
        yield stream


# A worker may run this more than once.
if not hasattr(PathSource, "plain_open"):
    PathSource.plain_open = PathSource.open  # type: ignore[attr-defined]
    PathSource.open = _hooked  # type: ignore[method-assign]  # this is what the hook is for
if version := os.environ.get("BATCHLINT_TEST_VERSION"):
    batchlint.__version__ = version
    work.VERSION = version  # type: ignore[misc]  # as if another version were installed here
