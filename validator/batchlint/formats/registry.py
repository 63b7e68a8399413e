"""The formats by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from batchlint.formats.base import Format, Formatter


def _concise() -> type[Formatter]:
    from batchlint.formats.concise import Concise

    return Concise


def _full() -> type[Formatter]:
    from batchlint.formats.full import Full

    return Full


def _github() -> type[Formatter]:
    from batchlint.formats.github import GitHub

    return GitHub


def _gitlab() -> type[Formatter]:
    from batchlint.formats.gitlab import GitLab

    return GitLab


def _json_lines() -> type[Formatter]:
    from batchlint.formats.json_report import JsonLines

    return JsonLines


def _json() -> type[Formatter]:
    from batchlint.formats.json_report import JsonReport

    return JsonReport


def _junit() -> type[Formatter]:
    from batchlint.formats.junit import JUnit

    return JUnit


def _markdown() -> type[Formatter]:
    from batchlint.formats.markdown import Markdown

    return Markdown


def _rdjson() -> type[Formatter]:
    from batchlint.formats.rdjson import RdJson

    return RdJson


def _sarif() -> type[Formatter]:
    from batchlint.formats.sarif import Sarif

    return Sarif


DEFAULT = "full"

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "full": Format(_full, "for people, with the place in its line", for_people=True, has_excerpts=True),
        "concise": Format(_concise, "one line for each finding", for_people=True),
        "json": Format(_json, "one report for programs", holds_findings=True),
        "json-lines": Format(_json_lines, "one JSON object for each finding"),
        "sarif": Format(_sarif, "SARIF 2.1.0 for code scanning", needs_rules=True),
        "github": Format(_github, "annotations of GitHub Actions"),
        "gitlab": Format(_gitlab, "GitLab Code Quality", needs_rules=True),
        "junit": Format(_junit, "JUnit XML", holds_findings=True),
        "rdjson": Format(_rdjson, "reviewdog", needs_rules=True),
        "markdown": Format(_markdown, "a job summary", needs_rules=True, holds_findings=True),
    }
)
"""In the order of the documentation."""

ALIASES: Mapping[str, str] = MappingProxyType({"jsonl": "json-lines"})
