"""Times batchlint and its peers as whole processes, in turn, over files made for it.

    python tests/benchmarks/run.py [--quick] [--large] [--only NAME]... [--node-modules FOLDER]

Each round runs every command once, so that a busy moment of the machine strikes all of them; the figures
are medians over the rounds. A peer that is not installed is left out. Peers from npm are looked for in
--node-modules: `npm install @sourcemeta/jsonschema ajv`; check-jsonschema is installed with pip.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import batchlint
from batchlint.documents.profile import DEFAULT
from contenders import OURS, Contender, Places, contenders, ours
from corpora import CORPORA, Corpus
from process import timed
from tables import as_json, as_tables
from targets import TIMED, Measured

LARGE = {"short", "long"}
SAMPLE = 1000


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the lines, once: only to see that it runs")
    parser.add_argument("--large", action="store_true", help="also ten million lines (2 GB of disk, minutes)")
    parser.add_argument("--full", action="store_true", help="all lines also for json + jsonschema, instead of a sample")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each command runs (default: 5)")
    parser.add_argument("--jobs", metavar="N", help="processes of batchlint (default: its own choice)")
    parser.add_argument("--only", action="append", choices=[corpus.name for corpus in CORPORA], help="only these files")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="keep the files there (default: a temporary one)")
    parser.add_argument("--node-modules", type=Path, metavar="FOLDER", help="where peers from npm are installed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    return parser.parse_args()


def main() -> int:
    given = options()
    if given.rounds < 1:
        print("--rounds has to be at least 1", file=sys.stderr)
        return 2
    # As an installation does, and as it was done for the peers: a checkout may be run where no bytecode is kept.
    compileall.compile_dir(Path(batchlint.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.cache or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        results, missing = measure(given, folder, Path(temporary))
    report = {
        "machine": machine(),
        "rounds": 1 if given.quick else given.rounds,
        "is_quick": given.quick,
        "missing": missing,
    }
    print(as_tables(results, report, is_markdown=given.markdown))
    if given.json:
        given.json.write_text(as_json(results, report), "utf-8")
    return 0


def measure(
    given: argparse.Namespace, folder: Path, temporary: Path
) -> tuple[dict[tuple[str, str], Measured], dict[str, str]]:
    """The figures by corpus and contender, and why contenders were left out."""
    chosen = [corpus for corpus in CORPORA if is_chosen(corpus, given)]
    files = make_files(chosen, folder, 0.05 if given.quick else 1)
    places = Places(temporary / "schema.json", given.node_modules, temporary / "request.json")
    bundle = [sys.executable, "-m", "batchlint", "schema", "show", "--bundle", DEFAULT]
    places.schema.write_bytes(subprocess.run(bundle, capture_output=True, check=True).stdout)
    with next(iter(files.values())).open("rb") as file:
        places.single.write_bytes(file.readline())
    known = contenders(places, 0 if given.full else SAMPLE)
    mine = ours(*(("--jobs", given.jobs) if given.jobs else ()))
    known[mine.name] = mine
    missing = {name: each.missing for name, each in known.items() if each.missing}
    turns = [
        (corpus, known[name])
        for corpus in chosen
        for name in TIMED[corpus.name]
        if name in known and name not in missing
    ]
    return rounds(turns, files, 1 if given.quick else given.rounds, temporary / "output"), missing


def is_chosen(corpus: Corpus, given: argparse.Namespace) -> bool:
    return corpus.name in given.only if given.only else given.large or corpus.name not in LARGE


def make_files(chosen: Iterable[Corpus], folder: Path, scale: float) -> dict[str, Path]:
    """The files by the names of their corpora, made by a process of its own, which keeps this one small."""
    names = [corpus.name for corpus in chosen]
    script = (
        "import sys; from pathlib import Path; from corpora import CORPORA\n"
        "for corpus in CORPORA:\n"
        "    if corpus.name in sys.argv[3:]: print(corpus.file(Path(sys.argv[1]), float(sys.argv[2])), flush=True)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    made = subprocess.run(
        [sys.executable, "-c", script, str(folder), str(scale), *names],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return dict(zip(names, map(Path, made.stdout.splitlines()), strict=True))


def rounds(
    turns: list[tuple[Corpus, Contender]], files: dict[str, Path], count: int, output: Path
) -> dict[tuple[str, str], Measured]:
    """Runs each of `turns` once in each of `count` rounds."""
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    processor: dict[tuple[str, str], list[float]] = defaultdict(list)
    peaks: dict[tuple[str, str], int] = defaultdict(int)
    lines = {name: count_lines(path) for name, path in files.items()}
    for number in range(count):
        for corpus, contender in turns:
            key = corpus.name, contender.name
            print(f"\rround {number + 1} of {count}: {key[0]}, {key[1]}\033[K", end="", file=sys.stderr, flush=True)
            run = timed(contender.command(files[corpus.name]), output)
            is_clean = run.status == 0 and (contender.name != OURS or not run.output)
            if contender.judges and is_clean != corpus.is_clean:
                raise RuntimeError(f"{contender.name} judges {corpus.name} otherwise: {run.output}")
            more = 0.0
            if contender.sample and contender.sample < lines[corpus.name]:
                # The start of the process is counted once, its loop for as many lines as there are.
                more = float(run.output) * (lines[corpus.name] / contender.sample - 1)
            seconds[key].append(run.seconds + more)
            processor[key].append(run.processor + more)
            peaks[key] = max(peaks[key], run.peak)
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    return {
        (corpus.name, contender.name): Measured(
            tuple(seconds[corpus.name, contender.name]),
            tuple(processor[corpus.name, contender.name]),
            peaks[corpus.name, contender.name],
            files[corpus.name].stat().st_size,
            lines[corpus.name],
            contender.sample if contender.sample < lines[corpus.name] else 0,
        )
        for corpus, contender in turns
    }


def count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))


def machine() -> dict[str, str | int]:
    """What the figures were taken on."""
    cpu = platform.processor()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            cpu = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), cpu)
    except OSError:
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    version = subprocess.run(
        [sys.executable, "-m", "batchlint", "--version"], capture_output=True, check=True, text=True
    )
    return {
        "cpu": cpu,
        "cores": cores,
        "system": f"{platform.system()} {platform.release()}",
        "batchlint": version.stdout.strip(),
        "load": json.dumps([round(each, 2) for each in os.getloadavg()]) if hasattr(os, "getloadavg") else "unknown",
    }


if __name__ == "__main__":
    sys.exit(main())
