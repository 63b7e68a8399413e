"""Where the references of a policy lead: to a document of batchlint, or to a file below the policy's own folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from batchlint.documents.store import by_urn
from batchlint.errors import DocumentError

URN = "urn:batchlint:"

_OF_FILES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-")


class ReferenceRefusedError(Exception):
    """A reference that leads nowhere, or to where a policy must not lead; its text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A document that a reference names.

    Attributes:
        uri: its absolute URI.
        file: its file as messages name it; None for a document of batchlint.
    """

    uri: str
    file: str | None


def folder_of(path: str) -> str:
    """The folder in which the policy at `path` lies, without symbolic links."""
    return os.path.realpath(os.path.dirname(path) or os.curdir)


def file_uri(path: str) -> str:
    """The URI of the file at `path`, the same for every way to write it."""
    return Path(os.path.realpath(path)).as_uri()


def target_of(reference: str, source: Target, folder: str) -> Target:
    """The document to which `reference`, without its fragment, leads.

    Args:
        reference: as it stands in the document; "" is the document itself.
        source: the document in which it stands.
        folder: the folder of the policy, without symbolic links.

    Raises:
        ReferenceRefusedError: it leads outside.
    """
    if not reference:
        return source
    if reference.startswith(URN):
        try:
            by_urn(reference)
        except DocumentError as error:
            raise ReferenceRefusedError(f'{error}; "batchlint schema list" names them') from None
        return Target(reference, None)
    scheme = reference.partition(":")[0] if ":" in reference.partition("/")[0] else ""
    if reference.startswith("//") or scheme.lower() in ("http", "https", "ftp"):
        raise ReferenceRefusedError("this refers to the network; nothing is fetched; put the file beside the policy")
    if scheme:
        raise ReferenceRefusedError("this is neither a document of batchlint nor a file below the policy's folder")
    if reference.startswith(("/", "\\")):
        raise ReferenceRefusedError("this is an absolute path; a policy refers only to files below its own folder")
    if ".." in reference.replace("\\", "/").split("/"):
        raise ReferenceRefusedError("this leads upwards; a policy refers only to files below its own folder")
    if source.file is None or not _OF_FILES.issuperset(reference):
        raise ReferenceRefusedError("a file is named by letters, digits and . _ - / only")
    return _file_target(os.path.join(os.path.dirname(source.file), *reference.split("/")), folder)


def _file_target(file: str, folder: str) -> Target:
    real = os.path.realpath(file)
    if os.path.commonpath([folder, real]) != folder:
        raise ReferenceRefusedError("this leads through a symbolic link out of the policy's folder")
    if not os.path.exists(real):
        raise ReferenceRefusedError("there is no such file below the policy's folder")
    if not os.path.isfile(real):
        raise ReferenceRefusedError("this is no regular file")
    return Target(Path(real).as_uri(), file)
