"""Examining a document of the user with all files that it refers to: everything that is wrong with them, at once."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

from batchlint.documents.linked import Linked, definition, linked
from batchlint.documents.store import Document
from batchlint.documents.walk import schemas
from batchlint.pointer import Path
from batchlint.policies.annotations import misnamed_rules
from batchlint.policies.loops import LoopError, check_loops
from batchlint.policies.measure import meta_problems
from batchlint.policies.problem import Problem, problem_at
from batchlint.policies.reading import UnreadableError, read_document
from batchlint.policies.references import ReferenceRefusedError, Target, file_uri, folder_of, target_of

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination came to.

    Attributes:
        documents: the document with all that it refers to, every reference absolute; complete only without problems.
        own: the documents that lie in files of the user, the examined one first.
        problems: all that is wrong, that of the examined file first; none for a good one.
    """

    documents: Linked
    own: tuple[Document, ...]
    problems: tuple[Problem, ...]


def examine(path: str) -> Examined:
    """Examines the document in the file at `path` and the files that it refers to."""
    try:
        root, folder = Target(file_uri(path), path), folder_of(path)
    except ValueError:
        return Examined(Linked("", "", {}), (), (Problem(path, "", "it cannot be read: this is no path"),))
    documents: dict[str, Document] = {}
    files: dict[str, str] = {}
    problems: list[Problem] = []
    waiting = [root]
    while waiting:
        target = waiting.pop(0)
        if target.uri in documents:
            continue
        if target.file is None:
            documents.update(linked(target.uri).documents)
            continue
        files[target.uri] = target.file
        try:
            document = _completed(read_document(target.file), target)
        except UnreadableError as error:
            problems.append(Problem(target.file, "", str(error)))
            documents[target.uri] = {}
            continue
        absolute, targets, refused = _with_absolute_references(document, target, folder)
        problems += _of_document(document, target.file, refused)
        documents[target.uri] = absolute
        waiting += targets
    own = tuple(documents[uri] for uri in files)
    together = Linked(root.uri, json.dumps(own), documents)
    problems = problems or list(_between(together, files))
    ordered = sorted(set(problems), key=lambda each: (each.file != path, each.file, each.pointer, each.reason))
    return Examined(together, own, tuple(ordered))


def _completed(document: Document, target: Target) -> Document:
    """`document` with the members at its top that a policy may leave out."""
    name = os.path.basename(target.file or "")
    return {"$schema": _DIALECT, "$id": target.uri, "title": name, "description": name, **document}


def _with_absolute_references(
    document: Document, source: Target, folder: str
) -> tuple[Document, list[Target], list[tuple[Path, str]]]:
    """A copy in which references mean the same everywhere, the documents that they name, and what is refused."""
    absolute: Document = {**copy.deepcopy(document), "$id": source.uri}
    targets: list[Target] = []
    refused: list[tuple[Path, str]] = []
    for path, schema in schemas(absolute):
        _spell_out_false(schema)
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            continue
        name, mark, fragment = reference.partition("#")
        try:
            target = target_of(name, source, folder)
        except ReferenceRefusedError as error:
            refused.append(((*path, "$ref"), str(error)))
        else:
            targets.append(target)
            schema["$ref"] = f"{target.uri}{mark}{fragment}"
    return absolute, targets, refused


def _spell_out_false(schema: Document) -> None:
    """Writes `false` for a member as the schema that nothing fits: jsonschema loses the path to a bare `false`."""
    for keyword in ("properties", "patternProperties"):
        members = schema.get(keyword)
        if isinstance(members, dict):
            schema[keyword] = {name: {"not": {}} if part is False else part for name, part in members.items()}
    if isinstance(rows := schema.get("prefixItems"), list):
        schema["prefixItems"] = [{"not": {}} if part is False else part for part in rows]


def _of_document(document: Document, file: str, refused: list[tuple[Path, str]]) -> Iterator[Problem]:
    """The problems of one document by itself."""
    ours = [problem_at(file, *row) for row in (*refused, *_bad_patterns(document), *misnamed_rules(document))]
    yield from ours
    # The meta-schema may blame the same place, in words that say less.
    blamed = {problem.pointer for problem in ours}
    yield from (problem for problem in meta_problems(document, file) if problem.pointer not in blamed)


def _bad_patterns(document: Document) -> Iterator[tuple[Path, str]]:
    patterns: list[tuple[Path, str]] = []
    for path, schema in schemas(document):
        if isinstance(pattern := schema.get("pattern"), str):
            patterns.append(((*path, "pattern"), pattern))
        if isinstance(members := schema.get("patternProperties"), dict):
            patterns += [((*path, "patternProperties", name), name) for name in members]
    if not patterns:
        return
    from batchlint.policies.patterns import PatternError, check_pattern

    for place, text in patterns:
        try:
            check_pattern(text)
        except PatternError as error:
            yield place, str(error)


def _between(together: Linked, files: dict[str, str]) -> Iterator[Problem]:
    """The problems of documents with each other: names that are not there, and references without progress."""
    dangling = False
    for uri, file in files.items():
        for path, schema in schemas(together.documents[uri]):
            reference = schema.get("$ref")
            if isinstance(reference, str) and definition(together, reference) is None:
                dangling = True
                yield problem_at(file, (*path, "$ref"), "there is no such definition")
    if dangling:
        return
    try:
        check_loops(together)
    except LoopError as error:
        uri, path = error.place
        yield problem_at(files.get(uri, uri), path, str(error))
