"""Whether a document is as its meta-schema says."""

from __future__ import annotations

from batchlint.documents.linked import linked
from batchlint.documents.store import Document
from batchlint.policies.problem import Problem, problem_at

META = "urn:batchlint:meta:document"


def meta_problems(document: Document, file: str, measure: str = META) -> list[Problem]:
    """What the meta-schema `measure` finds in `document`, in our words.

    Raises:
        DocumentError: there is no such meta-schema.
    """
    from batchlint.validating.compiled import compiled

    meta = linked(measure)
    schema = compiled(meta)
    # A good document is known at once; only a bad one pays for the validator that explains.
    if schema is not None and schema.is_valid(document):
        return []
    from batchlint.validating.authority import authority_on
    from batchlint.validating.faults import faults_of

    faults = faults_of(authority_on(meta)(document), "document")
    return [
        problem_at(file, fault.path or (), f"{fault.message}; {fault.hint}" if fault.hint else fault.message)
        for fault in faults
    ]
