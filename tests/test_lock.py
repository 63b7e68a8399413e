"""Published profiles are frozen: ``schemas/lock.json`` holds the SHA-256 of their files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lock_profiles import LOCK, SCHEMAS, FrozenError, add_new_profiles, digests, profiles, read_lock

WRITE = "a new profile is locked with: python tests/lock_profiles.py"


def test_every_profile_is_locked() -> None:
    assert sorted(read_lock(SCHEMAS)) == profiles(SCHEMAS), WRITE


@pytest.mark.parametrize("profile", profiles(SCHEMAS))
def test_a_locked_profile_is_what_it_was(profile: str) -> None:
    assert digests(SCHEMAS, profile) == read_lock(SCHEMAS)[profile], "put the correction into a new dated folder"


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    copy = tmp_path / "schemas"
    shutil.copytree(SCHEMAS, copy)
    return copy


def test_a_new_profile_is_added_and_the_others_stay(schemas: Path) -> None:
    before = read_lock(schemas)
    shutil.copytree(schemas / profiles(schemas)[0], schemas / "somebody" / "2030-01-01")
    assert add_new_profiles(schemas) == ["somebody/2030-01-01"]
    after = read_lock(schemas)
    assert set(after) - set(before) == {"somebody/2030-01-01"}
    assert {name: after[name] for name in before} == before
    assert add_new_profiles(schemas) == []


@pytest.mark.parametrize("change", ["edited", "added", "removed"])
def test_a_changed_profile_is_refused(schemas: Path, change: str) -> None:
    folder = schemas / profiles(schemas)[0]
    before = (schemas / LOCK).read_bytes()
    if change == "edited":
        with (folder / "profile.json").open("ab") as file:
            file.write(b"\n")
    elif change == "added":
        (folder / "more.schema.json").write_text("{}")
    else:
        (folder / "line.schema.json").unlink()
    with pytest.raises(FrozenError, match="new dated folder"):
        add_new_profiles(schemas)
    assert (schemas / LOCK).read_bytes() == before
