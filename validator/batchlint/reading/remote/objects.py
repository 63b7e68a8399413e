"""Objects of a store as inputs: one state of each, read from the start or in ranges."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from batchlint.escaping import show
from batchlint.reading.compression import ENCODINGS, SUFFIXES, decompressed, packings
from batchlint.reading.lines import LineStream
from batchlint.reading.origins import Origin, SeekableLines
from batchlint.reading.remote.errors import told
from batchlint.reading.remote.stores import LARGEST, RemoteFile, place_at
from batchlint.reading.remote.stream import RangedFile
from batchlint.reading.sources import NotReadableError, OnRead
from batchlint.reading.version import CHANGED, ChangedError, Version
from batchlint.urls import shown_url

_IDENTITY = (
    # S3 and web servers
    "ETag",
    "LastModified",
    "Last-Modified",
    "VersionId",
    # Google
    "generation",
    "etag",
    # Azure
    "last_modified",
    # Hugging Face: the digest of a file in a repository, and of one in a bucket
    "blob_id",
    "xet_hash",
)
"""What stores tell of an object that another state of it would not have."""


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """An object as it was at one moment.

    Attributes:
        size: its bytes.
        identity: what the store tells it apart by, as names and values.
    """

    size: int
    identity: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """An object of a store that can be read in ranges.

    Attributes:
        url: where it is; it may hold a password or a signature.
        name: the name that findings carry, without those.
    """

    url: str
    name: str

    def version(self) -> ObjectVersion | None:
        """What the object is now; None where its store sends no ranges, or cannot be asked."""
        try:
            state = _state_of(self.url)
        except OSError:
            return None
        return state.version if state.has_ranges else None

    @contextmanager
    def open(self, version: Version, upto: int | None = None) -> Iterator[SeekableLines]:
        """The bytes of the object; arguments and errors as for `Origin`."""
        with _opened(self.url) as (state, file):
            if state.version != version:
                raise ChangedError(CHANGED)
            with _buffered(file, state, upto or 0) as stream:
                yield stream


class RemoteSource:
    """One object of a store."""

    def __init__(self, url: str, on_read: OnRead | None = None) -> None:
        self.url = url
        self.name = shown_url(url)
        self.on_read = on_read

    @contextmanager
    def open(self) -> Iterator[LineStream]:
        """The decompressed bytes of the object.

        Raises:
            FileNotFoundError: there is no such object.
            NotReadableError: it is none, or may not be read.
            OSError: its store fails.
            MissingPartError: a part of the installation that it needs is missing.
        """
        with _opened(self.url) as (state, file):
            name = self.name
            if state.packing is not None and not name.lower().endswith(SUFFIXES):
                name += state.packing
            with _buffered(file, state, state.size or 0, self.on_read) as stream:
                yield decompressed(stream, name)

    def damage(self) -> str | None:
        """None: what changed was told when it was seen."""
        return None

    def size(self) -> int | None:
        """Its bytes as they are stored; None where its store does not tell."""
        return _state_of(self.url).size

    def origin(self) -> Origin | None:
        """The object as any process finds it; None if it is compressed."""
        return None if self.name.lower().endswith(SUFFIXES) else RemoteObject(self.url, self.name)


@dataclass(frozen=True, slots=True)
class _State:
    """What a store tells of an object at one moment, as fsspec puts it."""

    info: Mapping[str, object]

    @property
    def size(self) -> int | None:
        """Its bytes as they are stored; None where the store does not tell."""
        size = self.info.get("size")
        return size if isinstance(size, int) else None

    @property
    def has_ranges(self) -> bool:
        """Whether any part of it can be had alone."""
        return self.size is not None and bool(self.info.get("ranges", True))

    @property
    def packing(self) -> str | None:
        """The ending of a name that means how its bytes are sent packed; None where they are not.

        Raises:
            NotReadableError: they are packed in a way that is not read.
        """
        encoding = str(self.info.get("encoding", "identity"))
        words = packings(encoding)
        if len(words) > 1 or (words and words[0] not in ENCODINGS):
            raise NotReadableError(f"its store sends it packed ({show(encoding, 40)}), which is not read")
        return ENCODINGS[words[0]] if words else None

    @property
    def version(self) -> ObjectVersion:
        """What another state would not have in common with it."""
        told_apart = tuple((name, str(self.info[name])) for name in _IDENTITY if self.info.get(name) is not None)
        return ObjectVersion(self.size or 0, told_apart)


def _state_of(url: str) -> _State:
    """What is told of the object at `url` now; errors as for `RemoteSource.open`."""
    with told(is_reading=False):
        return _objects_state(place_at(url).ask())


@contextmanager
def _opened(url: str) -> Iterator[tuple[_State, RemoteFile]]:
    """The object at `url` and what is told of it.

    Raises:
        ChangedError: it is another one when it is left.
        OSError: as for `RemoteSource.open`.
    """
    with told(is_reading=False):
        place = place_at(url)
        info, file = place.open()
    with closing(file):
        state = _objects_state(info)
        yield state, file
    with told(is_reading=True):
        if _State(place.ask()).version != state.version:
            raise ChangedError(CHANGED)


def _objects_state(info: Mapping[str, object]) -> _State:
    if info.get("type") == "directory":
        raise NotReadableError("is no object; with / at its end it stands for what lies below it")
    return _State(info)


def _buffered(file: RemoteFile, state: _State, upto: int, on_read: OnRead | None = None) -> io.BufferedReader:
    raw = RangedFile(file, state.size if state.has_ranges else None, upto, on_read)
    return io.BufferedReader(raw, LARGEST)
