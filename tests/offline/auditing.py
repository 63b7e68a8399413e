"""What a process of the product may do: read its inputs, its own code and data, and write its outputs; nothing else.

Whatever else it opens, connects to or starts ends it at once with `STATUS`, and the first process of the test run
is told through the folder that the variable `AUDIT_RECORDS` names. An audit hook sees every way to a file, also
those below the functions of Python, and cannot be removed. Workers are forked with it.
"""

from __future__ import annotations

import os
import re
import sys

STATUS = 97
"""The exit status of a process that did what it may not."""

RECORDS = "AUDIT_RECORDS"
"""The variable that names the folder for what is to be told."""

_STARTS = frozenset({"os.exec", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "pty.spawn"})
_CHANGES = {"os.chmod": 1, "os.chown": 1, "os.remove": 1, "os.rename": 1, "os.truncate": 1, "os.utime": 1}
"""Events about an existing file, and how many of their arguments have to be a file that the product has made."""

_NEVER = frozenset({"os.mkdir", "os.rmdir", "os.symlink", "shutil.move", "shutil.rmtree", "ctypes.dlsym"})

_TEMPORARY = re.compile(r"\.batchlint-[0-9a-f]{16}\.tmp|\..+\.[0-9a-f]{16}\.tmp", re.DOTALL)
_COMPLETION = "_BATCHLINT_COMPLETE"
_BYTECODE = "__pycache__"
_CONFIGURATION = frozenset({"batchlint.toml", ".batchlint.toml", "pyproject.toml", ".gitignore", "exclude"})
_DOCUMENTS = (".json", ".toml")
_SYSTEM = ("/dev/null", "/proc/self/", "/dev/fd/", "/etc/localtime", "/usr/share/zoneinfo/")


class Audit:
    """The hook of one process."""

    def __init__(self, arguments: list[str], records: str | None) -> None:
        """Learns what is allowed from the command line `arguments`, the environment and the interpreter."""
        self._records = records
        self._has_ended = False
        self._placed: set[str] = set()
        self._folder = os.getcwd()
        named = [*arguments, *(value for name, value in os.environ.items() if name.startswith("BATCHLINT_"))]
        texts = [text for each in named for text in each.splitlines()]
        texts += [part for text in texts for part in (text.partition("=")[2], text.partition(":")[2])]
        # A value within quotes is that of --config KEY="VALUE".
        self._named = {self._absolute(text.strip("\"'[] ")) for text in texts if text}
        self._near = {os.path.dirname(path) for path in self._named} | {self._folder}
        here = os.path.dirname(os.path.abspath(__file__))
        own = [path for path in sys.path if path and os.path.isabs(path)]
        checkout = os.path.dirname(os.path.dirname(here))
        places = [*own, sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.join(checkout, "schemas")]
        self._program = tuple({os.path.join(os.path.realpath(path), "") for path in places})

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:  # noqa: C901, PLR0912  # each kind of event
        """Ends the process if `event` is none that is allowed."""
        if self._has_ended:
            return  # What is told is written to a file as well.
        if event != "open" and arguments and self._is_bytecode(arguments[0]):
            return
        if event == "open":
            path, mode, flags = arguments
            if isinstance(path, (str, bytes)) and not self._may_open(os.fsdecode(path), mode, flags):
                self._end(event, path)
        elif event == "socket.__new__":
            # Workers and their parent talk through a pair of sockets without a name.
            if "AF_UNIX" not in str(arguments[1]) and arguments[1] != 1:
                self._end(event, arguments[1])
        elif (
            event == "subprocess.Popen" and _COMPLETION in os.environ and os.path.basename(str(arguments[0])) == "bash"
        ):
            return  # click asks the shell for its version before it prints a script for it.
        elif event.startswith("socket.") or event == "subprocess.Popen" or event in _STARTS or event in _NEVER:
            self._end(event, *arguments)
        elif event == "os.fork":
            if not _is_called_by("workers.py"):
                self._end(event)
        elif event == "os.link":
            # A second name, for the time in which another file takes the place.
            if not _is_temporary(os.fsdecode(arguments[1])):  # type: ignore[arg-type]
                self._end(event, *arguments)
        elif event in _CHANGES:
            for path in arguments[: _CHANGES[event]]:
                if isinstance(path, (str, bytes)) and not self._is_own(os.fsdecode(path)):
                    self._end(event, path)
            if event == "os.rename" and isinstance(arguments[1], (str, bytes)):
                self._placed.add(self._absolute(os.fsdecode(arguments[1])))

    def _may_open(self, path: str, mode: object, flags: object) -> bool:
        if self._is_bytecode(path):
            return True
        if isinstance(flags, int) and hasattr(os, "O_TMPFILE") and flags & os.O_TMPFILE == os.O_TMPFILE:
            return True  # A file without a name, which is gone with the process.
        if isinstance(mode, str) and os.path.isdir(path):
            return True  # The module tempfile names the folder to `open`, and opens a file in it itself.
        if self._is_written(mode, flags):
            return path == os.devnull or (_is_temporary(path) and self._is_near(path))
        absolute = self._absolute(path)
        name = os.path.basename(absolute)
        return (
            absolute in self._named
            or name in _CONFIGURATION
            or absolute.startswith(_SYSTEM)
            or any(absolute.startswith(os.path.join(folder, "")) for folder in self._named if os.path.isdir(folder))
            or (name.endswith(_DOCUMENTS) and self._is_near(path))
            or bool(_TEMPORARY.fullmatch(name))
            or os.path.realpath(absolute).startswith(self._program)
            # A folder is opened to write it out, and by the walk through it.
            or (absolute in self._near and os.path.isdir(absolute))
        )

    def _is_own(self, path: str) -> bool:
        """Whether `path` is a temporary file, or one that this process has put there and may take back."""
        return _is_temporary(path) or self._absolute(path) in self._placed

    def _is_bytecode(self, path: object) -> bool:
        """Whether `path` is where the interpreter itself keeps the compiled form of a module of the program."""
        if not isinstance(path, str) or _BYTECODE not in path:
            return False
        return os.path.realpath(self._absolute(path)).startswith(self._program)

    @staticmethod
    def _is_written(mode: object, flags: object) -> bool:
        if isinstance(mode, str):
            return any(letter in mode for letter in "wax+")
        return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

    def _is_near(self, path: str) -> bool:
        """Whether `path` lies beside or below something that is named, or is a temporary file of `--diff`."""
        absolute = self._absolute(path)
        folders = (*self._named, *self._near)
        return any(absolute.startswith(os.path.join(folder, "")) for folder in folders) or os.path.dirname(
            absolute
        ) in (os.environ.get("TMPDIR", ""), "/tmp", "/var/tmp", "/usr/tmp")  # noqa: S108  # where tempfile looks

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._folder, path))

    def _end(self, event: str, *arguments: object) -> None:
        text = f"{event} {arguments!r} by {sys.orig_argv[1:]!r}".encode("ascii", "backslashreplace")
        self._has_ended = True
        os.write(2, b"audit: the product may not " + text + b"\n")
        self.record("forbidden", text)
        os._exit(STATUS)

    def record(self, kind: str, text: bytes = b"") -> None:
        """Tells the first process of the test run; nothing is lost where the process is killed."""
        if self._records:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            file = os.open(os.path.join(self._records, kind), flags, 0o666)
            os.write(file, text.replace(b"\n", b" ") + b"\n")
            os.close(file)


def begin() -> None:
    """Audits this process from now on, if it runs the command of the product."""
    arguments = _arguments_of_product(sys.orig_argv)
    # What may use the addresses of this machine runs the libraries of stores and clusters, whose ways are their own.
    if arguments is None or "BATCHLINT_TEST_LOOPBACK" in os.environ:
        return
    audit = Audit(arguments, os.environ.get(RECORDS))
    audit.record("audited")
    sys.addaudithook(audit)


def _arguments_of_product(command: list[str]) -> list[str] | None:
    """The arguments after the name of the product in the command line `command`; None for any other program."""
    for position, word in enumerate(command[1:], 1):
        if word == "-c":
            return None
        is_module = word == "batchlint" and command[position - 1] == "-m"
        if is_module or (position == 1 and os.path.basename(word) == "batchlint"):
            return command[position + 1 :]
    return None


def _is_temporary(path: str) -> bool:
    name = os.path.basename(path)
    # The module tempfile tries a place with a file of eight letters.
    return bool(_TEMPORARY.fullmatch(name)) or bool(re.fullmatch("[a-z0-9_]{8}", name))


def _is_called_by(name: str) -> bool:
    frame = sys._getframe()  # noqa: SLF001  # who forks is to be found out from within a hook
    while frame is not None:
        if os.path.basename(frame.f_code.co_filename) == name and "batchlint" in frame.f_code.co_filename:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False
