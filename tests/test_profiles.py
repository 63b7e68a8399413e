"""The profiles: found by name, consistent with their documents, and each by its provider's own files and lines."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import batchlint
from batchlint.documents.linked import linked
from batchlint.documents.profile import DEFAULT, profile_named, profile_names
from batchlint.documents.store import by_urn, load, names, schemas_folder
from batchlint.engine.options import EngineOptions
from batchlint.engine.setup import engine_for
from batchlint.reading.sources import PathSource, source_of
from batchlint.validating.authority import authority_on
from batchlint.validating.compiled import Explainer, compiled
from driving import judged_by

CASES = Path(__file__).parent / "cases"
MATRIX: dict[str, dict[str, list[Any]]] = json.loads((CASES / "profiles" / "matrix.json").read_text("utf-8"))
PROFILES = profile_names()
OURS = [name for name in names() if not name.startswith("meta/") and not name.endswith("/profile")]
DOCUMENTS = ["urn:batchlint:" + name.replace("/", ":") for name in OURS]


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]


def file_of(profile: str) -> Path:
    return schemas_folder() / profile.replace("@", "/") / "profile.json"


def test_the_profiles() -> None:
    assert PROFILES == (
        "azure@2025-08-13",
        "azure@2025-11-06",
        "fireworks@2026-08-12",
        "groq@2026-02-15",
        "groq@2026-07-19",
        "mistral@2026-04-23",
        "openai@2026-08-21",
        "together@2026-02-15",
        "together@2026-05-11",
        "together@2026-08-19",
        "vllm@2025-12-09",
        "vllm@2026-02-05",
    )
    assert DEFAULT == "together@2026-02-15"


@pytest.mark.parametrize("profile", PROFILES)
def test_a_provider_stands_for_its_newest_profile(profile: str) -> None:
    provider = profile.split("@", maxsplit=1)[0]
    newest = max(name for name in PROFILES if name.split("@")[0] == provider)
    assert profile_named(provider).name == newest
    assert profile_named(profile).name == profile


@pytest.mark.parametrize("name", ["openai@2026-08-20", "open", "together@", "", "../together", "x\x1b[31m@2026-01-01"])
def test_an_unknown_profile_is_refused_and_the_known_ones_are_named(name: str) -> None:
    with pytest.raises(batchlint.UsageError) as caught:
        profile_named(name)
    assert all(profile in str(caught.value) for profile in PROFILES)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_a_good_document_and_says_where_it_is_from(profile: str) -> None:
    document = load(file_of(profile))
    assert Draft202012Validator(by_urn("urn:batchlint:meta:profile")).is_valid(document)
    assert f"{document['provider']}@{document['date']}" == profile
    line = by_urn(document["line"])
    urls = [endpoint["document"] for endpoint in document["endpoints"].values() if endpoint["document"] is not None]
    assert all(by_urn(urn)["type"] == "object" for urn in urls)
    examples = "".join(json.dumps(example) + "\n" for example in line["examples"]).encode()
    across = {"mixed-endpoints", "mixed-models", "duplicate-custom-id"}
    found = batchlint.validate(io.BytesIO(examples), profile=profile).findings
    assert [finding for finding in found if finding.rule not in across] == []


@pytest.mark.parametrize("urn", DOCUMENTS)
def test_a_document_is_good_and_its_examples_fit(urn: str) -> None:
    document = by_urn(urn)
    assert list(authority_on(linked("urn:batchlint:meta:document"))(document)) == []
    for example in document.get("examples", ()):
        assert list(authority_on(linked(urn))(example)) == []


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("limits/inputs", {"endpoint": "/v1/embeddings"}),
        ("limits/inputs", {"total": [{"above": 1, "severity": "error"}]}),
        ("limits/inputs", {"endpoint": "v1", "total": [{"above": 1, "severity": "error"}]}),
        ("limits/inputs", {"endpoint": "/v1", "total": []}),
        ("limits/inputs", {"endpoint": "/v1", "total": [{"above": 0, "severity": "error"}]}),
        ("limits/inputs", {"endpoint": "/v1", "total": [{"above": 1, "severity": "error"}], "unit": "x"}),
        ("endpoints/v1", {"title": "x", "document": None}),
        ("endpoints//v1", {"title": "x", "document": False}),
        ("endpoints//v1", {"title": "x"}),
        ("endpoints//v1", {"title": "x", "document": "openai/chat"}),
    ],
)
def test_a_profile_that_is_none_is_refused(change: str, value: object) -> None:
    document = json.loads(file_of("openai@2026-08-21").read_text("utf-8"))
    member, name = change.split("/", 1)
    document[member][name] = value
    assert not Draft202012Validator(by_urn("urn:batchlint:meta:profile")).is_valid(document)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", sorted(MATRIX))
def test_the_file_of_one_provider_by_the_contract_of_another(name: str, profile: str) -> None:
    report = batchlint.validate(CASES / "profiles" / f"{name}.jsonl", profile=profile)
    found = [[finding.line, finding.rule, finding.severity, finding.pointer] for finding in report.findings]
    assert found == MATRIX[name][profile]


def test_each_provider_has_a_correct_file() -> None:
    files = {path.stem for path in (CASES / "profiles").glob("*.jsonl")}
    assert files == set(MATRIX)
    assert set(PROFILES) <= files
    assert all(MATRIX[profile][profile] == [] for profile in PROFILES)


HINTS = [
    pytest.param(path.stem, row, id=f"{path.stem}: {row['name']}")
    for path in sorted((CASES / "hints").glob("*.jsonl"))
    for row in rows(f"hints/{path.name}")
]


@pytest.mark.parametrize(("profile", "row"), HINTS)
def test_hints(profile: str, row: dict[str, Any]) -> None:
    findings = batchlint.validate_request(row["request"], profile=profile)
    found = sorted(([f.rule, f.severity, f.pointer, own_hint(f)] for f in findings), key=str)
    assert found == row["expect"]


def own_hint(finding: batchlint.Finding) -> str | None:
    """The hint as the document has it, without the note that the command can repair the fault."""
    hint = finding.hint
    if hint is None or finding.repair is None:
        return hint
    own, _, _ = hint.rpartition("repaired by --fix")
    return own.removesuffix(" (") or None


@pytest.mark.parametrize("row", rows("documents.jsonl"), ids=lambda row: row["document"])
def test_a_document_by_itself(row: dict[str, Any]) -> None:
    found = [violation.keyword for violation in authority_on(linked(row["document"]))(row["value"])]
    assert found == ["type"]
    assert row["expect"] == [["wrong-type", "error", ""]]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_compiled_documents_say_what_the_authority_says(profile: str) -> None:
    documents = linked(profile_named(profile).line)
    authority, fast = authority_on(documents), compiled(documents)
    assert fast is not None
    explainer = Explainer(documents, fast)
    for row in rows(f"requests/{profile}.jsonl"):
        slowly = {(v.path, v.keyword, repr(v.expected)) for v in authority(row["request"])}
        quickly = {(v.path, v.keyword, repr(v.expected)) for v in explainer.violations(row["request"])}
        assert slowly == quickly, row["name"]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_endpoint_and_every_line_form_is_accepted_by_a_case(profile: str) -> None:
    accepted = [row["request"] for row in rows(f"requests/{profile}.jsonl") if not row["expect"]]
    contract = profile_named(profile)
    line = by_urn(contract.line)
    if "url" in line.get("required", ()) or profile.startswith("together"):
        assert {request.get("url") for request in accepted} >= set(contract.endpoints) - {
            "/v1/chat/completions" if profile.startswith("azure") else None
        }
    forms = {frozenset(request) for request in accepted}
    assert forms


TWO = b'{"custom_id": "%d", "body": {"messages": [{"role": "user", "content": "x"}]}}\n'
EMBEDDING = b'{"custom_id": "%d", "body": {"input": "x"}}\n'


@pytest.mark.parametrize("screens", [True, False])
@pytest.mark.parametrize("profile", ["mistral", "fireworks", "together"])
def test_a_line_without_url_is_for_chat(profile: str, *, screens: bool) -> None:
    line = TWO.replace(b'"messages"', b'"model": "m", "messages"') if profile == "together" else TWO
    engine = engine_for(EngineOptions(profile, screens=screens))
    assert list(engine.lint(source_of(io.BytesIO(line % 1 + line % 2)))) == []
    found = list(engine.lint(source_of(io.BytesIO(EMBEDDING % 1))))
    assert {(finding.rule, finding.pointer) for finding in found} >= {("missing-field", "/body")}


@pytest.mark.parametrize("screens", [True, False])
def test_the_job_names_the_endpoint(*, screens: bool) -> None:
    engine = engine_for(EngineOptions("mistral", endpoint="/v1/embeddings", screens=screens))
    assert list(engine.lint(source_of(io.BytesIO(EMBEDDING % 1 + EMBEDDING % 2)))) == []
    found = list(engine.lint(source_of(io.BytesIO(TWO % 1))))
    assert [(finding.rule, finding.severity, finding.pointer) for finding in found] == [
        ("wrong-endpoint", "error", "/body"),
    ]
    anything = engine_for(EngineOptions("mistral", endpoint="/v1/ocr", screens=screens))
    assert list(anything.lint(source_of(io.BytesIO(EMBEDDING % 1)))) == []
    chat = engine_for(EngineOptions("mistral", endpoint="/v1/chat/completions", screens=screens))
    assert list(chat.lint(source_of(io.BytesIO(TWO % 1 + TWO % 2)))) == []


@pytest.mark.parametrize(
    ("profile", "severity"), [("openai", "error"), ("azure", "error"), ("groq", "info"), ("vllm", "warning")]
)
def test_one_model_in_a_file(profile: str, severity: str) -> None:
    url = "/chat/completions" if profile == "azure" else "/v1/chat/completions"
    lines = [
        {"custom_id": model, "method": "POST", "url": url, "body": {"model": model, "messages": [MESSAGE]}}
        for model in ("a", "b")
    ]
    found = batchlint.validate(io.BytesIO(encoded(lines)), profile=profile).findings
    assert [(f.line, f.rule, f.severity) for f in found] == [(2, "mixed-models", severity)]


def test_urls_of_vllm_may_be_mixed_and_ids_repeated_with_a_warning() -> None:
    body = {"text_1": "a", "text_2": "b"}
    lines: list[dict[str, Any]] = [
        {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"messages": [MESSAGE]}},
        {"custom_id": "b", "method": "POST", "url": "/v1/score", "body": body},
        {"custom_id": "b", "method": "POST", "url": "/my/own/score", "body": body},
    ]
    found = batchlint.validate(io.BytesIO(encoded(lines) + b"\n"), profile="vllm").findings
    assert [(f.line, f.rule, f.severity) for f in found] == [
        (2, "mixed-endpoints", "warning"),
        (3, "duplicate-custom-id", "warning"),
        (4, "blank-line", "info"),
    ]


MESSAGE = {"role": "user", "content": "x"}


def encoded(lines: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def embeddings(*counts: int | str) -> bytes:
    inputs = [count if isinstance(count, str) else ["x"] * count for count in counts]
    return encoded(
        [
            {"custom_id": str(n), "method": "POST", "url": "/v1/embeddings", "body": {"model": "m", "input": value}}
            for n, value in enumerate(inputs)
        ]
    )


@pytest.mark.parametrize("screens", [True, False])
@pytest.mark.parametrize(("content", "count"), [(embeddings(*[2000] * 25), 0), (embeddings("x", *[2000] * 25), 50_001)])
def test_inputs_are_counted_over_the_file(content: bytes, count: int, *, screens: bool) -> None:
    engine = engine_for(EngineOptions("openai", screens=screens))
    found = list(engine.lint(source_of(io.BytesIO(content))))
    told = [f"the file has {count:,} inputs for /v1/embeddings; expected at most 50,000"] if count else []
    assert [finding.message for finding in found] == told
    assert all((f.rule, f.severity, f.line, f.pointer) == ("too-many-inputs", "error", None, None) for f in found)


def test_token_ids_are_one_input_and_other_endpoints_are_not_counted() -> None:
    tokens = embeddings(*["x"] * 2).replace(b'"x"', b"[1, 2, 3]") * 1
    other = embeddings(*[2000] * 26).replace(b"/v1/embeddings", b"/v1/moderations")
    for content in (tokens, other):
        assert batchlint.validate(io.BytesIO(content), profile="openai").findings == ()


def test_inputs_are_counted_alike_by_several_processes(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    long_text = json.dumps("x" * 2000).encode()
    path.write_bytes(embeddings(*[20] * 2501).replace(b'"x"', long_text[:300] + b'"'))
    content = path.read_bytes()
    path.write_bytes(content)
    assert path.stat().st_size > 12 * 1024 * 1024
    source = PathSource(str(path))
    alone = list(engine_for(EngineOptions("openai")).lint(source))
    ((together, _),) = judged_by(EngineOptions("openai"), 2, [path])
    assert alone == together
    assert [finding.rule for finding in alone] == ["too-many-inputs"]


@pytest.mark.parametrize("name", ["1", "01", "+1", "0", "-1", "1.0", " 1"])
@pytest.mark.parametrize("others", [{}, {"1": 1, "01": 1, "+1": 1}])
def test_a_member_whose_name_is_a_number_is_found(name: str, others: dict[str, object]) -> None:
    body = {"model": "m", "messages": [MESSAGE], "logit_bias": {**others, name: "high"}}
    content = encoded([{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body}])
    (finding,) = batchlint.validate(io.BytesIO(content), profile="openai").findings
    assert finding.offset is not None
    assert content[finding.offset : finding.end_offset] == b'"high"'
    assert (finding.pointer, finding.message) == (
        f"/body/logit_bias/{name}",
        f'"{name}" is a string; expected a number',
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_limits_of_size(profile: str) -> None:
    contract = profile_named(profile)
    for bounds in (contract.request_bounds, contract.byte_bounds, contract.input_bounds):
        assert [bound.above for bound in bounds] == sorted({bound.above for bound in bounds})
        assert [bound.severity for bound in bounds] in ([], ["error"], ["warning", "error"])


def test_limits_by_profile() -> None:
    limits = {name: [b.above for b in profile_named(name).request_bounds] for name in PROFILES}
    assert limits == {
        "azure@2025-08-13": [100_000],
        "azure@2025-11-06": [100_000],
        "fireworks@2026-08-12": [],
        "groq@2026-02-15": [],
        "groq@2026-07-19": [],
        "mistral@2026-04-23": [1_000_000],
        "openai@2026-08-21": [50_000],
        "together@2026-02-15": [50_000],
        "together@2026-05-11": [50_000],
        "together@2026-08-19": [50_000],
        "vllm@2025-12-09": [],
        "vllm@2026-02-05": [],
    }


@pytest.mark.parametrize("name", list(names()))
def test_patterns_are_plain(name: str) -> None:
    urn = "urn:batchlint:" + name.replace("/", ":")
    if name.endswith("/profile") and not name.startswith("meta/"):
        return
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(by_urn(urn)))
    for pattern in map(json.loads, patterns):
        re.compile(pattern)
        # No repetition of a repetition, and nothing that dialects of regular expressions read in their own way.
        assert not re.search(r"[*+}]\)[*+{?]|\\[dwsbDWSB]", pattern)
