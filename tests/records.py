"""What the audited processes of a test run have told: see ``offline/auditing.py``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from support import RECORDS


def count_audited() -> int:
    """How many processes of the product were audited, workers not counted."""
    return len(_rows("audited"))


def forbidden() -> list[str]:
    """What they did that they may not."""
    return _rows("forbidden")


def remove_records() -> None:
    """Removes the folder at the end of the run."""
    shutil.rmtree(os.environ.pop(RECORDS), ignore_errors=True)


def _rows(name: str) -> list[str]:
    path = Path(os.environ.get(RECORDS, os.devnull)) / name
    return path.read_text("ascii").splitlines() if path.is_file() else []
