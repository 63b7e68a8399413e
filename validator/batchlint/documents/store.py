"""Where the documents lie, and each of them by its URN or name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from batchlint.errors import DocumentError, UsageError
from batchlint.escaping import show

_PACKAGE = Path(__file__).parent.parent
_SUFFIX = ".schema.json"
_URN = "urn:batchlint:"

Document = dict[str, Any]
"""A JSON Schema document, as parsed; it is never changed."""


@lru_cache(maxsize=1)
def schemas_folder() -> Path:
    """The folder of the documents: within the installed package, or of the checkout it is run from.

    Raises:
        DocumentError: the installation is not complete.
    """
    for folder in (_PACKAGE / "schemas", _PACKAGE.parent.parent / "schemas"):
        if (folder / "meta").is_dir():
            return folder
    raise DocumentError("the schemas folder of batchlint is missing; reinstall it")


def load(path: Path) -> Document:
    """The JSON document at `path`.

    Raises:
        DocumentError: it cannot be read or is not a JSON object.
    """
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        raise DocumentError(f"the document {path.name} cannot be read as JSON") from None
    if not isinstance(document, dict):
        raise DocumentError(f"the document {path.name} is not a JSON object")
    return document


@lru_cache(maxsize=64)
def by_urn(urn: str) -> Document:
    """The document that a URN names: ``urn:batchlint:A:B:C`` is the file ``A/B/C.schema.json``.

    Raises:
        DocumentError: there is no such document here; nothing is ever fetched.
    """
    parts = urn.removeprefix(_URN).split(":")
    if urn.startswith(_URN) and all(part and set(part) <= _NAME_CHARACTERS for part in parts):
        path = schemas_folder().joinpath(*parts[:-1], parts[-1] + _SUFFIX)
        if path.is_file():
            return load(path)
    raise DocumentError(f"there is no document {urn}")


_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")


def names() -> Iterator[str]:
    """The names of all documents, such as ``together/2026-02-15/line`` or ``meta/report``, sorted."""
    folder = schemas_folder()
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        if name.endswith(_SUFFIX) or path.name == "profile.json":
            yield name.removesuffix(_SUFFIX).removesuffix(".json")


def text_of(name: str) -> str:
    """The text of the document called `name` (see `names`), as it stands in its file.

    Raises:
        UsageError: there is none.
    """
    return _path_of(name).read_text("utf-8")


def by_name(name: str) -> Document:
    """The document called `name` (see `names`).

    Raises:
        UsageError: there is none.
        DocumentError: it cannot be read.
    """
    return load(_path_of(name))


def urn_of(name: str) -> str:
    """The URN of the schema document called `name` (see `names`).

    Raises:
        UsageError: there is none, or it is a profile.
    """
    if _path_of(name).name == "profile.json":
        raise UsageError(f'"{name}" is a profile, not a schema; name it as PROVIDER@DATE')
    return _URN + name.replace("/", ":")


def name_of(urn: str) -> str:
    """The name of the document that a URN names."""
    return urn.removeprefix(_URN).replace(":", "/")


def _path_of(name: str) -> Path:
    if name not in set(names()):
        raise UsageError(f'there is no document "{show(name, 60)}"; "batchlint schema list" names them')
    ending = ".json" if name.endswith("/profile") and not name.startswith("meta/") else _SUFFIX
    return schemas_folder() / f"{name}{ending}"
