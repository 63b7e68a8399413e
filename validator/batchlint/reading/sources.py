"""Where the bytes come from: a path, standard input, or a binary file object of the caller."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from batchlint.errors import UsageError
from batchlint.escaping import show
from batchlint.reading.compression import SUFFIXES, decompressed
from batchlint.reading.lines import PIECE, LineStream
from batchlint.reading.origins import LocalFile, Origin
from batchlint.reading.version import CUT_SHORT, FileVersion
from batchlint.urls import is_url, refuse_unknown

if TYPE_CHECKING:
    # Loaded only where a URL is given.
    from batchlint.reading.remote.objects import RemoteSource

STDIN = "-"
"""The path that stands for standard input."""

STDIN_NAME = "<stdin>"


class Readable(Protocol):
    """A binary file object: anything with ``read(size)`` that returns bytes."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; empty at the end."""


class Source(Protocol):
    """One input, not yet opened."""

    @property
    def name(self) -> str:
        """The name that findings carry, as valid Unicode."""

    @contextmanager
    def open(self) -> Iterator[LineStream]:
        """The decompressed bytes, open for one pass. Raises OSError as the system does."""

    def damage(self) -> str | None:
        """After reading: what happened to the input meanwhile, or None."""


OnRead = Callable[[int], None]
"""Is told the number of bytes after each read of a file, before decompression."""


@runtime_checkable
class Divisible(Source, Protocol):
    """An input that may be read in ranges, in any order and by several readers."""

    @property
    def on_read(self) -> OnRead | None:
        """Is to be told of what is read, or None."""

    def size(self) -> int | None:
        """Its bytes before decompression; None where they cannot be told. Raises OSError as the system does."""

    def origin(self) -> Origin | None:
        """Where its bytes are read; None where they have to be read from the start, as those of an archive."""


class NotReadableError(OSError):
    """A path that names something else than a regular file or a pipe; its text says what."""


def display_name(path: str | bytes | os.PathLike[str] | os.PathLike[bytes]) -> str:
    """`path` as valid Unicode: bytes that are no UTF-8 become hexadecimal escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def checked_name(path: str | os.PathLike[str]) -> str:
    """The `display_name` of what a caller gives as a path.

    Raises:
        UsageError: it is none, since it holds a NUL or what the file system cannot encode.
    """
    try:
        name = display_name(path)
        if "\0" not in name:
            return name
    except UnicodeEncodeError:
        pass  # Told as a NUL is.
    raise UsageError(f"{show(os.fspath(path))}: this is no path")


class PathSource:
    """A file of the file system. It is opened when it is read, and compared with itself afterwards."""

    def __init__(self, path: str | os.PathLike[str], on_read: OnRead | None = None) -> None:
        """Opens nothing. Raises as `checked_name` does."""
        self.path = os.fspath(path)
        self.name = checked_name(path)
        self.on_read = on_read
        self._damage: str | None = None

    @contextmanager
    def open(self) -> Iterator[LineStream]:
        """The decompressed bytes of the file.

        Raises:
            NotReadableError: it is a directory, a device or a socket.
            OSError: as the system says.
            MissingPartError: it is compressed in a way that this installation cannot read.
        """
        # Opening a FIFO waits for its writer, so the kind is asked first.
        refuse_unreadable(os.stat(self.path).st_mode)
        with io.BufferedReader(raw := _WatchedFile(self.path, self.on_read), PIECE) as file:
            found = os.fstat(file.fileno())
            refuse_unreadable(found.st_mode)
            version = FileVersion.of(found)
            raw.begin(version)
            yield decompressed(file, self.path)
            if version is not None:
                self._damage = version.change(file.fileno(), self.path)
                if self._damage is None and raw.tell() < version.size:
                    self._damage = CUT_SHORT

    def size(self) -> int | None:
        """The bytes of the file; None where it is no regular file. Raises OSError as the system does."""
        version = FileVersion.of(os.stat(self.path))
        return None if version is None else version.size

    def origin(self) -> Origin | None:
        """The file as any process of this machine finds it; None if it is compressed."""
        if self.path.lower().endswith(SUFFIXES):
            return None
        path = self.path if os.path.isabs(self.path) else os.path.join(os.getcwd(), self.path)
        return LocalFile(path, self.name)

    def damage(self) -> str | None:
        """What changed of the file while it was read, or None."""
        return self._damage


@dataclass(frozen=True, slots=True)
class StreamSource:
    """Standard input or the caller's file object; it is read from where it stands and left open."""

    stream: Readable
    name: str

    @contextmanager
    def open(self) -> Iterator[LineStream]:
        """The stream's bytes, decompressed where its name says so."""
        yield decompressed(_buffered(self.stream), self.name)

    def damage(self) -> str | None:
        """None: a stream cannot be compared with itself."""
        return None


def stdin_source(name: str | None) -> StreamSource:
    """Standard input under the name given, which also chooses the decompression."""
    return StreamSource(sys.stdin.buffer, STDIN_NAME if name is None else display_name(name))


def source_of(given: str | os.PathLike[str] | Readable) -> Source:
    """The source that a caller of the library means; a path object is never a URL.

    Raises:
        UsageError: what is no path, or a URL of a scheme that is not read.
        TypeError: `given` is neither a path nor a binary file object.
    """
    if isinstance(given, str):
        return source_at(given)
    if isinstance(given, os.PathLike):
        return PathSource(given)
    if not hasattr(given, "read"):
        raise TypeError(f"a path or a binary file object is needed, not {type(given).__name__}")
    name = getattr(given, "name", None)
    # An archive in memory has an empty name.
    return StreamSource(given, display_name(name) if isinstance(name, (str, bytes)) and name else "<stream>")


def source_at(path: str, on_read: OnRead | None = None) -> PathSource | RemoteSource:
    """The file at `path`, or the object if that is a URL. Nothing is opened.

    Raises:
        UsageError: what is no path, or a URL of a scheme that is not read.
    """
    if not is_url(path):
        return PathSource(path, on_read)
    refuse_unknown(path)
    from batchlint.reading.remote.objects import RemoteSource

    return RemoteSource(path, on_read)


def refuse_unreadable(mode: int) -> None:
    """Raises NotReadableError where `mode` is that of neither a regular file nor a pipe."""
    if stat.S_ISDIR(mode):
        raise NotReadableError("is a directory")
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise NotReadableError("is neither a regular file nor a pipe")


def _buffered(stream: Readable) -> io.BufferedIOBase:
    """`stream` with a ``readline`` and a ``read1``, which only buffered streams promise."""
    # The base class of buffered streams has a `read1` that only says that there is none.
    if isinstance(stream, io.BufferedIOBase) and type(stream).read1 is not io.BufferedIOBase.read1:
        return stream
    return io.BufferedReader(_RawReads(stream), PIECE)


class _WatchedFile(io.FileIO):
    """A file that tells how much was read of it, and that ends where it has grown since it was opened."""

    def __init__(self, path: str, on_read: OnRead | None) -> None:
        super().__init__(path, "rb")
        self._on_read = on_read
        self._version: FileVersion | None = None

    def begin(self, version: FileVersion | None) -> None:
        """Takes what the file is now; None for what has no size."""
        self._version = version

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # typeshed says Buffer; CPython passes a memoryview
        known = self._version
        # A file that grows with what is written about it would have no end.
        if known is not None and self.tell() >= known.size and FileVersion.of(os.fstat(self.fileno())) != known:
            return 0
        count = super().readinto(buffer)
        if self._on_read is not None:
            self._on_read(count)
        return count


class _RawReads(io.RawIOBase):
    """The raw stream below a buffered one, over anything that has ``read``."""

    def __init__(self, stream: Readable) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # typeshed says Buffer; CPython passes a memoryview
        data = self._stream.read(len(buffer))
        if not isinstance(data, bytes):
            raise TypeError(f"a file object has to be open in binary mode; this one returns {type(data).__name__}")
        buffer[: len(data)] = data
        return len(data)
