"""Which rule a failed keyword of JSON Schema breaks."""

from __future__ import annotations

from types import MappingProxyType

OTHER = "schema-violation"

NESTING = "nesting"
"""Stands for a keyword where a value is nested too deep for the documents to be applied to it."""

MORE = "more"
"""Stands for a keyword where a value may fail others that are not told."""

TOO_MANY = "too-many-findings"
"""The rule of what is not told."""

RULE_OF_KEYWORD = MappingProxyType(
    {
        "required": "missing-field",
        "dependentRequired": "missing-field",
        "type": "wrong-type",
        "enum": "invalid-value",
        "const": "invalid-value",
        "minimum": "out-of-range",
        "maximum": "out-of-range",
        "exclusiveMinimum": "out-of-range",
        "exclusiveMaximum": "out-of-range",
        "multipleOf": "out-of-range",
        "additionalProperties": "unknown-field",
        "unevaluatedProperties": "unknown-field",
        "minLength": "wrong-length",
        "maxLength": "wrong-length",
        "minItems": "wrong-length",
        "maxItems": "wrong-length",
        "minProperties": "wrong-length",
        "maxProperties": "wrong-length",
        "pattern": "wrong-format",
        "format": "wrong-format",
        "anyOf": "no-matching-form",
        "oneOf": "no-matching-form",
        NESTING: "nesting-too-deep",
        MORE: TOO_MANY,
    }
)
