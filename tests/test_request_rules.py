"""The family `request`: no false alarm on plausible requests, single faults at their pointers, sound conditions."""

from __future__ import annotations

import copy
import io
import json
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import batchlint
from batchlint.checks.conditions import CONDITIONS, HIDDEN, finder
from batchlint.checks.finders import FINDERS
from batchlint.checks.json_schemas import invalid_json_schemas
from batchlint.checks.metaschema import are_surely_valid, first_violation, is_surely_valid
from batchlint.checks.registry import checks_for
from batchlint.rules.catalogue import rules
from plausible import FAULTS, MODEL, SCHEMAS, Fault, Object, line_of, request, secret

CASES = Path(__file__).parent / "cases" / "rules"
FAMILY = [name for name, rule in rules().items() if rule.family == "request"]
ALL = checks_for(lambda _: True)


def report_on(lines: list[str], **options: Any) -> batchlint.Report:
    return batchlint.validate(io.BytesIO("".join(lines).encode()), **options)


def of_family(report: batchlint.Report) -> dict[int | None, list[Fault]]:
    """The findings of the family by their lines."""
    found: dict[int | None, list[Fault]] = defaultdict(list)
    for finding in report.findings:
        if finding.family == "request":
            assert finding.pointer is not None
            found[finding.line].append((finding.rule, finding.pointer))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_plausible_requests_have_no_finding(seed: int) -> None:
    random_ = random.Random(seed)
    requests = [request(random_, number) for number in range(300)]
    report = report_on([line_of(random_, each) for each in requests])
    # Both endpoints stand in one file, and older forms are told of.
    assert {finding.rule for finding in report.findings} <= {"mixed-endpoints", "old-form"}
    assert report.files[0].requests == 300


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_single_fault_is_found_at_its_pointer(fault: Any) -> None:
    random_ = random.Random(fault.__name__)
    lines: list[str] = []
    expected: list[Fault] = []
    while len(lines) < 100:
        changed = copy.deepcopy(request(random_, len(lines)))
        put = fault(random_, changed)
        if put is not None:
            lines.append(line_of(random_, changed))
            expected.append(put)
    found = of_family(report_on(lines))
    assert {number: found[number] for number in range(1, 101)} == {n: [each] for n, each in enumerate(expected, 1)}


def cases() -> list[Any]:
    rows = [(rule, case) for rule in FAMILY for case in json.loads((CASES / f"{rule}.json").read_text("utf-8"))]
    return [pytest.param(rule, case, id=f"{rule}: {case['name']}") for rule, case in rows if rules()[rule].default]


@pytest.mark.parametrize(("rule", "case"), cases())
def test_case(rule: str, case: dict[str, Any]) -> None:
    text = case["text"] if "text" in case else [piece * count for piece, count in case["repeat"]]
    report = report_on(text, **case.get("options", {}))
    found = [[each.rule, each.line, each.column, each.pointer] for each in report.findings]
    assert found == [row[:4] for row in case["expect"]]
    assert (rule in [row[0] for row in found]) != case["name"].startswith("passes: ")


MEMBERS_LISTED = (
    "custom_id method url body model messages role content tool_calls tool_call_id function name "
    "arguments id type tools tool_choice parameters response_format json_schema schema function_call "
    "image_url audio_url file file_data repetition_penalty presence_penalty max_tokens "
    "max_completion_tokens top_logprobs logprobs prompt $schema $defs properties items required"
)
MEMBERS = st.sampled_from(MEMBERS_LISTED.split())
TEXTS = st.one_of(
    st.text(max_size=8),
    MEMBERS,
    st.sampled_from(
        ["user", "assistant", "tool", "a", "{", "{}", "data:", "data:image/png;base64,A", "Data:,", "auto"]
    ),
    st.integers(0, 2**32).map(lambda seed: secret(random.Random(seed))),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(MEMBERS | st.text(max_size=3), inner, max_size=5),
    max_leaves=25,
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "tool", "function"]) | VALUES},
        optional={
            "content": VALUES | st.lists(st.fixed_dictionaries({"image_url": st.fixed_dictionaries({"url": TEXTS})})),
            "tool_calls": VALUES
            | st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={"id": TEXTS | VALUES, "function": st.fixed_dictionaries({"arguments": TEXTS | VALUES})},
                ),
                max_size=3,
            ),
            "tool_call_id": TEXTS | VALUES,
            "function_call": VALUES,
        },
    ),
    max_size=5,
)
BODIES = st.fixed_dictionaries(
    {"messages": MESSAGES | VALUES},
    optional={
        "tools": VALUES | st.lists(st.fixed_dictionaries({"function": st.dictionaries(MEMBERS, VALUES)}), max_size=3),
        "tool_choice": VALUES | st.fixed_dictionaries({"type": st.just("function"), "function": VALUES}),
        "response_format": VALUES | st.fixed_dictionaries({"schema": VALUES}),
        "repetition_penalty": VALUES,
        "presence_penalty": VALUES,
        "max_tokens": VALUES,
        "max_completion_tokens": VALUES,
        "top_logprobs": VALUES,
    },
)
REQUESTS = st.fixed_dictionaries({"body": BODIES | VALUES}, optional={"custom_id": VALUES, "url": VALUES})


def hide_strings(value: Any, random_: random.Random) -> str:
    """`value` as JSON in which any character of a string may be an escape."""
    if isinstance(value, str):
        shown = (json.dumps(each)[1:-1] if random_.random() < 0.8 else escape(each) for each in value)
        return '"' + "".join(shown) + '"'
    if isinstance(value, list):
        return "[" + ",".join(hide_strings(each, random_) for each in value) + "]"
    if isinstance(value, dict):
        members = (f"{hide_strings(key, random_)}:{hide_strings(each, random_)}" for key, each in value.items())
        return "{" + ",".join(members) + "}"
    return json.dumps(value)


def escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[index]:02x}{units[index + 1]:02X}" for index in range(0, len(units), 2))


@settings(max_examples=250, deadline=None)
@given(REQUESTS, st.integers(0, 2**32), st.booleans())
def test_a_line_that_has_a_fault_meets_its_condition(value: Object, seed: int, hides: bool) -> None:
    line = hide_strings(value, random.Random(seed)) if hides else json.dumps(value, ensure_ascii=False)
    assert json.loads(line) == value
    for rule, find in FINDERS.items():
        faults = list(find(copy.deepcopy(value)))
        assert {fault.rule for fault in faults} <= {rule}
        if faults:
            assert finder([CONDITIONS[rule], HIDDEN])(line)
            assert ALL.may_have_faults(line)


@settings(max_examples=100, deadline=None)
@given(REQUESTS)
def test_values_of_any_type_are_judged(value: Object) -> None:
    for finding in batchlint.validate_request(value):
        assert finding.rule in rules()


def test_ordinary_lines_meet_no_condition() -> None:
    text = "A task-based, risk-averse desk asks for the data: tool use, tools and schema design, bearer of news."
    body = {"model": MODEL, "messages": [{"role": "user", "content": text * 20}], "max_tokens": 5, "stop": ["é"]}
    line = json.dumps({"custom_id": "request-1", "method": "POST", "url": "/v1/chat/completions", "body": body})
    on = checks_for(lambda rule: rules()[rule].default)
    assert not on.may_have_faults(line)
    assert on.may_have_faults(line.replace("max_tokens", "max_t\\u006fkens"))


def test_conditions_and_finders_are_of_the_same_rules() -> None:
    assert set(CONDITIONS) == set(FINDERS)
    assert set(FAMILY) == set(CONDITIONS) | {"wrong-endpoint", "identical-request"}


SCHEMA_WORDS_LISTED = (
    "type properties items required enum const minimum exclusiveMinimum minLength pattern $ref $defs $id "
    "$anchor allOf not if additionalProperties prefixItems uniqueItems dependentRequired definitions "
    "string object array"
)
SCHEMA_WORDS = st.sampled_from(SCHEMA_WORDS_LISTED.split())
SCHEMA_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.just(1.0) | st.text(max_size=3) | SCHEMA_WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCHEMA_WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(SCHEMA_WORDS, SCHEMA_VALUES, max_size=5),
    st.sampled_from([None, "https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#"]),
)
def test_what_the_compiled_validator_accepts_jsonschema_accepts(schema: Object, dialect: str | None) -> None:
    declared = schema if dialect is None else {"$schema": dialect, **schema}
    whole: Object = {"tools": [1, {"function": {"parameters": declared}}], "response_format": None}
    accepts = are_surely_valid((("tools", "*", "function", "parameters"),), whole)
    assert accepts <= is_surely_valid(declared)
    if is_surely_valid(declared):
        assert first_violation(json.dumps(declared)) is None


def test_schemas_of_every_writing_are_valid() -> None:
    for schema in SCHEMAS:
        body = {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}}
        assert list(invalid_json_schemas({"body": body})) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": [{}] * 100_000},
        {"required": [{"a": number} for number in range(50_000)]},
        {"enum": [[]] * 100_000, "type": "int"},
        {"pattern": "(" * 100_000, "type": 5},
        {"$schema": "http://[", "type": 5},
        {"$schema": "file:///etc/passwd"},
        {"properties": {str(number): {"type": "object"} for number in range(2_000)}},
    ],
    ids=lambda schema: next(iter(schema)),
)
def test_hostile_schemas_are_judged_or_left_alone(schema: Object) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
    body["tools"] = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    found = batchlint.validate_request(
        {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    )
    assert {finding.rule for finding in found} <= {"invalid-json-schema"}


@pytest.mark.parametrize(
    "dialect",
    [
        None,
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "http://json-schema.org/draft-07/schema#",
        "http://json-schema.org/draft-04/schema#",
    ],
)
@pytest.mark.parametrize("member", ["properties", "definitions", "dependencies"])
def test_of_a_schema_with_several_faults_the_first_is_told(dialect: str | None, member: str) -> None:
    # The names are many, so that an order by chance is not that of the text.
    schema: Object = {member: dict.fromkeys("hgfedcba", 5)}
    if dialect is not None:
        schema = {"$schema": dialect, **schema}
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    body = {"model": "m", "messages": [{"role": "user", "content": "?"}], "tools": [tool]}
    found = batchlint.validate_request(
        {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    )
    assert [finding.pointer for finding in found] == [f"/body/tools/0/function/parameters/{member}/h"]


@pytest.mark.parametrize("seed", range(24))
def test_a_secret_is_found_anywhere_and_shown_nowhere(seed: int) -> None:
    random_ = random.Random(seed)
    value = secret(random_)
    bare = value.replace("\n", "").replace(" ", "") if "KEY" in value else value
    places = [
        {"custom_id": bare},
        {"url": f"/v1/{bare}"},
        {"method": bare},
        {bare: 1},
        {"body": {"model": bare, "messages": [{"role": bare, "content": value}], bare: {"x": value}}},
    ]
    whole = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m"}, "note": value}
    lines = "".join(json.dumps({**whole, **place}) + "\n" for place in places)
    run = subprocess.run(
        [sys.executable, "-m", "batchlint", "lint", "-f", random_.choice(["full", "json"]), "-"],
        input=lines.encode(),
        capture_output=True,
        check=False,
    )
    shown = (run.stdout + run.stderr).decode()
    assert shown.count("secret-in-request") >= len(places)
    telling = [part for part in value.replace("\\", "\n").replace('"', "\n").split() if len(part) >= 16]
    assert telling
    assert [part for part in telling if part[8:16] in shown] == []


@pytest.mark.parametrize("switched_off", ["jsonschema_rs", "orjson"])
def test_the_same_is_found_without_the_compiled_validator(switched_off: str, tmp_path: Path) -> None:
    random_ = random.Random(7)
    lines = []
    for number in range(60):
        changed = request(random_, number)
        random_.choice(FAULTS)(random_, changed)
        lines.append(line_of(random_, changed))
    path = tmp_path / "requests.jsonl"
    path.write_bytes("".join(lines).encode())
    script = (
        f"import sys; sys.modules[{switched_off!r}] = None\n"
        "import batchlint, json\n"
        "print(json.dumps(batchlint.validate(sys.argv[1]).to_dict()['findings']))"
    )
    run = subprocess.run([sys.executable, "-c", script, path], capture_output=True, check=True)
    assert json.loads(run.stdout) == batchlint.validate(path).to_dict()["findings"]


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("temprature", "write temperature (repaired by --fix --unsafe-fixes)"),
        ("maxTokens", "write max_tokens (repaired by --fix --unsafe-fixes)"),
        ("Max-Tokens", "write max_tokens (repaired by --fix --unsafe-fixes)"),
        ("top_logprobs", "write the number in logprobs"),
        ("frequency_penalti", "write frequency_penalty (repaired by --fix --unsafe-fixes)"),
        ("chat_template_kwarg", "write chat_template_kwargs (repaired by --fix --unsafe-fixes)"),
        ("metadata", "remove it; Together's documentation does not list it, so it is probably ignored"),
        ("xyzzy", "check the spelling; Together's documentation does not list it"),
        ("t" * 100_000, "check the spelling; Together's documentation does not list it"),
    ],
)
def test_an_unknown_member_has_the_hint_that_is_meant(wrong: str, hint: str) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "?"}], wrong: 1}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    assert [finding.hint for finding in batchlint.validate_request(line) if finding.rule == "unknown-field"] == [hint]


@pytest.mark.parametrize("profile", ["openai", "mistral", "groq"])
@pytest.mark.parametrize("name", ["top_k", "topK", "topk", "min_p", "top_a"])
def test_another_parameter_is_no_misspelling(name: str, profile: str) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "?"}], name: 1}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    for finding in batchlint.validate_request(line, profile=profile):
        assert "top_p" not in (finding.hint or "")
        assert finding.repair is None


def test_a_name_that_the_document_knows_is_not_renamed_to_a_similar_one() -> None:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "!", "function_calls": []}]
    body = {"model": "m", "messages": messages}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    found = [finding for finding in batchlint.validate_request(line) if finding.rule == "unknown-field"]
    assert [(finding.hint, finding.repair) for finding in found] == [("write tool_calls", None)]


def test_a_known_member_that_is_there_is_not_suggested() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "?"}], "top_k": 1, "top_kk": 2}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    hints = [finding.hint for finding in batchlint.validate_request(line)]
    assert hints == ["check the spelling; Together's documentation does not list it"]


@pytest.mark.parametrize(
    ("role", "hint"),
    [
        ("asistant", "write assistant"),
        ("User ", "write user"),
        ("bot", "write assistant"),
        ("nobody", "write system, user, assistant or tool"),
    ],
)
def test_a_wrong_value_has_the_hint_that_is_meant(role: str, hint: str) -> None:
    body = {"model": "m", "messages": [{"role": role, "content": "?"}]}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    assert [finding.hint for finding in batchlint.validate_request(line)] == [hint]


def test_a_large_image_is_judged_in_full() -> None:
    data = "iVBORw0KGgoAAAAN" + "A" * 4_000_000
    for url, count in ((data, 0), (data[:-1], 1), (data[:-2] + "_A", 1)):
        part = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{url}"}}
        body = {"model": "m", "messages": [{"role": "user", "content": [part]}]}
        line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
        assert len(batchlint.validate_request(line)) == count
