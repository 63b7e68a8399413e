"""What is a URL and not a path, and how it is named where people see it."""

from __future__ import annotations

import os
import re

from batchlint.errors import UsageError

SCHEMES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "hf", "https", "http")
"""The schemes of URLs that can be read."""

CACHES = ("blockcache", "filecache", "simplecache")
"""What fsspec keeps copies with, where it stands before a URL: ``blockcache::s3://...``."""

_URL = re.compile(r"(?P<chain>(?:\w+::)*)(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://(?P<rest>.*)", re.DOTALL)
_SECRET = re.compile(r"\?[^/]*(?:sig|token|secret|password|credential|key)[^/=]*=.*", re.IGNORECASE | re.DOTALL)


def is_url(path: str) -> bool:
    """Whether `path` is written as a URL: a scheme of at least two letters, so that a drive is none, and ``://``."""
    return _URL.match(path) is not None


def scheme_of(url: str) -> str:
    """The scheme of `url`, in small letters."""
    return _matched(url)["scheme"].lower()


def refuse_unknown(url: str) -> None:
    """Raises UsageError where `url` has a scheme that is not read, or names no host."""
    scheme = scheme_of(url)
    unknown = [f"{word}::" for word in chain_of(url) if word not in CACHES]
    if scheme not in SCHEMES:
        unknown.append(f"{scheme}://")
    if unknown:
        known = ", ".join(f"{each}://" for each in SCHEMES)
        raise UsageError(f"{shown_url(url)}: {unknown[0]} cannot be read; what can: {known}")
    if not re.match(r"[^/?#]", _matched(url)["rest"]):
        raise UsageError(f"{shown_url(url)}: names no bucket or host")


def chain_of(url: str) -> tuple[str, ...]:
    """The words before the URL proper, each with ``::`` behind it."""
    return tuple(_matched(url)["chain"].split("::")[:-1])


def shown_url(url: str) -> str:
    """`url` as reports and messages name it: without password, query and cache, as valid Unicode.

    Presigned URLs carry their signature in the query, so nothing of one is shown where it may be one.
    """
    match = _matched(os.fsencode(url).decode("utf-8", "backslashreplace"))
    scheme, rest = match["scheme"].lower(), match["rest"]
    is_web = scheme in ("http", "https")
    rest = re.split("[?#]", rest, maxsplit=1)[0] if is_web else _SECRET.sub("", rest)
    host, slash, path = rest.partition("/")
    user, _, bare = host.rpartition("@")
    # To Azure container@account, and to Hugging Face name@revision, is no user.
    if is_web or ":" in user or scheme.startswith("s3"):
        host = bare
    return f"{scheme}://{host}{slash}{path}"


def place_of(url: str) -> str:
    """The absolute path that patterns of files are matched with: as if the host were a folder right here."""
    return os.path.join(os.getcwd(), shown_url(url).partition("://")[2].strip("/"))


def _matched(url: str) -> re.Match[str]:
    match = _URL.match(url)
    if match is None:
        raise ValueError("no URL")
    return match
