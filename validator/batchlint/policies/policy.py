"""A policy: a document of the user that every request has to satisfy beside its profile."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from batchlint.documents.linked import Linked
from batchlint.errors import DocumentError
from batchlint.policies.annotations import named_rules
from batchlint.policies.examine import examine
from batchlint.rules.catalogue import Rule


@dataclass(frozen=True, slots=True)
class Policy:
    """A good document of the user; equal ones ask the same.

    Attributes:
        path: its file as it was given.
        documents: it with all that it refers to; plain JSON, for any validator.
        rules: the rules that it names and batchlint does not have, by name.
    """

    path: str
    documents: Linked
    rules: Mapping[str, Rule] = field(compare=False)


def load_policy(path: str | os.PathLike[str]) -> Policy:
    """The policy in the file at `path`.

    Raises:
        DocumentError: it cannot be read, or is no good document; the text has file, pointer and reason.
    """
    name = os.fspath(path)
    examined = examine(name)
    if examined.problems:
        more = len(examined.problems) - 1
        end = f'; "batchlint schema check" shows {more} more' if more else ""
        raise DocumentError(f"{examined.problems[0]}{end}")
    named: dict[str, Rule] = {}
    for document in examined.own:
        named = {**named_rules(document, document["title"]), **named}
    return Policy(name, examined.documents, named)
