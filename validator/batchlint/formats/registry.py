"""The formats by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from batchlint.formats.base import Format
from batchlint.formats.concise import Concise
from batchlint.formats.full import Full
from batchlint.formats.json_report import JsonLines, JsonReport

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "full": Format(Full, for_people=True, has_excerpts=True),
        "concise": Format(Concise, for_people=True),
        "json": Format(JsonReport, for_people=False),
        "json-lines": Format(JsonLines, for_people=False),
    }
)
