"""Removing constraints from documents, one at a time, and looking for a case that notices.

A case notices when its findings are no longer the same: rules, severities or pointers, and hints where the
case states them.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from batchlint.documents.linked import linked
from batchlint.documents.profile import profile_named, profile_names
from batchlint.documents.store import by_urn
from batchlint.documents.walk import schemas
from batchlint.pointer import pointer_of
from batchlint.rules.catalogue import rules
from batchlint.validating.faults import faults_of
from batchlint.validating.violation import Violation

CASES = Path(__file__).parent / "cases"

ANNOTATIONS = frozenset({"$schema", "$id", "title", "description", "$comment", "deprecated", "default", "examples"})

Steps = tuple[str | int, ...]
Outcome = tuple[tuple[str | None, ...], ...]
Documents = dict[str, dict[str, Any]]


def removable(document: dict[str, Any]) -> Iterator[Steps]:
    """What can be taken away: keywords, single names of ``required``, rules and severities of annotations."""
    for steps, schema in schemas(document):
        for keyword, value in schema.items():
            if keyword in ANNOTATIONS or keyword == "$defs":
                continue
            if keyword == "x-lint":
                for lintable, note in value.items():
                    yield from ((*steps, keyword, lintable, part) for part in ("rule", "severity") if part in note)
                continue
            yield (*steps, keyword)
            if keyword == "required" and len(value) > 1:
                yield from ((*steps, keyword, number) for number in range(len(value)))


def without(document: dict[str, Any], steps: Steps) -> dict[str, Any]:
    """`document` without what `steps` lead to; only what stands on the way is copied."""
    changed: Any = copy.copy(document)
    at = changed
    for step in steps[:-1]:
        at[step] = copy.copy(at[step])
        at = at[step]
    del at[steps[-1]]
    return changed


@dataclass(frozen=True)
class Suite:
    """Cases that are judged by one document.

    Attributes:
        root: the document, a profile's line as a rule.
        severities: rules whose severity the profile changes.
        documents: the document with all that it refers to.
        requests: what is judged.
        hinted: how many of them, from the end, state their hints.
    """

    root: str
    severities: Mapping[str, str]
    documents: Documents
    requests: tuple[Any, ...]
    hinted: int = 0

    @cached_property
    def raw(self) -> tuple[object, ...]:
        """What the compiled validator says of each case."""
        return tuple(self.judge(self.documents))

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The findings of each case."""
        return tuple(self.outcome(self.documents, number) for number in range(len(self.requests)))

    @cached_property
    def failures(self) -> dict[tuple[int, str], list[int]]:
        """The cases in which a keyword of a schema object fails."""
        hits: dict[tuple[int, str], list[int]] = defaultdict(list)
        validator = _authority(self.root, self.documents)
        for number, request in enumerate(self.requests):
            for error in validator.iter_errors(request):
                hits[id(error.schema), str(error.validator)].append(number)
        return hits

    def judge(self, documents: Documents) -> Iterator[object]:
        """What the compiled validator says of each case by other documents."""
        registry = jsonschema_rs.Registry(list(documents.items()))
        validator = jsonschema_rs.Draft202012Validator(documents[self.root], registry=registry)
        for request in self.requests:
            # Many cases are valid, and this question is the cheaper one.
            if validator.is_valid(request):
                yield None
            else:
                yield [(error.instance_path, error.schema_path) for error in validator.iter_errors(request)]

    def outcome(self, documents: Documents, number: int) -> Outcome:
        """The findings of one case by other documents."""
        errors = _authority(self.root, documents).iter_errors(self.requests[number])
        is_hinted = number >= len(self.requests) - self.hinted
        found = faults_of(
            Violation(tuple(e.absolute_path), str(e.validator or ""), e.validator_value, e.instance, e.schema)
            for e in errors
        )
        rows = [
            (
                fault.rule,
                fault.severity or self.severities.get(fault.rule) or rules()[fault.rule].severity,
                pointer_of(fault.path or ()),
                (fault.hint or "") if is_hinted else "",
            )
            for fault in found
        ]
        return tuple(sorted(rows))

    def notices(self, urn: str, steps: Steps) -> bool:
        """Whether a case has other findings when `steps` lead to nothing in the document `urn`."""
        document = self.documents[urn]
        changed = {**self.documents, urn: without(document, steps)}
        is_annotation = "x-lint" in steps[-3:]
        at: Any = document
        for step in steps[: -3 if is_annotation else -1]:
            at = at[step]
        keyword = str(steps[-2 if is_annotation else -1])
        likely = self.failures.get((id(at), keyword), [])[:3]
        if any(self.outcome(changed, number) != self.outcomes[number] for number in likely):
            return True
        if is_annotation:
            return False
        return any(
            verdict != self.raw[number] and self.outcome(changed, number) != self.outcomes[number]
            for number, verdict in enumerate(self.judge(changed))
        )


def _authority(line: str, documents: Documents) -> Draft202012Validator:
    resources = [(urn, DRAFT202012.create_resource(document)) for urn, document in documents.items()]
    return Draft202012Validator(documents[line], registry=Registry().with_resources(resources))


def rows(*names: str) -> list[dict[str, Any]]:
    """The rows of a file of cases; none where there is no such file."""
    path = CASES.joinpath(*names)
    return [json.loads(row) for row in path.read_text("utf-8").splitlines()] if path.is_file() else []


@lru_cache(maxsize=1)
def suites() -> tuple[Suite, ...]:
    """The cases of each profile, and those of single documents."""
    found = []
    for name in profile_names():
        profile = profile_named(name)
        plain, hinted = rows("requests", f"{name}.jsonl"), rows("hints", f"{name}.jsonl")
        requests = tuple(row["request"] for row in plain + hinted)
        found.append(
            Suite(profile.line, profile.severities, dict(linked(profile.line).documents), requests, len(hinted))
        )
    alone: dict[str, list[Any]] = defaultdict(list)
    for row in rows("documents.jsonl"):
        alone[row["document"]].append(row["value"])
    found += [Suite(urn, {}, dict(linked(urn).documents), tuple(values)) for urn, values in alone.items()]
    return tuple(found)


def survivors(urn: str, tried: Iterable[Steps]) -> list[str]:
    """The pointers of what can be taken, out of `tried`, from the document `urn` without any case noticing."""
    concerned = [suite for suite in suites() if urn in suite.documents]
    return [pointer_of(steps) for steps in tried if not any(suite.notices(urn, steps) for suite in concerned)]


def main() -> int:
    """Prints what no case notices; the exit status tells whether there is anything beyond what is known."""
    known = json.loads((CASES / "equivalent.json").read_text("utf-8"))
    surprises = 0
    for urn in sorted({urn for suite in suites() for urn in suite.documents}):
        tried = list(removable(by_urn(urn)))
        found = survivors(urn, tried)
        surprises += len(set(found) ^ set(known.get(urn, ())))
        print(f"{urn}: {len(tried)} constraints, {len(found)} unnoticed")  # a tool for the terminal
        for pointer in found:
            print(f"  {pointer}: {known.get(urn, {}).get(pointer, 'NO CASE NOTICES')}")  # the same
    return int(surprises > 0)


if __name__ == "__main__":
    raise SystemExit(main())
