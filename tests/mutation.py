"""Changes the core bit by bit and sees whether a test notices.

    python tests/mutation.py [MODULE...] [--jobs N] [--seconds N] [--write]

`pyproject.toml` names the modules of the core; without MODULE, such as `parsing/guard.py`, all of them are taken.
mutmut makes the mutants in a temporary copy and runs `tests/hardening/core` against each. What survives has to stand
in `tests/cases/mutants/survivors.json`, with the reason why it is equivalent or not worth a test. The exit status
is 1 where less than 90 % of a module's mutants are killed, where a survivor is not listed or has no reason, or where
a listed one no longer survives; 2 where mutmut itself failed or took too long.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CHECKOUT = Path(__file__).parent.parent
LISTED = CHECKOUT / "tests" / "cases" / "mutants" / "survivors.json"
LEAST = 90
"""The share of mutants that has to be killed, in percent."""

MEMORY = 4 * 2**30
"""Bytes of address space of one process; a mutant may fill its memory until the time is up."""

KILLED = ("killed", "timeout", "segfault", "suspicious")
"""What mutmut calls a mutant with which the tests failed, did not end, or ended in a way of its own."""


@dataclass(frozen=True, order=True)
class Mutant:
    """One change: the module below the package, the function, and the lines before and after."""

    module: str
    function: str
    change: tuple[str, ...]

    def __str__(self) -> str:
        return "\n    ".join((f"{self.module}: {self.function}", *self.change))


@dataclass(frozen=True)
class Result:
    """What became of the mutants of one module."""

    outcomes: Counter[str]
    survivors: tuple[Mutant, ...]

    @property
    def total(self) -> int:
        """All mutants."""
        return self.outcomes.total()

    @property
    def killed(self) -> int:
        """Those that a test noticed."""
        return sum(self.outcomes[outcome] for outcome in KILLED)

    @property
    def is_enough(self) -> bool:
        """Whether enough of them were noticed."""
        return self.killed * 100 >= LEAST * self.total


class MutmutError(Exception):
    """mutmut failed; the text is what it printed."""


def modules() -> list[str]:
    """The modules of the core, below the package."""
    configuration = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    return [path.removeprefix("src/batchlint/") for path in configuration["only_mutate"]]


def lay_out(folder: Path) -> None:
    """Copies what mutmut needs, the package below src/."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(CHECKOUT / "validator" / "batchlint", folder / "src" / "batchlint", ignore=ignored)
    shutil.copytree(CHECKOUT / "schemas", folder / "schemas")
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    tests = folder / "tests"
    shutil.copytree(CHECKOUT / "tests" / "hardening" / "core", tests / "hardening" / "core", ignore=ignored)
    shutil.copytree(CHECKOUT / "tests" / "cases" / "core", tests / "cases" / "core")
    shutil.copytree(CHECKOUT / "tests" / "offline", tests / "offline", ignore=ignored)
    for name in ("conftest.py", "core_cases.py", "records.py", "support.py", "tally.py"):
        shutil.copy(CHECKOUT / "tests" / name, tests)


def mutmut(folder: Path, *arguments: str, seconds: float) -> str:
    """Runs mutmut and returns what it prints.

    Raises:
        MutmutError: it failed or took longer than `seconds`.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with subprocess.Popen(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),  # noqa: PLW1509  # no threads here
    ) as process:
        try:
            printed, _ = process.communicate(timeout=seconds)
        except BaseException as error:
            # The mutants are its children.
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise MutmutError(f"mutmut {' '.join(arguments)} took more than {seconds:g} seconds") from None
            raise
    if process.returncode != 0:
        raise MutmutError(printed)
    return printed


def tried(folder: Path, module: str, jobs: int, seconds: float) -> Result:
    """Makes the mutants of `module` and runs the tests against each."""
    source = folder / "src" / "batchlint" / module
    if not any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(source.read_bytes()))):
        # mutmut changes the bodies of functions only, and fails where there is nothing to change.
        return Result(Counter(), ())
    prefix = "batchlint." + module.removesuffix(".py").replace("/", ".") + "."
    mutmut(folder, "run", "--max-children", str(jobs), f"{prefix}*", seconds=seconds)
    found = [(name, outcome) for name, outcome in outcomes(folder) if name.startswith(prefix)]
    if not found:
        raise MutmutError("there are no mutants")
    survivors = (mutant(folder, module, name) for name, outcome in found if outcome not in KILLED)
    return Result(Counter(outcome for _, outcome in found), tuple(sorted(survivors)))


def outcomes(folder: Path) -> Iterator[tuple[str, str]]:
    """The name of every mutant, and what became of it."""
    for line in mutmut(folder, "results", "--all", "true", seconds=60).splitlines():
        name, colon, outcome = line.strip().rpartition(": ")
        if colon:
            yield name, outcome


def mutant(folder: Path, module: str, name: str) -> Mutant:
    """The mutant that mutmut calls `name`."""
    shown = mutmut(folder, "show", name, seconds=60).splitlines()
    change = (line for line in shown if line[:1] in ("-", "+") and line[:3] not in ("---", "+++"))
    # x_function__mutmut_1 or xǁClassǁmethod__mutmut_1
    function = name.rpartition(".")[2].rpartition("__mutmut_")[0].removeprefix("x")[1:].replace("ǁ", ".")
    return Mutant(module, function, tuple(change))


def listed(chosen: Iterable[str]) -> Iterator[tuple[Mutant, str]]:
    """The survivors of the chosen modules that are known, each with its reason."""
    for row in json.loads(LISTED.read_text("utf-8")) if LISTED.exists() else []:
        if row["module"] in chosen:
            yield Mutant(row["module"], row["function"], tuple(row["change"])), row["reason"]


def write(survivors: Iterable[Mutant], chosen: Iterable[str]) -> None:
    """Writes the list anew for the chosen modules. New rows have no reason; that is for a person to find."""
    reasons = dict(listed(modules()))
    others = [mutant for mutant, _ in listed(modules()) if mutant.module not in chosen]
    rows = [
        {**vars(mutant), "change": list(mutant.change), "reason": reasons.get(mutant, "")}
        for mutant in sorted((*survivors, *others))
    ]
    LISTED.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", "utf-8")


def complaints(survivors: Iterable[Mutant], known: Iterable[tuple[Mutant, str]]) -> Iterator[str]:
    """How the survivors and the list differ."""
    reasons = Counter(mutant for mutant, _ in known)
    found = Counter(survivors)
    yield from (f"survives and is not listed: {mutant}" for mutant in (found - reasons).elements())
    yield from (f"is listed and does not survive: {mutant}" for mutant in (reasons - found).elements())
    yield from (f"is listed without a reason: {mutant}" for mutant, reason in known if not reason.strip())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", nargs="*", help="such as parsing/guard.py")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="mutants at a time")
    parser.add_argument("--seconds", type=float, default=900, help="the longest time for one module")
    parser.add_argument(
        "--write", action="store_true", help="write the list of survivors anew; then give each a reason"
    )
    options = parser.parse_args()
    chosen: list[str] = options.module or modules()
    if unknown := set(chosen) - set(modules()):
        parser.error(f"not in the table of pyproject.toml: {', '.join(sorted(unknown))}")
    results: dict[str, Result] = {}
    print(f"{'module':28} {'mutants':>8} {'killed':>8} {'timeout':>8} {'survived':>8} {'share':>8}")
    with tempfile.TemporaryDirectory() as temporary:
        lay_out(Path(temporary))
        for module in chosen:
            try:
                result = results[module] = tried(Path(temporary), module, options.jobs, options.seconds)
            except MutmutError as error:
                print(f"{module}: {error}", file=sys.stderr)
                return 2
            print(row(module, result), flush=True)
            if options.write:
                write(result.survivors, [module])
    survivors = [mutant for result in results.values() for mutant in result.survivors]
    print(row("all", Result(sum((each.outcomes for each in results.values()), Counter()), tuple(survivors))))
    told = [f"fewer than {LEAST} % killed: {module}" for module, result in results.items() if not result.is_enough]
    told += complaints(survivors, list(listed(chosen)))
    print("\n".join(told) or "all survivors are listed and explained")
    return 1 if told else 0


def row(name: str, result: Result) -> str:
    share = f"{100 * result.killed / result.total:.1f} %" if result.total else "-"
    timeouts = result.outcomes["timeout"]
    figures = (result.total, result.killed - timeouts, timeouts, len(result.survivors), share)
    return f"{name:28} " + " ".join(f"{figure:>8}" for figure in figures)


if __name__ == "__main__":
    sys.exit(main())
