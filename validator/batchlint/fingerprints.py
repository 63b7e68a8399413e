"""What a finding is recognized by from one run to the next, wherever its line has moved."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from batchlint.findings import Finding
from batchlint.messages import message_without_lines
from batchlint.portable import PortablePaths


class Fingerprints:
    """Hands out the fingerprints of one run; each is given once.

    A fingerprint is 32 hexadecimal digits made of path, rule, pointer, custom_id and message, but not of the
    line. Findings that have all of these in common are told apart by the order in which they come, so the same
    findings in the same order get the same fingerprints.
    """

    def __init__(self, root: str) -> None:
        """Starts a run.

        Args:
            root: the folder, absolute, that paths are seen from, so that checkouts at different places agree.
        """
        self._paths = PortablePaths(root)
        self._seen: Counter[bytes] = Counter()

    def next(self, finding: Finding) -> str:
        """The fingerprint of the next finding."""
        path = self._paths.of(finding.path)
        message = message_without_lines(finding.message)
        base = _digest([path, finding.rule, finding.pointer, finding.custom_id, message])
        occurrence = self._seen[base]
        self._seen[base] += 1
        return (base if occurrence == 0 else _digest([base.hex(), occurrence])).hex()


def _digest(parts: list[str | int | None]) -> bytes:
    # JSON keeps the parts apart, and None apart from an empty text.
    return hashlib.blake2b(json.dumps(parts).encode("ascii"), digest_size=16).digest()
