"""Writes the SHA-256 of the files of new profiles into ``schemas/lock.json``.

A published profile is frozen: a correction is a new dated folder. So this adds profiles that the lock file
does not know yet, and refuses to change what it says of any other. Run it in the checkout:

    python tests/lock_profiles.py
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

SCHEMAS = Path(__file__).parent.parent / "schemas"
LOCK = "lock.json"


class FrozenError(Exception):
    """A file of a published profile was changed, added or removed."""


def profiles(schemas: Path) -> list[str]:
    """The folders of profiles below `schemas`, as ``provider/date``."""
    return sorted(path.parent.relative_to(schemas).as_posix() for path in schemas.glob("*/*/profile.json"))


def digests(schemas: Path, profile: str) -> dict[str, str]:
    """The SHA-256 of each file of `profile`, by its path below `schemas`."""
    files = sorted(path for path in (schemas / profile).rglob("*") if path.is_file())
    return {path.relative_to(schemas).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def read_lock(schemas: Path) -> dict[str, dict[str, str]]:
    """For each profile that is locked, the digests of its files."""
    path = schemas / LOCK
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def add_new_profiles(schemas: Path) -> list[str]:
    """Locks the profiles that are not locked yet and returns them.

    Raises:
        FrozenError: a locked profile is not what it was; nothing is written.
    """
    lock = read_lock(schemas)
    for profile, expected in lock.items():
        if digests(schemas, profile) != expected:
            raise FrozenError(f"{profile} is published and was changed; put the correction into a new dated folder")
    new = [profile for profile in profiles(schemas) if profile not in lock]
    lock |= {profile: digests(schemas, profile) for profile in new}
    (schemas / LOCK).write_text(json.dumps(lock, indent=2, sort_keys=True) + "\n", "utf-8")
    return new


if __name__ == "__main__":
    try:
        print("locked:", ", ".join(add_new_profiles(SCHEMAS)) or "nothing new")  # a script's output
    except FrozenError as error:
        sys.exit(f"error: {error}")
