"""The documents themselves: sound, closed, and true to their own examples."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import batchlint
from batchlint.documents.profile import DEFAULT, profile_named, profile_names
from batchlint.documents.store import by_urn, names
from batchlint.rules.catalogue import rules
from support import SCHEMAS, documents, registry, run

Schema = dict[str, Any]

RULE_TABLE = Path(batchlint.__file__).parent / "rules" / "rules.json"
DOCUMENTS = [name for name in names() if name == "meta/profile" or not name.endswith("/profile")]
PROVIDER_DOCUMENTS = [name for name in DOCUMENTS if not name.startswith("meta/")]
DATA_KEYWORDS = ("examples", "const", "enum", "default", "x-lint")
NAMED_SCHEMAS = ("properties", "patternProperties", "$defs")


def urn_of(name: str) -> str:
    return f"urn:batchlint:{name.replace('/', ':')}"


def document(name: str) -> Schema:
    return documents()[urn_of(name)]


def meta(name: str) -> Draft202012Validator:
    return Draft202012Validator(document(f"meta/{name}"), registry=registry())


def subschemas(schema: object) -> Iterator[Schema]:
    """`schema` and every schema within it, data left out."""
    if isinstance(schema, list):
        for part in schema:
            yield from subschemas(part)
    elif isinstance(schema, dict):
        yield schema
        for keyword, value in schema.items():
            if keyword in NAMED_SCHEMAS:
                for part in value.values():
                    yield from subschemas(part)
            elif keyword not in DATA_KEYWORDS:
                yield from subschemas(value)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_sound(name: str) -> None:
    Draft202012Validator.check_schema(document(name))
    # The dialect is what the standard's meta-schema becomes with our annotation; it is no document of that kind.
    if name != "meta/dialect":
        assert list(meta("document").iter_errors(document(name))) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_called_what_its_file_is_called(name: str) -> None:
    assert document(name)["$id"] == urn_of(name)


@pytest.mark.parametrize("profile", profile_names())
def test_a_profile_is_sound(profile: str) -> None:
    provider, date = profile.split("@")
    data = json.loads((SCHEMAS / provider / date / "profile.json").read_bytes())
    assert list(meta("profile").iter_errors(data)) == []
    assert (data["provider"], data["date"]) == (provider, date)
    assert set(data.get("rules", {})) <= set(rules())


def test_the_table_of_rules_is_sound() -> None:
    assert list(meta("rules").iter_errors(json.loads(RULE_TABLE.read_bytes()))) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_unknown_keyword_is_refused(name: str) -> None:
    count = sum(1 for _ in subschemas(document(name)))
    # Some places keep this short; meta schemas treat all places alike.
    for index in range(0, count, max(1, count // 4)):
        changed = copy.deepcopy(document(name))
        next(schema for number, schema in enumerate(subschemas(changed)) if number == index)["requird"] = ["a"]
        assert not meta("document").is_valid(changed), index


@pytest.mark.parametrize("name", PROVIDER_DOCUMENTS)
def test_every_annotation_stands_beside_its_keyword(name: str) -> None:
    for schema in subschemas(document(name)):
        assert set(schema.get("x-lint", {})) <= set(schema)


def test_an_annotation_without_its_keyword_is_refused() -> None:
    for keyword in ("type", "const", "enum", "required", "not", "maxLength", "additionalProperties"):
        changed = copy.deepcopy(document(PROVIDER_DOCUMENTS[0]))
        changed["$defs"] = {"stray": {"x-lint": {keyword: {"hint": "a hint"}}}}
        assert not meta("document").is_valid(changed), keyword


@pytest.mark.parametrize("name", PROVIDER_DOCUMENTS)
def test_annotations_name_rules_that_exist(name: str) -> None:
    notes = [note for schema in subschemas(document(name)) for note in schema.get("x-lint", {}).values()]
    assert {note["rule"] for note in notes if "rule" in note} <= set(rules())


def references(schema: Schema) -> list[str]:
    return [each["$ref"] for each in subschemas(schema) if "$ref" in each]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_reference_is_to_a_document_shipped(name: str) -> None:
    resolver = registry().resolver(base_uri=urn_of(name))
    for reference in references(document(name)):
        assert resolver.lookup(reference).contents is not None


def test_a_line_needs_only_the_documents_of_its_folder() -> None:
    contract = profile_named(DEFAULT)
    needed = {contract.line}
    while (
        more := {reference.partition("#")[0] for urn in needed for reference in references(documents()[urn])}
        - needed
        - {""}
    ):
        needed |= more
    assert needed == {contract.line, *filter(None, contract.endpoints.values())}


@pytest.mark.parametrize("name", PROVIDER_DOCUMENTS)
def test_a_finding_is_about_the_branch_that_was_meant(name: str) -> None:
    assert [schema for schema in subschemas(document(name)) if "oneOf" in schema or "anyOf" in schema] == []


@pytest.mark.parametrize("name", PROVIDER_DOCUMENTS)
def test_every_not_has_words_of_its_own(name: str) -> None:
    """The bare keyword would say neither what was found nor what is expected."""
    for schema in subschemas(document(name)):
        if "not" in schema and set(schema) & {"type", "x-lint"}:
            assert {"rule", "expected"} <= set(schema["x-lint"]["not"]), schema


def quantified_twice(pattern: str) -> bool:
    """Whether a repeated group repeats something itself, which takes exponential time on some texts."""
    plain = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "c", pattern)
    while group := re.search(r"\((?:\?[:=!])?([^()]*)\)([*+?{]?)", plain):
        repeats = re.search(r"[*+{]", group[1]) is not None
        if repeats and group[2] in ("*", "+", "{"):
            return True
        plain = plain[: group.start()] + ("c*" if repeats else "c") + group[2] + plain[group.end() :]
    return False


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^(a+)+$", True),
        ("((ab*)c){2,}", True),
        ("(?:[+*]x)+", False),
        ("^([A-Za-z][A-Za-z0-9+-]*:|//)", False),
        (r"(\+)+", False),
    ],
)
def test_nested_repetition_is_recognised(pattern: str, expected: bool) -> None:
    assert quantified_twice(pattern) is expected


@pytest.mark.parametrize("name", DOCUMENTS)
def test_patterns_take_linear_time(name: str) -> None:
    for schema in subschemas(document(name)):
        for pattern in (schema.get("pattern", ""), *schema.get("patternProperties", {})):
            re.compile(pattern)
            assert not quantified_twice(pattern)


def line_examples() -> list[tuple[str, Schema]]:
    return [
        (profile, request)
        for profile in profile_names()
        for request in documents()[profile_named(profile).line]["examples"]
    ]


@pytest.mark.parametrize(("profile", "example"), line_examples())
def test_an_example_of_a_line_has_no_finding(profile: str, example: Schema) -> None:
    assert batchlint.validate_request(example, profile=profile) == []


def body_examples() -> list[tuple[str, str, Schema]]:
    return [
        (profile, url, body)
        for profile in profile_names()
        for url, urn in profile_named(profile).endpoints.items()
        for body in (documents()[urn]["examples"] if urn else ())
    ]


@pytest.mark.parametrize(("profile", "url", "body"), body_examples())
def test_an_example_of_a_body_has_no_finding(profile: str, url: str, body: Schema) -> None:
    envelope = documents()[profile_named(profile).line]["examples"][0]
    request = {**envelope, "body": body} | ({"url": url} if "url" in envelope else {})
    findings = batchlint.validate_request(request, profile=profile, endpoint=None if "url" in envelope else url)
    # A profile may have something to say about the url itself.
    assert [finding for finding in findings if finding.pointer != "/url"] == []


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.startswith("meta/")])
def test_an_example_of_a_meta_schema_fits_it(name: str) -> None:
    validator = meta(name.removeprefix("meta/"))
    for example in document(name).get("examples", ()):
        assert list(validator.iter_errors(example)) == []


@pytest.mark.parametrize("name", PROVIDER_DOCUMENTS)
def test_a_document_says_what_it_is(name: str) -> None:
    assert all(document(name).get(member) for member in ("title", "description", "examples"))


@pytest.mark.parametrize("name", list(names()))
def test_the_command_shows_the_file_itself(name: str) -> None:
    shown = run("schema", "show", name)
    assert (shown.returncode, shown.stderr) == (0, b"")
    ending = ".json" if name.endswith("/profile") and name != "meta/profile" else ".schema.json"
    assert json.loads(shown.stdout) == json.loads((SCHEMAS / f"{name}{ending}").read_bytes())


def test_a_document_is_never_fetched() -> None:
    with pytest.raises(batchlint.DocumentError, match="there is no document"):
        by_urn("https://json-schema.org/draft/2020-12/schema")
    with pytest.raises(batchlint.DocumentError, match="there is no document"):
        by_urn("urn:batchlint:..:..:etc:passwd")
