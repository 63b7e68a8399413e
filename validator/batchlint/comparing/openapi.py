"""The request bodies of an OpenAPI file (3.0 or 3.1) that lies on this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batchlint.comparing.members import Resolve
from batchlint.documents.store import Document
from batchlint.errors import MissingPartError, UsageError
from batchlint.escaping import show

_DEEPEST = 50
_BEGINNING = re.compile(r"^(/(openai|api|inference|deployments|v[0-9][0-9a-z]*|\{[^{}/]*\}))*")
"""What may stand before the path of an endpoint: a version, a product, a deployment."""


@dataclass(frozen=True, slots=True)
class OpenApi:
    """An OpenAPI file.

    Attributes:
        title: what it calls itself, with its version.
        bodies: the JSON request body of each path that can be posted to.
        resolve: finds what its references lead to, within the file only.
    """

    title: str
    bodies: Mapping[str, Document]
    resolve: Resolve

    def path_of(self, url: str) -> str | None:
        """The path that `url` means: the same, but for a beginning such as ``/v1`` that only one of them has."""
        fitting = [path for path in self.bodies if _BEGINNING.sub("", path) == _BEGINNING.sub("", url)]
        return max(fitting, key=lambda path: (path == url, path), default=None)


def read_openapi(path: str) -> OpenApi:
    """The OpenAPI file at `path`, JSON or YAML.

    Raises:
        UsageError: it cannot be read, or is no OpenAPI file.
        MissingPartError: it is YAML and PyYAML is not installed.
    """
    name = show(path, 200)
    try:
        with open(path, "rb") as file:
            data = file.read()
        document = _parsed(data, path)
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "it is neither JSON nor YAML"
        raise UsageError(f"{name}: cannot be read: {why}") from None
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise UsageError(f'{name}: is no OpenAPI file: it has no object "paths"')
    info = document.get("info")
    words = [str(info[key]) for key in ("title", "version") if key in info] if isinstance(info, dict) else []

    def resolve(reference: str, _document: str) -> tuple[str, Document] | None:
        target = _pointed(document, reference)
        return None if target is None else ("", target)

    bodies = {
        path: body
        for path, item in document["paths"].items()
        if isinstance(path, str) and (body := _body(document, item)) is not None
    }
    return OpenApi(show(" ".join(words), 80) or name, bodies, resolve)


def _parsed(data: bytes, path: str) -> Any:
    if path.lower().endswith((".yaml", ".yml")):
        try:
            import yaml
        except ImportError:
            raise MissingPartError("reading YAML needs PyYAML: pip install PyYAML") from None
        try:
            return yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # both are safe loaders
        except yaml.YAMLError:
            raise ValueError from None
    return json.loads(data)


def _body(document: Document, item: object) -> Document | None:
    """The schema of the JSON body, or of the only body there is, that a path takes by POST."""
    node = item
    for key in ("post", "requestBody", "content"):
        node = _followed(document, node)
        node = node.get(key) if node is not None else None
    content = _followed(document, node) or {}
    media = content.get("application/json") or next(iter(content.values()), None)
    schema = media.get("schema") if isinstance(media, dict) else None
    return schema if isinstance(schema, dict) else None


def _followed(document: Document, node: object) -> Document | None:
    """`node`, or what it refers to."""
    for _ in range(_DEEPEST):
        if not isinstance(node, dict) or not isinstance(reference := node.get("$ref"), str):
            break
        node = _pointed(document, reference)
    return node if isinstance(node, dict) else None


def _pointed(document: Document, reference: str) -> Document | None:
    """What a reference within the file names; other files are not read."""
    if not reference.startswith("#/"):
        return None
    node: object = document
    for step in reference[2:].split("/"):
        node = node.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else None
