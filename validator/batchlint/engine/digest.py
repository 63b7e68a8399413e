"""What stands for a body where identical ones are looked for."""

from __future__ import annotations

import hashlib
import json

from batchlint.parsing.values import JsonValue


def digest_of(body: dict[str, JsonValue]) -> bytes:
    """16 bytes that differ where bodies differ; the order of members and the spelling of strings do not count."""
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=16).digest()
