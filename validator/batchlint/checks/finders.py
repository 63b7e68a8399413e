"""What finds the faults of each rule; imported when a line first meets a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from batchlint.checks.arguments import invalid_arguments
from batchlint.checks.conflicts import conflicting_fields
from batchlint.checks.data_urls import invalid_data_urls
from batchlint.checks.json_schemas import invalid_json_schemas
from batchlint.checks.secrets import secrets_in_request
from batchlint.checks.token_limit import missing_token_limits
from batchlint.checks.tool_calls import unanswered_tool_calls, unknown_tool_calls
from batchlint.checks.tools import duplicate_tool_names, undefined_tool_choices
from batchlint.faults import Fault
from batchlint.parsing.values import JsonObject

FINDERS: Mapping[str, Callable[[JsonObject], Iterator[Fault]]] = MappingProxyType(
    {
        "unknown-tool-call": unknown_tool_calls,
        "unanswered-tool-call": unanswered_tool_calls,
        "invalid-json-schema": invalid_json_schemas,
        "invalid-arguments": invalid_arguments,
        "undefined-tool-choice": undefined_tool_choices,
        "duplicate-tool-name": duplicate_tool_names,
        "invalid-data-url": invalid_data_urls,
        "conflicting-fields": conflicting_fields,
        "missing-token-limit": missing_token_limits,
        "secret-in-request": secrets_in_request,
    }
)
"""Each yields the faults of a request; values of any type are taken."""
