"""Every constraint of every document is there for a reason that a case shows: without it, the case comes out otherwise.

Here one constraint in six of each document is tried; ``python tests/constraints.py`` tries them all, which takes
half a minute. It is to be run when a document or a case was changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from batchlint.documents.store import by_urn, names
from batchlint.pointer import pointer_of
from constraints import CASES, removable, suites, survivors

URNS = ["urn:batchlint:" + name.replace("/", ":") for name in names() if not name.startswith("meta/")]
DOCUMENTS = [urn for urn in URNS if not urn.endswith(":profile")]


def equivalent() -> Mapping[str, Mapping[str, str]]:
    return json.loads((CASES / "equivalent.json").read_text("utf-8"))


@pytest.mark.parametrize("urn", DOCUMENTS)
def test_a_case_notices_each_constraint(urn: str) -> None:
    tried = list(removable(by_urn(urn)))[::6]
    known = set(equivalent().get(urn, {}))
    assert set(survivors(urn, tried)) == known & {pointer_of(steps) for steps in tried}


def test_what_is_equivalent_stands_in_a_document() -> None:
    for urn, pointers in equivalent().items():
        assert set(pointers) <= {pointer_of(steps) for steps in removable(by_urn(urn))}


def test_a_constraint_without_a_case_would_be_seen() -> None:
    """The tool itself: of a document whose cases are taken away, everything survives."""
    urn = "urn:batchlint:vllm:2025-12-09:score"
    (suite,) = [suite for suite in suites() if suite.root == urn]
    bare = replace(suite, requests=())
    assert [steps for steps in removable(by_urn(urn)) if bare.notices(urn, steps)] == []
    assert suite.notices(urn, ("type",))
    assert not suite.notices(urn, ("required",))
