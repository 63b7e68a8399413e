"""Compressed inputs, by the ending of their name: ``.gz`` (standard library) and ``.zst`` (an extra)."""

from __future__ import annotations

import io
import sys
import zlib

from batchlint.errors import MissingPartError
from batchlint.reading.lines import PIECE

SUFFIXES = (".gz", ".zst")

ENCODINGS = {"gzip": ".gz", "x-gzip": ".gz", "zstd": ".zst"}
"""What HTTP calls the ways of packing that are read (RFC 9110, section 8.4.1), and the endings that mean the same."""

_OTHERS = frozenset(("br", "deflate", "compress", "x-compress"))


def packings(encoding: str) -> list[str]:
    """The ways of packing that a ``Content-Encoding`` names; it holds other words too, for which nothing is packed."""
    words = (word.strip().lower() for word in encoding.split(","))
    return [word for word in words if word in ENCODINGS or word in _OTHERS]


def decompressed(stream: io.BufferedIOBase, name: str) -> io.BufferedIOBase:
    """`stream` as the bytes that its name promises: decompressed where `name` ends in ``.gz`` or ``.zst``.

    Raises:
        MissingPartError: `name` ends in ``.zst`` and no Zstandard module is installed.
    """
    lowered = name.lower()
    if lowered.endswith(".gz"):
        import gzip

        return gzip.GzipFile(fileobj=stream, mode="rb")
    if lowered.endswith(".zst"):
        return _zstd_file(stream)
    return stream


def read_errors() -> tuple[type[Exception], ...]:
    """The exceptions by which reading fails: the system's, and those of the decompressors."""
    # Only a module that is already loaded can have raised; importing one to catch its error would be absurd.
    loaded = [sys.modules[name] for name in ("compression.zstd", "backports.zstd") if name in sys.modules]
    return (OSError, EOFError, zlib.error, *(module.ZstdError for module in loaded))


def _zstd_file(stream: io.BufferedIOBase) -> io.BufferedIOBase:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        try:
            from backports import zstd
        except ImportError:
            raise MissingPartError("reading .zst files needs: pip install 'batchlint[zstd]'") from None
    return io.BufferedReader(_FirstReads(zstd.ZstdFile(stream)), PIECE)


class _FirstReads(io.RawIOBase):
    """What a decompressor yields at a time: one that is asked for more loses it where the rest is damaged."""

    def __init__(self, decompressor: io.BufferedIOBase) -> None:
        super().__init__()
        self._decompressor = decompressor

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # typeshed says Buffer; CPython passes a memoryview
        data = self._decompressor.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)
