"""The command on a failing system: the n-th call of one kind fails, once or from then on.

Run as a script it is a server: a case a line on standard input, what became of it on standard output, both JSON.
Each case is judged by a fork of the server, which has imported the command but run nothing yet. Calls are
caught where Python hands them to the system, so the code above, also that of the standard library, is the real one.
"""

from __future__ import annotations

import builtins
import errno
import inspect
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

SHORT = "short read"
END = "early end"
"""Beside the names of errors: a read that returns one byte, and one that says that the file has ended."""

CALLS = {
    "open": ("open",),
    "close": (),
    "stat": ("stat", "lstat", "fstat"),
    "list": ("listdir", "scandir"),
    "replace": ("replace", "rename"),
    "unlink": ("unlink", "remove"),
    "chmod": ("chmod", "fchmod", "fchown"),
    "fsync": ("fsync",),
    "mkdir": ("mkdir",),
    "read": ("read",),
    "write": ("write",),
}
"""The functions of ``os`` by the kind of call. Opening, reading, writing and closing file objects count as such too."""

_PATIENCE = 20
"""Seconds after which a case counts as hanging."""

_real = {name: getattr(os, name) for name in ("close", *(name for names in CALLS.values() for name in names))}
_real_open = builtins.open
_real_file = io.FileIO


@dataclass
class Fault:
    """What fails: the `n`-th call of the kind `call`, and all after it if `forever`, with `error`."""

    call: str
    n: int
    error: str
    forever: bool
    report: int
    count: int = 0

    def strikes(self, call: str) -> bool:
        if call != self.call:
            return False
        self.count += 1
        if self.count < self.n or (self.count > self.n and not self.forever):
            return False
        _real["write"](self.report, json.dumps(_site(inspect.currentframe())).encode() + b"\n")
        return True

    def raise_error(self) -> None:
        number = getattr(errno, self.error)
        raise OSError(number, os.strerror(number))


_fault: Fault | None = None


def _site(frame: FrameType | None) -> str:
    """The innermost function of the package that the call was made from."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("batchlint."):
            return f"{module.removeprefix('batchlint.')}:{frame.f_code.co_name}"
        frame = frame.f_back
    return "outside"


def _reads_input() -> bool:
    """Whether the reading is that of an input, not of the package or its dependencies."""
    return _site(inspect.currentframe()).startswith(("reading.", "engine."))


def _wrapped(call: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def function(*arguments: Any, **options: Any) -> Any:
        if _fault is not None and _fault.error != END and _fault.strikes(call):
            if _fault.error == SHORT:
                return real(arguments[0], 1)
            _fault.raise_error()
        return real(*arguments, **options)

    return function


class FaultyFile(_real_file):
    """The raw file below every file object."""

    def __init__(self, file: Any, mode: str = "r", closefd: bool = True, opener: Any = None) -> None:
        if not isinstance(file, int) and opener is None and _fault is not None and _fault.strikes("open"):
            _fault.raise_error()
        super().__init__(file, mode, closefd, opener)

    def readinto(self, buffer: Any, /) -> Any:
        if _fault is not None and (_fault.error != END or _reads_input()) and _fault.strikes("read"):
            if _fault.error == END:
                return 0
            if _fault.error == SHORT:
                return super().readinto(memoryview(buffer)[:1])
            _fault.raise_error()
        return super().readinto(buffer)

    def read(self, size: int = -1, /) -> Any:
        if size < 0:
            return self.readall()
        buffer = bytearray(size)
        return bytes(buffer[: self.readinto(buffer)])

    def readall(self) -> bytes:
        pieces = []
        while piece := self.read(65536):
            pieces.append(piece)
        return b"".join(pieces)

    def write(self, data: Any, /) -> Any:
        # Where the command gives up standard output it puts the null device in its place, which never fails.
        is_null = os.major(_real["fstat"](self.fileno()).st_rdev) == 1
        if not is_null and _fault is not None and _fault.strikes("write"):
            _fault.raise_error()
        return super().write(data)

    def close(self) -> None:
        strikes = not self.closed and _fault is not None and _fault.strikes("close")
        super().close()
        if strikes and _fault is not None:
            _fault.raise_error()


def _open(file: Any, mode: str = "r", buffering: int = -1, *text: Any, closefd: bool = True, **options: Any) -> Any:
    kind = "".join(letter for letter in mode if letter not in "bt")
    raw = FaultyFile(file, kind, closefd, options.pop("opener", None))
    if buffering == 0:
        return raw
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    wrap = io.BufferedRandom if "+" in kind else io.BufferedReader if kind == "r" else io.BufferedWriter
    return wrap(raw, size) if "b" in mode else io.TextIOWrapper(wrap(raw, size), *text, **options)


def _install() -> None:
    for call, names in CALLS.items():
        for name in names:
            setattr(os, name, _wrapped(call, _real[name]))
    io.FileIO = FaultyFile  # type: ignore[misc]  # this is what the module is for
    io.open = builtins.open = _open  # type: ignore[assignment]


def _stream(descriptor: int, mode: str) -> Any:
    raw = FaultyFile(descriptor, mode, closefd=False)
    buffered = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    return io.TextIOWrapper(buffered, "utf-8", "backslashreplace", line_buffering=descriptor == 2)


def _run(case: dict[str, Any], report: int) -> int:
    """The life of a fork: the command as its process would run it, and what Python does at its end."""
    global _fault  # noqa: PLW0603  # wrapped functions have no other way to know
    from batchlint.command.main import main

    signal.alarm(_PATIENCE)
    os.chdir(case["folder"])
    for descriptor, path, flags in (
        (0, case["stdin"], os.O_RDONLY),
        (1, case["stdout"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, case["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(_real["open"](path, flags, 0o666), descriptor)
    sys.stdin, sys.stdout, sys.stderr = _stream(0, "r"), _stream(1, "w"), _stream(2, "w")
    if case["smallest_file"]:
        _divide_files_of(case["smallest_file"])
    _fault = Fault(case["call"], case["n"], case["error"], case["forever"], report)
    try:
        status = main(case["arguments"])
    except BaseException:  # noqa: BLE001  # what Python does at the end of a process
        _fault = None
        sys.excepthook(*sys.exc_info())
        status = 1
    try:
        sys.stdout.flush()
    except OSError:
        status = 120
    _fault = None
    sys.stderr.flush()
    return status


def _divide_files_of(size: int) -> None:
    """Has files from `size` bytes on judged by several processes."""
    from batchlint.engine.cutting import Cutting
    from batchlint.engine.driver import Driver

    Driver.__init__.__defaults__ = (None, Cutting(size, 1, 2**30, 2))


def _serve() -> None:
    import batchlint.checks.metaschema
    import batchlint.command.configured
    import batchlint.command.diff
    import batchlint.command.formatters
    import batchlint.command.inputs
    import batchlint.command.linters
    import batchlint.command.main
    import batchlint.command.outputs
    import batchlint.command.recording
    import batchlint.command.repair
    import batchlint.command.run
    import batchlint.engine.fold
    import batchlint.engine.other_profiles
    import batchlint.engine.road
    import batchlint.engine.workers
    import batchlint.formats.full
    import batchlint.formats.sarif
    import batchlint.policies.policy
    import batchlint.reading.gitignore
    import batchlint.splitting.library  # noqa: F401  # imported once, not by every fork

    warm()
    for line in iter(sys.stdin.readline, ""):
        case = json.loads(line)
        mine, theirs = os.pipe()
        process = os.fork()
        if not process:
            status = 70
            try:
                _real["close"](mine)
                status = _run(case, theirs)
            finally:
                os._exit(status)
        _real["close"](theirs)
        sites = set()
        with _real_open(mine) as told:
            sites.update(map(json.loads, told))
        _, ended = os.waitpid(process, 0)
        answer = {"status": os.waitstatus_to_exitcode(ended), "sites": sorted(sites)}
        _real["write"](1, json.dumps(answer).encode() + b"\n")


def warm() -> None:
    """Reads the documents once, so that not every fork has to compile them."""
    from batchlint.engine.options import EngineOptions
    from batchlint.engine.road import road_for
    from batchlint.engine.setup import engine_for

    engine_for(EngineOptions())
    road_for(EngineOptions())


if __name__ == "__main__":
    _install()
    _serve()
