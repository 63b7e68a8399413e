"""What is told of a fault of batchlint itself: where it is, and nothing of the data that led to it."""

from __future__ import annotations

import os

from batchlint.errors import BatchlintError

_PACKAGE = os.path.dirname(__file__)


class InternalError(BatchlintError):
    """A fault of batchlint itself; exit status 70. Its text says where in the program, without any message."""


def tellable(error: BaseException) -> BatchlintError | MemoryError:
    """`error` as one that may be shown and sent: the texts of others may hold data of the user."""
    if isinstance(error, (BatchlintError, MemoryError)):
        return error
    return InternalError(f"internal error, please report it: {type(error).__name__} at {_place(error)}")


def _place(error: BaseException) -> str:
    """The innermost line of batchlint that `error` came through."""
    import traceback

    place = "no line of batchlint"
    for frame in traceback.extract_tb(error.__traceback__, limit=-100):
        if frame.filename.startswith(_PACKAGE):
            place = f"batchlint{frame.filename[len(_PACKAGE) :].replace(os.sep, '/')}:{frame.lineno}"
    return place
