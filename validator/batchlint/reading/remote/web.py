"""Plain web servers: whether one sends ranges, what the file is at the moment, and trying again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import aiohttp

from batchlint.reading.compression import packings
from batchlint.reading.remote.errors import MisplacedError
from batchlint.reading.remote.stores import FileSystem, RemoteFile

TRIES = 4
"""How often a request is sent at most, and how often a range whose answer breaks off."""

_BUSY = frozenset((429, 500, 502, 503, 504))
_LONGEST_WAIT = 20.0
_OK, _PART, _BEYOND = 200, 206, 416

TIMES = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=20)
"""Seconds for one range in all, for a connection, and between two pieces of an answer."""

STREAM_TIMES = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=20)
"""The same where the whole file is one answer, which may take its time."""

AS_STORED = {"Accept-Encoding": "identity"}
"""Asks for the bytes as they are stored: offsets count those."""

_DIGITS = 14
"""Of the size of the largest file that is believed, 100 TB."""

_PLACE = re.compile(r"bytes (?P<start>\d{1,20})-\d{1,20}/(?P<size>\d+|\*)")
"""Where a range lies in its file."""

_UNREACHED = (aiohttp.ClientConnectionError, TimeoutError, asyncio.TimeoutError)


def web_options(configured: Mapping[str, Any]) -> dict[str, object]:
    """What fsspec's file system for web servers is made with, beside what the user has `configured`."""
    client = {"auto_decompress": False, "middlewares": (try_again,), **configured.get("client_kwargs", {})}
    return {"client_kwargs": client, **({} if "timeout" in configured else {"timeout": TIMES})}


async def try_again(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Sends a request anew, after a while, where the server is busy or cannot be reached: fsspec does not."""
    for attempt in range(1, TRIES):
        wait = _wait(attempt)
        try:
            response = await send(request)
        except _UNREACHED:
            pass
        else:
            if response.status not in _BUSY:
                return response
            asked = response.headers.get("Retry-After", "")
            wait = min(float(asked), _LONGEST_WAIT) if asked.isdecimal() else wait
            response.close()
        await asyncio.sleep(wait)
    return await send(request)


def _wait(attempt: int) -> float:
    return 0.25 * 2.0**attempt


def web_info(system: FileSystem, url: str) -> dict[str, object]:
    """What the server says of the file at `url`: fsspec does not find out whether ranges are sent.

    Returns:
        ``size`` (None where it is not told), ``ranges`` (whether any part can be had), ``encoding`` (how the
        bytes are packed beside what the name says), and the members by which two states are told apart.

    Raises:
        Exception: as aiohttp does.
    """
    from fsspec.asyn import sync

    return cast("dict[str, object]", sync(system.loop, _ask, system, url))


def web_open(system: FileSystem, url: str) -> tuple[dict[str, object], RemoteFile]:
    """What the server says of the file at `url`, and the file. Raises what aiohttp raises."""
    info = web_info(system, url)
    tag = str(info.get("ETag", ""))
    # A weak tag is no reason to send anything (RFC 9110, section 13.1.1).
    headers = {**AS_STORED, "If-Match": tag} if tag.startswith('"') else AS_STORED
    if info["ranges"]:
        return info, WebFile(system, url, headers, info)
    # With a block size of 0 the file is one answer, and the size is not looked at.
    return info, system.open(url, "rb", headers=headers, block_size=0, size=1, timeout=STREAM_TIMES)


@dataclass(slots=True)
class WebFile:
    """A file of a server that sends ranges. fsspec has one too, which takes whatever answer comes for the range.

    Attributes:
        system: the file system of the server.
        url: where the file is.
        headers: what each request says beside the range.
        details: what the server told of the file.
        at: the byte at which reading goes on.
    """

    system: FileSystem
    url: str
    headers: Mapping[str, str]
    details: Mapping[str, object]
    at: int = 0

    def read(self, size: int, /) -> bytes:
        """The next `size` bytes, fewer only where the server has no more. Raises what aiohttp raises.

        Raises:
            MisplacedError: the server sends another range.
        """
        from fsspec.asyn import sync

        data = cast(bytes, sync(self.system.loop, _range, self.system, self.url, self.headers, self.at, size))
        self.at += len(data)
        return data

    def seek(self, offset: int, /) -> int:
        """Goes to a byte."""
        self.at = offset
        return offset

    def close(self) -> None:
        """Nothing: no connection is held between two ranges."""


async def _ask(system: Any, url: str) -> dict[str, object]:
    async with await _asked(system, url, {**AS_STORED, "Range": "bytes=0-0"}) as response:
        status = response.status
        # An empty file has no range.
        if status not in (_OK, _PART, _BEYOND) or (status == _PART and "Content-Range" not in response.headers):
            _refuse(response)
        encoding = response.headers.get("Content-Encoding", "identity")
        info: dict[str, object] = {
            name: response.headers[name] for name in ("ETag", "Last-Modified") if name in response.headers
        }
        length = response.headers.get("Content-Length", "") if status == _OK else ""
        if place := _PLACE.fullmatch(response.headers.get("Content-Range", "")):
            length = place["size"]
        elif status == _BEYOND:
            length = response.headers.get("Content-Range", "").rpartition("/")[2]
        size = int(length) if length.isdecimal() and len(length) <= _DIGITS else None
        has_ranges = status == _PART and size is not None and not packings(encoding)
        return {**info, "size": size, "ranges": has_ranges, "encoding": encoding}


async def _range(system: Any, url: str, headers: Mapping[str, str], start: int, size: int) -> bytes:
    """The bytes of a range, asked for again where the answer breaks off."""
    asked = {**headers, "Range": f"bytes={start}-{start + size - 1}"}
    for attempt in range(1, TRIES + 1):
        async with await _asked(system, url, asked) as response:
            if response.status == _BEYOND:
                return b""
            if response.status not in (_OK, _PART):
                _refuse(response)
            place = _PLACE.fullmatch(response.headers.get("Content-Range", ""))
            if response.status == _OK or place is None or int(place["start"]) != start:
                raise MisplacedError
            try:
                return await _read(response, size)
            except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError):
                if attempt == TRIES:
                    raise
        await asyncio.sleep(_wait(attempt))
    raise MisplacedError


async def _read(response: aiohttp.ClientResponse, size: int) -> bytes:
    """The data of an answer that may hold `size` bytes."""
    data = bytearray()
    async for piece in response.content.iter_any():
        data += piece
        if len(data) > size:
            raise MisplacedError
    return bytes(data)


async def _asked(system: Any, url: str, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
    session: aiohttp.ClientSession = await system.set_session()
    configured = {**system.kwargs, "headers": {**system.kwargs.get("headers", {}), **headers}}
    response: aiohttp.ClientResponse = await session.get(system.encode_url(url), **configured)
    if response.status != _BEYOND:
        response.raise_for_status()
    return response


def _refuse(response: aiohttp.ClientResponse) -> None:
    """Raises what aiohttp raises for an answer of another status: this one holds no file."""
    raise aiohttp.ClientResponseError(response.request_info, response.history, status=response.status)
