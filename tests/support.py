"""What the tests share: where things lie, and the command as a user calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jsonschema_specifications import REGISTRY
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import batchlint

CHECKOUT = Path(__file__).parent.parent
CASES = CHECKOUT / "tests" / "cases"
OFFLINE = CHECKOUT / "tests" / "offline"
"""On the path of a Python process this folder keeps it from the network."""

RECORDS = "AUDIT_RECORDS"
"""The variable that names the folder in which processes of the product say what they did that they may not."""

COMMAND = (sys.executable, "-m", "batchlint")
PACKAGE_PATH = Path(batchlint.__file__).parents[1]


SCHEMAS = CHECKOUT / "schemas"
"""The documents as they lie in the checkout; tests read them without the help of the product."""


def documents() -> dict[str, dict[str, Any]]:
    """Every schema document by its URN."""
    loaded = [json.loads(path.read_bytes()) for path in sorted(SCHEMAS.rglob("*.schema.json"))]
    return {document["$id"]: document for document in loaded}


def registry() -> Registry[Any]:
    """All of them and the standard meta-schemas, and nothing else, as any validator of JSON Schema takes them."""
    return REGISTRY.with_resources((urn, DRAFT202012.create_resource(each)) for urn, each in documents().items())


def clean_environment(**more: str) -> dict[str, str]:
    """The environment of a process under test: nothing of the caller's but the search path, and no network."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join((str(OFFLINE), str(PACKAGE_PATH))),
        "PYTHONWARNINGS": "error",
        **{name: os.environ[name] for name in (RECORDS,) if name in os.environ},
        **more,
    }


def run(
    *arguments: str | os.PathLike[str],
    stdin: bytes = b"",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Runs ``batchlint`` with `arguments` in a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(os.fspath, arguments)],
        input=stdin,
        capture_output=True,
        cwd=folder,
        env=dict(environment or clean_environment()),
        timeout=120,
        check=False,
    )


def start(*arguments: str | os.PathLike[str], **more: object) -> subprocess.Popen[bytes]:
    """Starts ``batchlint`` with `arguments` and leaves it running; `more` goes to Popen."""
    options: dict[str, object] = {"env": clean_environment(), "stderr": subprocess.PIPE, **more}
    return subprocess.Popen([*COMMAND, *map(os.fspath, arguments)], **options)  # type: ignore[call-overload,no-any-return]


def good_line(name: str | int) -> bytes:
    """A request without a fault, on a line of its own."""
    body = '{"model": "m", "prompt": "p"}'
    return f'{{"custom_id": "{name}", "method": "POST", "url": "/v1/completions", "body": {body}}}\n'.encode()


def rules_of(findings: Sequence[batchlint.Finding]) -> list[str]:
    """The names of the rules, in the order of the findings."""
    return [finding.rule for finding in findings]
