"""Plain web servers: whether one sends ranges, what the file is at the moment, and trying again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import aiohttp

from batchlint.reading.remote.stores import LARGEST, FileSystem, RemoteFile

TRIES = 4
"""How often a request is sent at most."""

_BUSY = frozenset((429, 500, 502, 503, 504))
_LONGEST_WAIT = 20.0

TIMES = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=20)
"""Seconds for one range in all, for a connection, and between two pieces of an answer."""

STREAM_TIMES = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=20)
"""The same where the whole file is one answer, which may take its time."""

AS_STORED = {"Accept-Encoding": "identity"}
"""Asks for the bytes as they are stored: offsets count those."""


def web_options(configured: Mapping[str, Any]) -> dict[str, object]:
    """What fsspec's file system for web servers is made with, beside what the user has `configured`."""
    client = {"auto_decompress": False, "middlewares": (try_again,), **configured.get("client_kwargs", {})}
    return {"client_kwargs": client, **({} if "timeout" in configured else {"timeout": TIMES})}


async def try_again(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Sends a request anew, after a while, where the server is busy or cannot be reached: fsspec does not."""
    for attempt in range(1, TRIES):
        wait = 0.25 * 2**attempt
        try:
            response = await send(request)
        except (aiohttp.ClientConnectionError, TimeoutError, asyncio.TimeoutError):
            pass
        else:
            if response.status not in _BUSY:
                return response
            asked = response.headers.get("Retry-After", "")
            wait = min(float(asked), _LONGEST_WAIT) if asked.isdigit() else wait
            response.close()
        await asyncio.sleep(wait)
    return await send(request)


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
        options = {"block_size": LARGEST, "size": info["size"], "cache_type": "none"}
    else:
        # With a block size of 0 the file is one answer, and the size is not looked at.
        options = {"block_size": 0, "size": 1, "timeout": STREAM_TIMES}
    return info, system.open(url, "rb", headers=headers, **options)


async def _ask(system: Any, url: str) -> dict[str, object]:
    session: aiohttp.ClientSession = await system.set_session()
    headers = {**system.kwargs.get("headers", {}), **AS_STORED, "Range": "bytes=0-0"}
    options = {**system.kwargs, "headers": headers}
    async with session.get(system.encode_url(url), **options) as response:
        # An empty file has no range.
        if response.status != 416:
            response.raise_for_status()
        encoding = response.headers.get("Content-Encoding", "identity")
        info: dict[str, object] = {
            name: response.headers[name] for name in ("ETag", "Last-Modified") if name in response.headers
        }
        is_range = response.status == 206 and encoding == "identity"
        length = response.headers.get("Content-Range", "").rpartition("/")[2]
        if response.status == 200:
            length = response.headers.get("Content-Length", "")
        size = int(length) if length.isdigit() else None
        return {**info, "size": size, "ranges": is_range and size is not None, "encoding": encoding}
