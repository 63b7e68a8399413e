"""Every constraint of every document is there for a reason that a case shows: without it, the case comes out otherwise.

``python tests/constraints.py`` prints the same for all documents at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from batchlint.documents.store import names
from constraints import CASES, survivors

URNS = ["urn:batchlint:" + name.replace("/", ":") for name in names() if not name.startswith("meta/")]
DOCUMENTS = [urn for urn in URNS if not urn.endswith(":profile")]


def equivalent() -> Mapping[str, Mapping[str, str]]:
    return json.loads((CASES / "equivalent.json").read_text("utf-8"))


@pytest.mark.parametrize("urn", DOCUMENTS)
def test_a_case_notices_each_constraint(urn: str) -> None:
    assert set(survivors(urn)) == set(equivalent().get(urn, {}))


def test_what_is_equivalent_stands_in_a_document() -> None:
    assert set(equivalent()) <= set(DOCUMENTS)
