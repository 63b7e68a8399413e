"""Who is timed: batchlint, and peers that do some of its work."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True)
class Places:
    """Where things lie.

    Attributes:
        schema: the one document that judges lines, for peers.
        modules: a folder ``node_modules``, or None.
        single: one request in a file of its own, for tools that know no JSON Lines.
    """

    schema: Path
    modules: Path | None
    single: Path


@dataclass(frozen=True)
class Contender:
    """A command that is timed.

    Attributes:
        name: its name in the tables.
        command: its arguments for a file.
        missing: why it is left out, or None.
        judges: whether its exit status says that a line is at fault.
        sample: lines that it is given if it is too slow for all of them; 0 for all. It prints the seconds of
            its loop, from which the time for all lines is reckoned.
    """

    name: str
    command: Callable[[Path], Sequence[str]]
    missing: str | None = None
    judges: bool = True
    sample: int = 0


OURS = "batchlint"
LOADS = "json.loads"
PLAIN = "json + jsonschema"
COMPILED = "orjson + jsonschema-rs"
CPP = "@sourcemeta/jsonschema --fast"
AJV = "ajv over readline"
CHECK = "check-jsonschema, one request"


def ours(*options: str) -> Contender:
    """Our own command."""
    base = (sys.executable, "-m", "batchlint", "lint", "--quiet", "--output-format", "concise", *options)
    return Contender(OURS, lambda path: (*base, str(path)))


def contenders(places: Places, sample: int) -> dict[str, Contender]:
    """All that may be timed, by name; `sample` lines are given to the slowest, 0 for all."""
    native = _native(places.modules)
    node = shutil.which("node")
    ajv_missing = (
        None if node and places.modules and (places.modules / "ajv").is_dir() else "Node.js or ajv is not there"
    )
    schema = str(places.schema)
    check = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent)) or shutil.which("check-jsonschema")
    rows = (
        ours(),
        Contender(LOADS, lambda path: (sys.executable, str(PEERS / "loads.py"), str(path)), judges=False),
        Contender(
            PLAIN,
            lambda path: (sys.executable, str(PEERS / "plain.py"), schema, str(path), str(sample)),
            _without("jsonschema"),
            sample=sample,
        ),
        Contender(
            COMPILED,
            lambda path: (sys.executable, str(PEERS / "compiled.py"), schema, str(path)),
            _without("orjson") or _without("jsonschema_rs"),
        ),
        Contender(
            CPP,
            lambda path: (str(native), "validate", "--fast", schema, str(path)),
            None if native else "its native binary is not there",
        ),
        Contender(
            AJV,
            lambda path: (str(node), str(PEERS / "ajv.cjs"), str(places.modules), schema, str(path)),
            ajv_missing,
        ),
        Contender(
            CHECK,
            lambda _path: (str(check), "--schemafile", schema, str(places.single)),
            None if check else "it is not installed",
        ),
    )
    return {row.name: row for row in rows}


def _without(package: str) -> str | None:
    return None if importlib.util.find_spec(package) else f"{package} is not installed"


def _native(modules: Path | None) -> Path | None:
    if modules is None:
        return None
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = modules / "@sourcemeta" / "jsonschema" / "build" / "github-releases"
    path = folder / f"jsonschema-{platform.system().lower()}-{machine}"
    return path if path.is_file() else None
