"""The compiled documents: they find what jsonschema finds, at the same places."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from batchlint.documents.linked import linked
from batchlint.documents.profile import DEFAULT, profile_named, profile_names
from batchlint.documents.registry import registry_of
from batchlint.documents.walk import schemas
from batchlint.parsing.line import parse_line
from batchlint.parsing.yajl import yajl_parser
from batchlint.pointer import pointer_of
from batchlint.policies.policy import load_policy
from batchlint.validating.authority import authority_on
from batchlint.validating.finder import finder_for
from differential import compare_explainer, fault_set, known_requests
from generated import STRINGS, WORDS

VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        3,
        4,
        5,
        20,
        64,
        100,
        101,
        200,
        1024,
        2**31,
        2**53,
        2**63,
        2**64,
        -(2**63) - 1,
        10**30,
    ),
    *(0.0, -0.0, 0.5, 1.0, 1.5, 2.0, 2.5, -2.0, -0.1, 0.1, 1e15, 1e300, 5e-324, 0.30000000000000004),
    *([], [None], [1], [1, 1.0], ["x"], ["x", "x"], [[]], [{}], ["a", "b", "c", "d", "e"], [1, True]),
    *({}, {"type": "text"}, {"role": "user"}, {"type": 1}, {"": ""}, {"x": None}),
    *STRINGS,
    *WORDS,
    *("x" * length for length in (1, 63, 64, 65, 512, 513)),
    *("\U0001f600" * length for length in (64, 65)),
)

ODD = (
    '"logit_bias": {"50256": 101}',
    '"logit_bias": {"007": 101, "7": 102}',
    '"logit_bias": {"+7": 101, "": 102}',
    '"logit_bias": {"a/b~c%d": "x", "~0": "x", "%25": "x", "-1": "x", "é": "x"}',
    '"": {"": 1}, "0": 1, "00": 1',
    '"temperature": 1e400',
    '"temperature": -1e400',
    '"top_p": 1e309, "stop": [1e400]',
    '"n": 1.0',
    '"n": 1.5',
    '"n": 100000000000000000000000000000000000000000',
    '"max_tokens": -100000000000000000000000000000000000000000',
    '"max_tokens": 1e2',
    '"seed": 1e400',
    '"tools": [[], {"": 1}, {"type": "function", "function": {"name": "", "parameters": "{}"}}]',
    '"messages": {"0": {"role": "user"}}',
    '"messages": [{"role": "user", "content": {"0": 1}}]',
    '"messages": [{"role": "user", "content": [{"type": "text"}, {"type": "image_url", "image_url": "x"}, 1]}]',
)


DOCUMENTS = {name: profile for profile in profile_names() for name in linked(profile_named(profile).line).documents}
"""Each document, with a profile whose documents it is one of; it means the same in all."""


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_schema_of_a_document_means_the_same_to_both_validators(name: str) -> None:
    documents = linked(profile_named(DOCUMENTS[name]).line)
    registry = registry_of(documents)
    compiled_registry = jsonschema_rs.Registry(list(documents.documents.items()))
    differences: list[str] = []
    verdicts: Counter[bool] = Counter()
    for steps, _ in schemas(documents.documents[name]):
        reference = f"{name}#{quote(pointer_of(steps))}"
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": reference}
        fast = jsonschema_rs.validator_for(schema, registry=compiled_registry)
        plain = Draft202012Validator(schema, registry=registry)
        for value in VALUES:
            verdict = plain.is_valid(value)
            verdicts[verdict] += 1
            if fast.is_valid(value) != verdict:
                differences.append(f"{reference}: {value!r} is {'valid' if verdict else 'invalid'}")
    assert not differences, "\n".join(differences)
    assert min(verdicts[True], verdicts[False]) > 20


@pytest.mark.parametrize("profile", profile_names())
def test_known_requests(profile: str) -> None:
    documents = linked(profile_named(profile).line)
    fast, plain = finder_for(documents), authority_on(documents)
    requests = known_requests(profile)
    assert requests
    for request in requests:
        assert fault_set(fast(request)) == fault_set(plain(request)), json.dumps(request)


@pytest.mark.parametrize("profile", profile_names())
def test_requests_with_seeded_faults(profile: str) -> None:
    told: Counter[str] = Counter()
    count = max(6_000 // len(profile_names()), 1_000)
    differences = list(compare_explainer(random.Random(f"explain {profile}"), profile, count, told))
    assert not differences, "\n".join(map(str, differences))
    assert told["requests at fault"] > count / 2


@pytest.mark.parametrize("member", ODD)
def test_odd_names_and_numbers(member: str) -> None:
    documents = linked(profile_named(DEFAULT).line)
    start = '{"custom_id": "r", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", '
    messages = "" if '"messages"' in member else '"messages": [{"role": "user", "content": "x"}], '
    text = f"{start}{messages}{member}}}}}"
    request = parse_line(text.encode(), text, 128, yajl_parser()).value
    fast, plain = fault_set(finder_for(documents)(request)), fault_set(authority_on(documents)(request))
    assert fast == plain


def test_paths_lead_to_the_failing_values() -> None:
    documents = linked(profile_named(DEFAULT).line)
    body = {"model": "m", "prompt": "x", "logit_bias": {"50256": 101, "a/b": 102, "10": 103}}
    found = finder_for(documents)({"custom_id": "r", "method": "POST", "url": "/v1/completions", "body": body})
    assert {(violation.path, violation.found) for violation in found} == {
        (("body", "logit_bias", "50256"), 101),
        (("body", "logit_bias", "a/b"), 102),
        (("body", "logit_bias", "10"), 103),
    }


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        ({"properties": {"7": {"type": "string"}}}, {"7": 1}),
        ({"properties": {"007": {"type": "string"}}}, {"007": 1}),
        ({"properties": {"": {"type": "string"}}}, {"": 1}),
        ({"patternProperties": {"7": {"type": "string"}}}, {"17": 1, "x7": 1}),
        ({"patternProperties": {"": {"type": "string"}, "type": {"type": "string"}}}, {"7": 1, "type": 2}),
        ({"properties": {"n": {"multipleOf": 3}}}, {"n": 1e300}),
        ({"properties": {"n": {"multipleOf": 3}}}, {"n": 10**40}),
        ({"properties": {"$ref": {"type": "string"}, "a/b~c%": {"$ref": "#/$defs/x"}}}, {"$ref": 1, "a/b~c%": 1}),
    ],
)
def test_policies_may_use_any_name(schema: dict[str, Any], body: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    definitions = {"x": {"type": "string"}}
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions, **schema}
    path.write_text(json.dumps(document), "utf-8")
    documents = load_policy(path).documents
    assert fault_set(finder_for(documents)(body)) == fault_set(authority_on(documents)(body))


def test_the_authority_finds_faults_in_the_order_of_the_text() -> None:
    documents = linked(profile_named(DEFAULT).line)
    # Another order than that of the digits, and too many for it to come by chance.
    names = [str(number) for number in range(40, 0, -1)]
    body = {"model": "m", "messages": [{"role": "user", "content": "?"}], "logit_bias": dict.fromkeys(names, "x")}
    request = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    assert [violation.path for violation in authority_on(documents)(request)] == [
        ("body", "logit_bias", name) for name in names
    ]
