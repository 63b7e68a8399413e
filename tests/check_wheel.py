"""Looks into a built wheel: one package, and all the data that it needs.

python tests/check_wheel.py dist/batchlint-*.whl
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent


def shipped(folder: Path) -> set[str]:
    """The files below `folder` that git knows, by their path below it."""
    listed = subprocess.run(["git", "ls-files", "-z", "."], cwd=folder, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return set(listed.stdout.decode().split("\0")[:-1])
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {file.as_posix() for file in files if "__pycache__" not in file.parts}


def faults_of(wheel: Path) -> list[str]:
    """What is wrong with `wheel`."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    package = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    expected = {f"batchlint/{name}" for name in shipped(CHECKOUT / "validator" / "batchlint")}
    expected |= {f"batchlint/schemas/{name}" for name in shipped(CHECKOUT / "schemas")}
    faults = [f"missing: {name}" for name in sorted(expected - package)]
    faults += [f"not expected: {name}" for name in sorted(package - expected)]
    for needed in ("batchlint/py.typed", "batchlint/rules/rules.json", "batchlint/rules/pages/invalid-json.md"):
        if needed not in package:
            faults.append(f"missing: {needed}")
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in names):
        faults.append("missing: the licence")
    return faults


if __name__ == "__main__":
    found = [f"{name}: {fault}" for name in sys.argv[1:] for fault in faults_of(Path(name))]
    sys.exit("\n".join(found) if found else 0)
