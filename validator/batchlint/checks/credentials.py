"""What live credentials look like: a few exact forms, and how placeholders are told from them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple


class Credential(NamedTuple):
    """A kind of credential.

    Attributes:
        name: what it is, for the message.
        literals: each text that holds one holds one of these.
        form: its exact form, a regular expression; the group `value` is what is secret.
        least_entropy: bits for each character of `value` that chance hardly falls below.
        least_mixed: characters of `value` that stand in parts where a letter follows a digit; words and paths have few.
        is_word: whether it is none where a longer word ends with it.
    """

    name: str
    literals: tuple[str, ...]
    form: str
    least_entropy: float = 3.2
    least_mixed: int = 0
    is_word: bool = True


_WORD = "A-Za-z0-9_-"
_WITHIN = re.compile(rf"[{_WORD}]\Z")
_BEHIND_ESCAPE = re.compile(r"\\(?:[bfnrt]|u[0-9a-fA-F]{4})\Z")
"""What stands before it in a text that is JSON itself, such as the arguments of a call, and no word."""


def _token(form: str) -> str:
    """`form`, where no word goes on behind it. It begins with its letters, for which `re` looks quickly."""
    return rf"(?P<value>{form})(?![{_WORD}])"


CREDENTIALS = (
    Credential(
        "an OpenAI API key",
        ("sk-",),
        _token(r"sk-(?:[A-Za-z0-9]{48}|(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200})"),
    ),
    Credential("an Anthropic API key", ("sk-ant-",), _token(r"sk-ant-[a-z]{3,5}[0-9]{2}-[A-Za-z0-9_-]{80,120}")),
    Credential("an OpenRouter API key", ("sk-or-v1-",), _token(r"sk-or-v1-[0-9a-f]{64}")),
    Credential("a provider's API key", ("sk-",), _token(r"sk-[0-9a-f]{32}")),
    Credential("a Together API key", ("tgp_v1_",), _token(r"tgp_v1_[A-Za-z0-9_-]{43}")),
    Credential("a Groq API key", ("gsk_",), _token(r"gsk_[A-Za-z0-9]{52}")),
    Credential("a Hugging Face token", ("hf_",), _token(r"hf_[A-Za-z0-9]{34}")),
    Credential("a Google API key", ("AIza",), _token(r"AIza[A-Za-z0-9_-]{35}")),
    Credential(
        "an AWS access key id",
        ("AKIA", "ASIA"),
        # A word in capitals may begin with the name of a continent.
        _token(r"AKIA[A-Z2-7]{16}|ASIA(?=[A-Z]*[2-7])[A-Z2-7]{16}"),
        2.8,
    ),
    Credential(
        "an AWS secret access key",
        ("secret_access_key", "SECRET_ACCESS_KEY", "ecretAccessKey"),
        r"(?:secret_access_key|SECRET_ACCESS_KEY|[sS]ecretAccessKey)[\\\"' ]{0,5}[=:][\\\"' ]{0,5}"
        r"(?P<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        is_word=False,
    ),
    Credential(
        "a GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        _token(r"gh[pousr]_[A-Za-z0-9]{36,76}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    ),
    Credential("a GitLab token", ("glpat-",), _token(r"glpat-[A-Za-z0-9_-]{20}")),
    Credential("a Slack token", ("xox",), _token(r"xox[abeoprs]-[0-9]{8,13}-[A-Za-z0-9-]{20,90}")),
    Credential("a Stripe live key", ("k_live_",), _token(r"[rs]k_live_[A-Za-z0-9]{24,99}")),
    Credential(
        "a private key",
        ("PRIVATE KEY",),
        r"-----BEGIN (?:[A-Z]{2,9} )?PRIVATE KEY(?: BLOCK)?-----"
        # Each header begins a line of its own; anywhere else there would be countless ways to divide a text.
        r"(?:(?:\s|\\r){0,3}(?:\n|\\n)[A-Za-z-]{1,20}: [^\n\\]{1,100}){0,4}[\s\\nr]{0,8}"
        r"(?P<value>[A-Za-z0-9+/=]{40}[A-Za-z0-9+/=\s\\]{24,})",
        is_word=False,
    ),
    Credential(
        "a bearer token",
        ("earer ", "EARER "),
        r"(?i:bearer) {1,2}(?P<value>[A-Za-z0-9._~+/-]{20,4000}={0,2})(?![A-Za-z0-9_~+/=-])",
        3.5,
        least_mixed=10,
    ),
)
"""From the providers' documentation and the rules of public secret scanners."""

_PLACEHOLDERS = (
    "example|your|placeholder|dummy|sample|fake|redacted|secret_?key|api_?key|xxxx|0{8}|12345|abcdef|qwert|foobar|"
    "insert|replace|changeme|"
    # The tokens that explanations of JSON Web Tokens show, and those of GitHub's documentation.
    "eyjzdwiioiixmjm0nty3odkwi|eyjpc3mioijqb2uila0k|16c7e42f292c6912e7710c838347ae178b4a|1b4a2e77838347a7e420ce178f2e7c69"
)
_CUT_OFF = r"[.]{3}|\AeyJ(?:hbGciOi|0eXAiOi|raWQiOi)[^.]*(?:[.][^.]*)?\Z"
"""What stands for the rest of a value, or a JSON Web Token without its signature."""

_LONGEST_ESCAPE = 6
_KEPT = 4
"""Characters of a credential that say only what kind it is."""

_JUDGED = 100
"""Characters of a value that are looked at to tell a placeholder."""


class Hit(NamedTuple):
    """A credential in a text: its kind and what is secret."""

    name: str
    value: str


def credentials_in(text: str) -> Iterator[Hit]:
    """The credentials in `text`, one for each kind; what an exact form found is no bearer token as well."""
    found: list[str] = []
    for kind in CREDENTIALS:
        if any(literal in text for literal in kind.literals):
            for match in _compiled(kind.form).finditer(text):
                value = match["value"]
                if _is_live(kind, match) and not any(other in value or value in other for other in found):
                    found.append(value)
                    yield Hit(kind.name, value)
                    break


def without_credentials(text: str) -> str:
    """`text` with each credential cut to its first characters."""
    for kind in CREDENTIALS:
        if any(literal in text for literal in kind.literals):
            text = _compiled(kind.form).sub(partial(_shortened, kind), text)
    return text


def _shortened(kind: Credential, match: re.Match[str]) -> str:
    whole, value = match[0], match["value"]
    if not _is_live(kind, match):
        return whole
    start, end = (place - match.start() for place in match.span("value"))
    return f"{whole[:start]}{value[:_KEPT]}***{whole[end:]}"


@lru_cache(maxsize=len(CREDENTIALS) + 4)
def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(form)


def _is_live(kind: Credential, match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _LONGEST_ESCAPE) : match.start()]
    if kind.is_word and _WITHIN.search(before) and not _BEHIND_ESCAPE.search(before):
        return False
    value = match["value"]
    judged = "".join(value.split())[:_JUDGED]
    counts = Counter(judged)
    entropy = -sum(count / len(judged) * math.log2(count / len(judged)) for count in counts.values())
    return (
        entropy >= kind.least_entropy
        and not _compiled(_PLACEHOLDERS).search(judged.lower())
        and judged[-8:] not in judged[:-8]
        and not _compiled(_CUT_OFF).search(value)
        and _mixed(judged) >= kind.least_mixed
    )


def _mixed(text: str) -> int:
    """How many characters of `text` stand in parts where a letter follows a digit; ``docs/oauth2/page-44`` has none."""
    return sum(len(part) for part in _compiled("[A-Za-z0-9]+").findall(text) if _compiled("[0-9][A-Za-z]").search(part))
