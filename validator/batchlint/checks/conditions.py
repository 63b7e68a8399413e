"""What a line must have to have the fault of a rule; nearly all lines have nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from batchlint.native import can_import

HIDDEN = r"\\u00(?:2[^267]|3[^cCeE]|[4-7])"
"""The escape of an ASCII character, behind which a condition's text may hide. Not those of the characters
``"&'<>``, which no condition is about and some writers escape always."""

_RUN = "[A-Za-z0-9_-]"
OF_STRINGS = "secret-in-request"

_SECRETS = "|".join(
    (
        f"sk-{_RUN}{{32}}",
        f"tgp_v1_{_RUN}{{43}}",
        "gsk_[A-Za-z0-9]{52}",
        "hf_[A-Za-z0-9]{34}",
        f"AIza{_RUN}{{35}}",
        "A[KS]IA[A-Z2-7]{16}",
        "secret_access_key",
        "SECRET_ACCESS_KEY",
        "ecretAccessKey",
        "gh[pousr]_[A-Za-z0-9]{36}",
        "github_pat_[A-Za-z0-9]{22}",
        f"glpat-{_RUN}{{20}}",
        "xox[abeoprs]-[0-9]{8}",
        "[rs]k_live_[A-Za-z0-9]{24}",
        "PRIVATE KEY",
        # A slash may be written with a backslash before it.
        r"[Bb][Ee][Aa][Rr][Ee][Rr] {1,2}[A-Za-z0-9._~+/\\-]{20}",
    )
)

CONDITIONS: Mapping[str, str] = MappingProxyType(
    {
        OF_STRINGS: _SECRETS,
        "unknown-tool-call": 'tool_call_id"',
        "unanswered-tool-call": 'tool_calls"',
        "invalid-json-schema": 'parameters"|schema"',
        "invalid-arguments": 'arguments"',
        "undefined-tool-choice": 'tool_choice"',
        "duplicate-tool-name": 'tools"',
        "invalid-data-url": '"data:|"DATA:|"Data:',
        "conflicting-fields": 'repetition_penalty"|max_completion_tokens"|tool_choice"|top_logprobs"',
        "missing-token-limit": 'messages"|prompt"',
    }
)
"""For each rule a regular expression without assertions. A line, as text, in which it finds nothing has no such
fault, unless it hides characters in escapes, which `HIDDEN` finds."""


@lru_cache(maxsize=32)
def condition_of(rule: str) -> Callable[[str], bool]:
    """Whether a line, as text, may have a fault of `rule`, one of `CONDITIONS`; never wrongly False."""
    return finder((CONDITIONS[rule], HIDDEN))


def finder(conditions: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text has what one of `conditions`, regular expressions, describes.

    The engine for patterns within `jsonschema-rs` looks for all at once, in a quarter of a microsecond for a
    line of 2 KB; `re` takes fifty. Without it the answer is always that it may.
    """
    pattern = "|".join(conditions)
    if not pattern:
        return lambda _: False
    if not can_import("jsonschema_rs"):
        return lambda _: True
    import jsonschema_rs

    return jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions()).is_valid
