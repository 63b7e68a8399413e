"""A server on this machine that sends files in ranges and fails on demand; S3 clients take it for object storage."""

from __future__ import annotations

import hashlib
import mmap
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>secret-of-the-store</Message></Error>"
NOT_FOUND = b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>secret-of-the-store</Message></Error>"
DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>secret-of-the-store</Message></Error>"
CHANGED = (
    b"<?xml version='1.0'?><Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you "
    b"specified did not hold</Message><Condition>If-Match</Condition></Error>"
)


@dataclass
class Behaviour:
    """How the server answers; tests change it while it runs.

    Attributes:
        sends_ranges: whether a part is sent where one is asked for.
        tells_size: whether the size of the whole is told where the whole is sent.
        tells_state: whether ETag and Last-Modified are told.
        checks_state: whether If-Match is heeded.
        busy: so many further requests are answered with 503; negative for all.
        denied: whether all are answered with 403.
        before: is called with the number of the request for data, from 1, before it is answered.
        stalls_at: the number of the request for data whose answer stops in the middle for ever.
        breaks_at: the same, but the connection is closed.
        breaks_for_good: whether all answers with data from the one that `breaks_at` names on do so.
        encoding: the value of Content-Encoding, if any.
        status: the status of every answer, with neither data nor headers of its own, if any.
        leads_to: the address that every answer leads to, if any.
        moved: so many bytes behind the range that was asked for stands the one that is sent; the first byte is right.
        more: so many bytes more than asked for are sent, but for the first byte.
        claims: the size that is told beside a range, if any.
    """

    sends_ranges: bool = True
    tells_size: bool = True
    tells_state: bool = True
    checks_state: bool = True
    busy: int = 0
    denied: bool = False
    before: Callable[[int], None] = lambda _: None
    stalls_at: int = 0
    breaks_at: int = 0
    breaks_for_good: bool = False
    encoding: str | None = None
    status: int | None = None
    leads_to: str | None = None
    moved: int = 0
    more: int = 0
    claims: int | None = None


@dataclass
class Store:
    """The server and its files, by path. Use it as a context manager.

    Attributes:
        files: what is sent.
        behaviour: how.
        sent: the bytes of each answer with data, in the order of the requests.
        requests: how many there were, of all kinds.
        closing: is set at the end, for answers that wait.
    """

    files: dict[str, bytes | mmap.mmap] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    sent: list[int] = field(default_factory=list)
    requests: int = 0
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Store:  # noqa: PYI034  # typing has Self from Python 3.11 on
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def put(self, path: str, body: bytes) -> str:
        """Stores a file and returns its URL."""
        self.files[path] = body
        return f"{self.url}/{urllib.parse.quote(path)}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, store: Store) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store

    def server_bind(self) -> None:
        # Without the lookup of the host's name.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, *_: object) -> None:
        """Whoever went away is not waited for."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        store = self.server.store
        how = store.behaviour
        store.requests += 1
        path = urllib.parse.unquote(self.path.partition("?")[0]).lstrip("/")
        body = store.files.get(path)
        if how.busy:
            how.busy -= 1
            self._reply(503, SLOW_DOWN)
        elif how.denied:
            self._reply(403, DENIED)
        elif how.leads_to is not None:
            self._reply(302, b"", {"Location": how.leads_to})
        elif how.status is not None:
            # These two have no data.
            self._reply(how.status, b"" if how.status in (204, 304) else b"secret-of-the-store")
        elif "list-type" in self.path:
            self._reply(200, b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>")
        elif body is None and (links := "".join(_links(store, f"{path.rstrip('/')}/".lstrip("/")))):
            self._reply(200, links.encode(), {"Content-Type": "text/html"})
        elif body is None:
            self._reply(404, NOT_FOUND)
        else:
            self._send_file(path, body)

    def _send_file(self, path: str, body: bytes) -> None:
        store = self.server.store
        how = store.behaviour
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        number = 0
        if self.command == "GET" and not (asked and asked[1] == asked[2] == "0"):
            with store.lock:
                store.sent.append(0)
                number = len(store.sent)
            how.before(number)
            body = store.files.get(path, b"")
        tag = _tag(body)
        headers = {"ETag": tag, "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"} if how.tells_state else {}
        if how.encoding:
            headers["Content-Encoding"] = how.encoding
        if how.checks_state and self.headers.get("If-Match", tag) != tag:
            self._reply(412, CHANGED)
        elif asked and how.sends_ranges and int(asked[1]) >= len(body):
            self._reply(416, b"", {"Content-Range": f"bytes */{len(body)}"})
        elif asked and how.sends_ranges:
            start, end = int(asked[1]), int(asked[2]) + 1
            if number:
                start, end = start + how.moved, end + how.moved + how.more
            end = min(end, len(body))
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{how.claims or len(body)}"
            self._data(206, body[start:end], headers, number)
        else:
            self._data(200, body if self.command == "HEAD" else body[:], headers, number)

    def _data(self, status: int, data: bytes | mmap.mmap, headers: dict[str, str], number: int) -> None:
        store = self.server.store
        how = store.behaviour
        if number:
            store.sent[number - 1] = len(data)
        is_broken = number in (how.stalls_at, how.breaks_at) or (how.breaks_for_good and number > how.breaks_at)
        if not number or not is_broken:
            self._reply(status, data, headers, tells_size=how.tells_size or status == 206)
            return
        self._reply(status, data, headers, send=len(data) // 2)
        if number == how.stalls_at:
            store.closing.wait()
        self.close_connection = True

    def _reply(
        self,
        status: int,
        data: bytes | mmap.mmap,
        headers: dict[str, str] | None = None,
        *,
        tells_size: bool = True,
        send: int | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if tells_size:
            self.send_header("Content-Length", str(len(data)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command == "HEAD":
            return
        with suppress(ConnectionError):
            for start in range(0, len(data) if send is None else send, 65536):
                self.wfile.write(data[start : start + 65536])
            self.wfile.flush()


@lru_cache(maxsize=4)
def _tag(body: bytes | mmap.mmap) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _links(store: Store, folder: str) -> Iterator[str]:
    for name in sorted(
        {
            each[len(folder) :].partition("/")[0] + ("/" if "/" in each[len(folder) :] else "")
            for each in store.files
            if each.startswith(folder)
        }
    ):
        yield f'<a href="{name}">{name}</a>\n'
