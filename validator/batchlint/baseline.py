"""The baseline: findings that are known and left out, so that only new ones are reported."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass

from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.findings import Finding
from batchlint.fingerprints import Fingerprints
from batchlint.portable import names_no_file, portable_path
from batchlint.reading.sources import display_name
from batchlint.reading.whole import read_whole

VERSION = 1
"""The version of the form of a baseline and of the fingerprints in it."""


@dataclass(frozen=True, slots=True)
class Known:
    """One finding of a baseline: its file as seen from the folder of the baseline, rule and fingerprint."""

    path: str
    rule: str
    fingerprint: str


class Recognizer:
    """Recognizes the findings of one run; they have to come in the order of the report."""

    def __init__(self, path: str, known: Iterable[Known] = ()) -> None:
        """Starts a run.

        Args:
            path: the file of the baseline; paths in it are seen from its folder.
            known: its findings.
        """
        self._root = os.path.dirname(os.path.abspath(path))
        self._fingerprints = Fingerprints(self._root)
        self._unmet = {known.fingerprint: known for known in known}

    def name(self, finding: Finding) -> Known:
        """The next finding of the run, as a baseline holds it."""
        return Known(portable_path(finding.path, self._root), finding.rule, self._fingerprints.next(finding))

    def is_known(self, finding: Finding) -> bool:
        """Whether the next finding of the run is in the baseline."""
        return self._unmet.pop(self._fingerprints.next(finding), None) is not None

    def gone(self, paths: Iterable[str]) -> list[Known]:
        """The findings of the baseline that did not occur, of the files called `paths` and of those that are gone."""
        gone = {portable_path(path, self._root) for path in paths}
        gone.update(filter(self._is_missing, {known.path for known in self._unmet.values()}))
        return [known for known in self._unmet.values() if known.path in gone]

    def _is_missing(self, path: str) -> bool:
        """Whether there is no file at `path` any more; of what is no file, such as a URL, that is not known."""
        if names_no_file(path):
            return False
        try:
            os.lstat(os.path.join(self._root, path))
        except FileNotFoundError:
            return True
        except (OSError, ValueError):
            return False
        return False


def read_baseline(path: str) -> tuple[Known, ...]:
    """The findings of the baseline at `path`.

    Raises:
        UsageError: it cannot be read, or is no baseline of this version; the text begins with the path.
    """
    name = show(portable_path(display_name(path), os.getcwd()), 200)
    try:
        document = json.loads(read_whole(path))
    except OSError as error:
        raise UsageError(f"{name}: the baseline cannot be read: {(error.strerror or 'error').lower()}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{name}: not a baseline: not JSON") from None
    if not isinstance(document, dict) or "baseline_version" not in document:
        raise UsageError(f'{name}: not a baseline: it has no "baseline_version"')
    if document["baseline_version"] != VERSION or isinstance(document["baseline_version"], bool):
        found = show(json.dumps(document["baseline_version"]), 20)
        raise UsageError(f"{name}: a baseline of version {found}; expected {VERSION}; write it anew")
    rows = document.get("findings")
    if not isinstance(rows, list):
        raise UsageError(f'{name}: not a baseline: "findings" is not an array')
    return tuple(_known(name, number, row) for number, row in enumerate(rows))


def _known(name: str, number: int, row: object) -> Known:
    members = [row.get(member) for member in ("path", "rule", "fingerprint")] if isinstance(row, dict) else []
    texts = [member for member in members if isinstance(member, str)]
    if len(texts) != 3:
        raise UsageError(f'{name}: not a baseline: /findings/{number} has no "path", "rule" and "fingerprint"')
    return Known(*texts)


def baseline_text(findings: Iterable[Known]) -> str:
    """The text of a baseline of `findings`."""
    rows = [{"path": row.path, "rule": row.rule, "fingerprint": row.fingerprint} for row in findings]
    lines = ",\n    ".join(json.dumps(row) for row in rows)
    body = f"[\n    {lines}\n  ]" if rows else "[]"
    return f'{{\n  "baseline_version": {VERSION},\n  "findings": {body}\n}}\n'
