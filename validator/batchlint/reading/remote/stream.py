"""Reading an object of a store in ranges: no more of it is held than one range."""

from __future__ import annotations

import errno
import io

from batchlint.reading.remote.errors import MisplacedError, told
from batchlint.reading.remote.stores import LARGEST, RemoteFile
from batchlint.reading.sources import OnRead

SMALLEST = 64 * 1024
"""Bytes of the first range after a jump, where it is not known how far reading will go on."""


class RangedFile(io.RawIOBase):
    """An object as a raw stream; wrap it into a buffer of `LARGEST` bytes.

    Ranges grow while reading goes on without a jump, or with one ahead that is shorter than the range would be, so
    that one line costs little and a long read few requests.
    """

    def __init__(self, file: RemoteFile, size: int | None, upto: int, on_read: OnRead | None = None) -> None:
        """Reads from the start.

        Args:
            file: what fsspec has opened; it is not closed here.
            size: the bytes of the object; None where the store does not tell.
            upto: the byte up to which it will certainly be read.
            on_read: is told the number of bytes after each read.
        """
        super().__init__()
        self._file = file
        self._size = size
        self._upto = upto
        self._on_read = on_read
        self._at = 0
        self._ahead = SMALLEST
        self._is_over = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes, though the file below a stream is not; it is never asked to."""
        return True

    def tell(self) -> int:
        """The byte at which reading goes on."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes to a byte, counted from the start."""
        if whence == io.SEEK_CUR:
            offset += self._at
        elif whence == io.SEEK_END:
            raise io.UnsupportedOperation("from the end")
        if offset != self._at:
            with told(is_reading=True):
                self._file.seek(offset)
            if not 0 < offset - self._at < self._ahead:
                self._ahead = SMALLEST
            self._at = offset
            self._is_over = False
        return offset

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # typeshed says Buffer; CPython passes a memoryview
        """One range, at most as long as `buffer`.

        Raises:
            ChangedError: the object is another one now, or gone.
            OSError: the store does not send it.
        """
        sure = self._upto - self._at
        # The last line goes beyond what is sure; it should not need a request of its own.
        count = min(len(buffer), sure + SMALLEST if sure > 0 else self._ahead)
        if self._size is not None:
            count = min(count, self._size - self._at)
        # Whoever asks again at the end of a stream is not passed on: aiohttp takes it for a fault.
        if count <= 0 or self._is_over:
            return 0
        with told(is_reading=True):
            data = self._file.read(count)
            if len(data) > count:
                raise MisplacedError
        if not data and self._size is not None:
            raise OSError(errno.EIO, "the store sent less than it had promised")
        self._is_over = not data
        buffer[: len(data)] = data
        self._at += len(data)
        self._ahead = min(self._ahead * 2, LARGEST)
        if self._on_read is not None:
            self._on_read(len(data))
        return len(data)
