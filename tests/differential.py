"""Compares the fast ways of judging with the plain ones on requests and lines made by chance.

    python tests/differential.py screen --count 1000000 [--seed N] [--profile NAME]
    python tests/differential.py explain --count 100000 [--seed N] [--profile NAME]

`screen`: a file of one line has the same findings and counts with the screen as without, what the screen knows of
a line is what the parser builds of it, and of lines together it knows what it knows of each alone. `explain`: a
request has the same faults by the compiled documents as by jsonschema alone. The exit status is 1 after
a difference; each is printed in full, with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from batchlint.documents.linked import linked
from batchlint.documents.profile import DEFAULT, profile_named
from batchlint.documents.store import by_urn
from batchlint.engine.options import EngineOptions
from batchlint.engine.run import Engine
from batchlint.engine.setup import engine_for
from batchlint.findings import Finding
from batchlint.limits import Limits
from batchlint.parsing.line import RefusedError, parse_line
from batchlint.parsing.yajl import yajl_parser
from batchlint.reading.sources import StreamSource
from batchlint.reports import FileReport
from batchlint.validating.authority import authority_on
from batchlint.validating.faults import faults_of
from batchlint.validating.finder import finder_for
from batchlint.validating.screen import Doubtful, Screen
from generated import Writer, faulty, joined, lines, requests

CASES = Path(__file__).parent / "cases" / "requests"


@dataclass(frozen=True)
class Difference:
    """Bytes on which two ways of judging differ, and what each of them says."""

    data: bytes
    fast: object
    plain: object

    def __str__(self) -> str:
        return f"{self.data!r}\n  fast:  {self.fast}\n  plain: {self.plain}"


@lru_cache(maxsize=32)
def known_requests(profile: str) -> tuple[Any, ...]:
    """The requests of the cases of `profile`, and the examples of its documents."""
    path = CASES / f"{profile}.jsonl"
    cases = [json.loads(line)["request"] for line in path.read_bytes().splitlines()] if path.exists() else []
    return (*cases, *examples(profile))


def examples(profile: str) -> Iterator[dict[str, Any]]:
    """A request for each example of a body in the documents of `profile`."""
    for url, urn in profile_named(profile).endpoints.items():
        if urn is None:
            continue
        for number, body in enumerate(by_urn(urn).get("examples", ())):
            yield {"custom_id": f"example-{number}", "method": "POST", "url": url, "body": body}


def judged(engine: Engine, data: bytes) -> tuple[list[Finding], FileReport]:
    """The findings and the counts of a file that holds `data`."""
    run = engine.lint(StreamSource(io.BytesIO(data), "f"))
    findings: list[Finding] = []
    while True:
        try:
            findings.append(next(run))
        except StopIteration as end:
            return findings, end.value


def compare_screen(rng: random.Random, profile: str, count: int, told: Counter[str]) -> Iterator[Difference]:
    """Differences on `count` lines between an engine with the screen and one without."""
    depth = rng.choice((128, 128, 200, 12))
    fast = engine_for(EngineOptions(profile, limits=Limits(depth=depth)))
    plain = engine_for(EngineOptions(profile, limits=Limits(depth=depth), screens=False))
    screen = fast.screen
    assert screen is not None
    good: list[bytes] = []
    for data in islice(lines(rng, known_requests(profile)), count):
        pieces = [piece for piece in io.BytesIO(data) if piece.endswith(b"\n")]
        known = {piece: screened for piece in pieces if (screened := screen.alone(piece)) is not None}
        passed = [piece for piece, screened in known.items() if isinstance(screened, dict)]
        told["lines"] += 1
        good = [*good, *passed][-8:]
        yield from compare_together(screen, joined(rng, good, pieces), told)
        for piece, screened in known.items():
            if isinstance(screened, Doubtful):
                told["lines known but not passed"] += 1
                yield from compare_value(piece, screened, depth)
        if known:
            # Without a line of which something is known, both engines do the same.
            told["lines that pass"] += bool(passed)
            with_screen, without = judged(fast, data), judged(plain, data)
            if with_screen != without:
                yield Difference(data, with_screen, without)


def compare_value(line: bytes, screened: Doubtful, depth: int) -> Iterator[Difference]:
    """A difference between what the screen knows of a line that may be at fault and what the parser says of it."""
    body = line.removesuffix(b"\n")
    try:
        parsed = parse_line(body, body.decode(), depth, yajl_parser())
    except RefusedError as refused:
        yield Difference(line, screened, refused)
        return
    # The texts, since 1 and 1.0 are equal.
    if parsed.rewritten or json.dumps(parsed.value) != json.dumps(screened.request):
        yield Difference(line, screened, parsed)


def compare_together(screen: Screen, batch: list[bytes], told: Counter[str]) -> Iterator[Difference]:
    """A difference between what the screen says of lines together and of each alone, if there is one."""
    together = screen.together(batch) if len(batch) > 1 else None
    if together is None:
        return
    told["batches told at once"] += 1
    alone = [screen.alone(line) for line in batch]
    if len(together) != len(alone) or any(
        type(screened) is not type(other) or json.dumps(screened) != json.dumps(other)
        for screened, other in zip(together, alone, strict=True)
    ):
        yield Difference(b"".join(batch), together, alone)


def compare_explainer(rng: random.Random, profile: str, count: int, told: Counter[str]) -> Iterator[Difference]:
    """Differences on `count` faulty requests between the compiled documents and jsonschema alone."""
    documents = linked(profile_named(profile).line)
    parse = yajl_parser()
    fast, plain = finder_for(documents), authority_on(documents)
    for request in islice(requests(rng, known_requests(profile)), count):
        text = Writer(rng).write(faulty(rng, request))
        data = text.encode("utf-8", "surrogatepass")
        told["requests"] += 1
        try:
            value = parse_line(data, text, 128, parse).value
        except RefusedError:
            continue
        told["requests that are JSON"] += 1
        by_compiled, by_authority = fault_set(fast(value)), fault_set(plain(value))
        told["requests at fault"] += bool(by_authority)
        if by_compiled != by_authority:
            yield Difference(data, by_compiled - by_authority, by_authority - by_compiled)


def fault_set(violations: Any) -> frozenset[str]:
    """The faults that `violations` stand for, without their order, which the engine gives them later."""
    return frozenset(map(repr, faults_of(violations)))


COMPARISONS: dict[str, Callable[[random.Random, str, int, Counter[str]], Iterator[Difference]]] = {
    "screen": compare_screen,
    "explain": compare_explainer,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("comparison", choices=COMPARISONS)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--profile", default=DEFAULT)
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(10**9) if arguments.seed is None else arguments.seed
    print(f"seed {seed}, profile {arguments.profile}", flush=True)
    told: Counter[str] = Counter()
    differences = 0
    batch = 10_000
    for start in range(0, arguments.count, batch):
        # A seed for each batch makes a difference quick to find again.
        rng = random.Random(f"{seed}/{start}")
        size = min(batch, arguments.count - start)
        for difference in COMPARISONS[arguments.comparison](rng, arguments.profile, size, told):
            differences += 1
            print(f"difference in the batch {seed}/{start}: {difference}", flush=True)
    print(f"{differences} differences; {', '.join(f'{number:,} {what}' for what, number in told.items())}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
