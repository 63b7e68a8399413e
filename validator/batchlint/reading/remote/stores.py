"""The stores behind URLs: file systems of fsspec, each with the user's own configuration and credentials."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from batchlint.errors import MissingPartError
from batchlint.urls import chain_of, refuse_unknown, scheme_of

if TYPE_CHECKING:
    import asyncio

LARGEST = 8 * 1024 * 1024
"""Bytes of the largest range that is asked for at a time."""

_LOGGERS = (
    "fsspec",
    "aiohttp",
    "s3fs",
    "aiobotocore",
    "botocore",
    "gcsfs",
    "adlfs",
    "azure",
    "google",
    "huggingface_hub",
)

_FRESH: Mapping[str, Mapping[str, object]] = {
    # A listing that was kept would tell of an object as it was.
    "s3": {"use_listings_cache": False},
    "gs": {"use_listings_cache": False, "requests_timeout": 60},
}
"""What a file system is made with, where the user's configuration of fsspec does not say otherwise."""

_FAMILIES = {"s3": ("s3", "s3a"), "gs": ("gs", "gcs"), "http": ("http", "https")}
"""Names that mean the same file system to fsspec."""

S3_TRIES = 2
"""How often s3fs tries anew what botocore has tried already, at each of two levels: five tries each would take
half an hour with a server that is silent, since one takes 15 seconds."""


class RemoteFile(Protocol):
    """A file that a file system has opened."""

    @property
    def details(self) -> Mapping[str, object]:
        """What the store told of it then."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; empty at the end."""

    def seek(self, offset: int, /) -> int:
        """Goes to a byte."""

    def close(self) -> None:
        """Ends reading."""


class FileSystem(Protocol):
    """What is used of a file system of fsspec."""

    loop: asyncio.AbstractEventLoop

    def info(self, path: str, **options: object) -> Mapping[str, object]:
        """What the store says of the object at `path`."""

    def open(self, path: str, mode: str, **options: object) -> RemoteFile:
        """The object at `path`."""

    def find(self, path: str, **options: object) -> list[str]:
        """The objects below `path`."""

    def glob(self, path: str, **options: object) -> list[str]:
        """The objects that match `path`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads to.

    Attributes:
        system: the file system.
        path: the object's name in it.
        is_web: whether it is a plain web server.
        is_cached: whether fsspec keeps a copy of what is read.
        keeps_listings: whether a file is opened as it was when its folder was listed, unless its size is given.
    """

    system: FileSystem
    path: str
    is_web: bool = False
    is_cached: bool = False
    keeps_listings: bool = False

    def ask(self) -> Mapping[str, object]:
        """What is told of the object now. Raises what the store's library raises, and so do the others."""
        if self.is_web:
            from batchlint.reading.remote.web import web_info

            return web_info(self.system, self.path)
        # Not every store below a cache can be told to look again.
        return self.system.info(self.path, **({} if self.is_cached else {"refresh": True}))

    def open(self) -> tuple[Mapping[str, object], RemoteFile]:
        """What is told of the object, and the object, of which nothing is read yet."""
        if self.is_web:
            from batchlint.reading.remote.web import web_open

            return web_open(self.system, self.path)
        if self.is_cached:
            # How it is kept is the cache's own affair.
            return self.ask(), self.system.open(self.path, "rb")
        if self.keeps_listings:
            info = self.ask()
            return info, self.system.open(self.path, "rb", block_size=LARGEST, cache_type="none", size=info.get("size"))
        file = self.system.open(self.path, "rb", block_size=LARGEST, cache_type="none")
        return file.details, file


def place_at(url: str) -> Place:
    """The file system that `url` names, and what the object is called in it. No connection is made.

    The file system belongs to this process: fsspec makes a new one after a fork.

    Raises:
        UsageError: a scheme that is not read.
        MissingPartError: fsspec, or its part for the scheme, is not installed.
    """
    scheme = scheme_of(url)
    refuse_unknown(url)
    caches = chain_of(url)
    bare = f"{scheme}://{url.partition('://')[2]}"
    try:
        from fsspec import filesystem, get_filesystem_class
        from fsspec.core import url_to_fs

        _keep_quiet()
        options = _options(scheme)
        if caches:
            system, path = url_to_fs("::".join((*caches, bare)), **{scheme: options})
        else:
            # Not by `url_to_fs`, which takes :: in the name of an object for a chain too.
            kind = get_filesystem_class(scheme)
            system = filesystem(scheme, **{**kind._get_kwargs_from_urls(bare), **options})  # noqa: SLF001  # what each file system defines
            path = kind._strip_protocol(bare)  # noqa: SLF001
    except ImportError:
        raise MissingPartError(f"reading {scheme}:// needs: pip install 'batchlint[remote]'") from None
    if caches:
        return Place(system, path, is_cached=True)
    if scheme in _FAMILIES["s3"]:
        system.retries = S3_TRIES
    return Place(system, path, is_web=scheme in _FAMILIES["http"], keeps_listings=scheme == "hf")


def _options(scheme: str) -> dict[str, object]:
    """What the file system is made with beside the user's configuration, which wins."""
    from fsspec.config import conf

    family = next((family for family, names in _FAMILIES.items() if scheme in names), scheme)
    configured = {name: value for each in _FAMILIES.get(family, ()) for name, value in conf.get(each, {}).items()}
    if family == "http":
        from batchlint.reading.remote.web import web_options

        return web_options(configured)
    return {name: value for name, value in _FRESH.get(family, {}).items() if name not in configured}


def _keep_quiet() -> None:
    """Keeps what the stores' libraries log off standard error, where Python prints it if nobody has said where to.

    It may hold anything that a store says. Whoever configures logging gets it as before.
    """
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
