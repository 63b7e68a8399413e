"""What goes wrong with a store, in our own words: what a store says may hold anything, a signed URL too."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from batchlint.errors import BatchlintError
from batchlint.reading.sources import NotReadableError
from batchlint.reading.version import CHANGED, REMOVED, ChangedError

_MISSING = (404, 410)
_FORBIDDEN = (401, 403, 407)
_BUSY = (429, 503)
_ANOTHER = 412
"""An object is not the one that was asked for (RFC 9110, section 15.5.13)."""

_KINDS = (
    ("Credential", "no credentials for it were found or taken"),
    ("ClientAuthentication", "no credentials for it were found or taken"),
    ("Timeout", "the store did not answer in time"),
    ("TimedOut", "the store did not answer in time"),
    ("Connect", "the store cannot be reached"),
    ("Payload", "the store broke off"),
    ("Incomplete", "the store broke off"),
    ("Misplaced", "the store sent another range than was asked for"),
    ("Redirect", "the store leads elsewhere"),
)
"""Words in the names of the exceptions of the stores' libraries, and what they mean; the first one counts."""

_NO_ACCESS = frozenset(reason for word, reason in _KINDS if word in ("Credential", "ClientAuthentication"))


class MisplacedError(Exception):
    """The data that came are not those that were asked for."""


@contextmanager
def told(*, is_reading: bool) -> Iterator[None]:
    """Turns whatever a store's library raises into what reading a file raises.

    Args:
        is_reading: whether the object was open already, so that what is gone was removed meanwhile.

    Raises:
        FileNotFoundError: there is no such object.
        NotReadableError: it may not be read.
        ChangedError: it is another one now.
        OSError: anything else.
    """
    try:
        yield
    except (BatchlintError, ChangedError, NotReadableError):
        raise
    except Exception as error:  # noqa: BLE001  # each store's library has exceptions of its own
        raise _in_our_words(error, is_reading=is_reading) from None


def _in_our_words(error: Exception, *, is_reading: bool) -> OSError:
    chain = list(_chain(error))
    status = next((found for each in chain if (found := _status(each)) is not None), None)
    names = [kind.__name__ for each in chain for kind in type(each).__mro__]
    if status == _ANOTHER or "FileExpired" in names:
        return ChangedError(CHANGED)
    is_missing = status is None and isinstance(error, (FileNotFoundError, NotADirectoryError))
    # botocore refuses names that S3 cannot have before it asks for them.
    if status in _MISSING or is_missing or "ParamValidationError" in names:
        return ChangedError(REMOVED) if is_reading else FileNotFoundError(errno.ENOENT, "there is no such object")
    reason = next((reason for word, reason in _KINDS if any(word in name for name in names)), None)
    if status in _FORBIDDEN or isinstance(error, PermissionError) or reason in _NO_ACCESS:
        reason = reason if reason in _NO_ACCESS else "there is no permission to read it"
        return OSError(errno.EACCES, reason) if is_reading else NotReadableError(reason)
    if isinstance(error, IsADirectoryError):
        return NotReadableError("is no object")
    if status in _BUSY:
        reason = f"the store is too busy (status {status})"
    elif status is not None and (status >= 400 or reason is None):
        reason = f"the store refused (status {status})"
    return OSError(errno.EIO, reason or f"the store failed ({type(error).__name__[:60]})")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    """The HTTP status in `error`, wherever the library that raised it keeps it."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):  # botocore
        return _as_status(response.get("ResponseMetadata", {}).get("HTTPStatusCode"))
    # aiohttp and azure-core; gcsfs, in an exception whose name others use for other things
    for name in ("status", "status_code", *(("code",) if type(error).__name__ == "HttpError" else ())):
        found = _as_status(getattr(error, name, None))
        if found is not None:
            return found
    return _as_status(getattr(response, "status_code", None))  # huggingface_hub


def _as_status(value: object) -> int | None:
    number = int(value) if isinstance(value, (int, str)) and str(value).isdigit() else 0
    return number if 100 <= number < 600 else None
