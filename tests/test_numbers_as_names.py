"""Members whose names are numbers are members, not items of an array."""

from __future__ import annotations

import io
import json

import pytest

import batchlint


@pytest.mark.parametrize("name", ["5", "05", "+5", "-5", "0"])
def test_pointer_names_the_member(name: str) -> None:
    body = {"model": "m", "prompt": "p", "logit_bias": {name: "x"}}
    line = json.dumps({"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": body})
    (finding,) = batchlint.validate(io.BytesIO(line.encode() + b"\n")).findings
    assert finding.pointer == f"/body/logit_bias/{name}"
    assert finding.column == 1 + line.index('"x"')
    assert finding.message.startswith(f'"{name}" is a string')
