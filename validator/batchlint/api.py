"""The functions that a program calls. They print nothing and never end the process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from batchlint.documents.profile import DEFAULT
from batchlint.engine.options import EngineOptions, policies_at
from batchlint.engine.run import Engine
from batchlint.engine.setup import engine_for
from batchlint.findings import Finding, without_position
from batchlint.limits import Limits
from batchlint.reading.sources import Readable, source_of
from batchlint.reports import Report
from batchlint.rules.choice import Selection

if TYPE_CHECKING:
    # Loaded only by whoever has one.
    from batchlint.engine.lane import Executor

Input = str | os.PathLike[str] | Readable
"""A path, a URL (as a string), or a binary file object that is read from where it stands and left open."""


def validate(
    source: Input,
    *,
    profile: str = DEFAULT,
    endpoint: str | None = None,
    limits: Limits | None = None,
    schemas: Iterable[str | os.PathLike[str]] = (),
    rules: Selection | None = None,
) -> Report:
    """Judges one batch file and returns everything that was found.

    Args:
        source: a path (``.gz`` and ``.zst`` are decompressed), a URL as a string, or a binary file object.
        profile: the provider's contract, ``provider@date`` or ``provider`` for its newest.
        endpoint: the endpoint of the job; requests for another one are an error.
        limits: other limits than the usual ones.
        schemas: files of policies, documents that every request has to satisfy too.
        rules: other rules or severities than the usual ones, such as ``Selection(ignore=("blank-line",))``.

    Returns:
        The report; ``report.ok`` is true when every line was judged and none has an error.

    Raises:
        UsageError: an unknown profile, endpoint or rule, what is no path, or a URL of a scheme that is not read.
        DocumentError: a policy is refused; the text has file, pointer and reason.
        FileNotFoundError: there is no such file.
        OSError: the path names a directory or a device, or the object may not be read. A file that cannot
            be read to its end is no exception but the finding ``damaged-input``.
        TypeError: `source` is neither a path nor a binary file object.
        MissingPartError: the compiled JSON parser, or what ``.zst`` or a URL needs, is not installed.
    """
    engine = engine_of(profile, endpoint, limits, schemas, rules)
    run = engine.lint(source_of(source))
    findings: list[Finding] = []
    while True:
        try:
            findings.append(next(run))
        except StopIteration as end:
            return Report(engine.profile.name, (end.value,), tuple(findings))


def iter_findings(
    source: Input,
    *,
    profile: str = DEFAULT,
    endpoint: str | None = None,
    limits: Limits | None = None,
    schemas: Iterable[str | os.PathLike[str]] = (),
    rules: Selection | None = None,
) -> Iterator[Finding]:
    """Yields the findings of one batch file as it is read, in constant memory.

    Arguments and errors are those of `validate`; wrong arguments are refused at once, not at the first
    finding. A last finding ``damaged-input`` says that the file could not be read to its end.
    """
    return engine_of(profile, endpoint, limits, schemas, rules).lint(source_of(source))


def validate_many(  # noqa: PLR0913  # those of validate and those of the run, all by name
    sources: Iterable[Input],
    *,
    executor: Executor | None = None,
    on_report: Callable[[Report], object] | None = None,
    in_flight: int = 64,
    max_findings: int | None = None,
    profile: str = DEFAULT,
    endpoint: str | None = None,
    limits: Limits | None = None,
    schemas: Iterable[str | os.PathLike[str]] = (),
    rules: Selection | None = None,
) -> Iterator[Report]:
    """Judges many batch files and yields a report of each, in the order given, when it is complete.

    Large files are cut into ranges, small ones sent together; workers read them where they lie, so a path or
    URL has to mean the same to them. File objects are judged in this process. Sources are taken ahead, but no
    more than can be sent.

    Args:
        sources: as for `validate`.
        executor: what runs the work: any ``concurrent.futures.Executor``, such as a pool of processes or that of
            a cluster, whose workers have this version of batchlint. It is left open. None judges all in this process.
        on_report: is called with each report before that is yielded.
        in_flight: how many pieces of work may be sent and not yet answered; some for each worker keep all busy.
        max_findings: how many findings of each file its report holds; all are counted. None for all.
        profile: as for `validate`.
        endpoint: as for `validate`.
        limits: as for `validate`.
        schemas: as for `validate`.
        rules: as for `validate`.

    Yields:
        Reports of one file each. A file that cannot be opened has the finding ``damaged-input``, and so has one
        whose judging ended every worker that tried it.

    Raises:
        UsageError, DocumentError: as for `validate`, at once.
        ValueError: `in_flight` or `max_findings` is too small, at once.
        TypeError: a source is neither a path nor a binary file object.
        VersionError: a worker has another version of batchlint.
        ExecutorError: the executor is broken, or gone.
        MissingPartError: a part of the installation is missing, here or at a worker.
    """
    if in_flight < 1 or (max_findings is not None and max_findings < 0):
        raise ValueError("in_flight is at least 1, max_findings at least 0")
    engine = engine_of(profile, endpoint, limits, schemas, rules)
    from batchlint.engine.many import reports

    return reports(engine, map(source_of, sources), executor, on_report, in_flight, max_findings)


def validate_request(
    request: Mapping[str, object],
    *,
    profile: str = DEFAULT,
    endpoint: str | None = None,
    limits: Limits | None = None,
    schemas: Iterable[str | os.PathLike[str]] = (),
    rules: Selection | None = None,
) -> list[Finding]:
    """Judges one request in memory, as ``json.dumps`` would write it.

    Args:
        request: the request, of values that ``json.dumps`` takes.
        profile: as for `validate`.
        endpoint: as for `validate`.
        limits: as for `validate`.
        schemas: as for `validate`.
        rules: as for `validate`.

    Returns:
        The findings, each with its pointer; positions are None, since there is no file. What is not JSON
        after all, such as NaN, is a finding.

    Raises:
        UsageError: an unknown profile, endpoint or rule.
        DocumentError: a policy is refused; the text has file, pointer and reason.
        TypeError, ValueError: a value is none that JSON can hold, or refers to itself.
    """
    try:
        line = json.dumps(request).encode()
    except RecursionError:
        raise ValueError("the request is nested too deep to be written as JSON") from None
    return [
        without_position(finding)
        for finding in engine_of(profile, endpoint, limits, schemas, rules).judge_alone(line, "<request>")
    ]


def engine_of(
    profile: str,
    endpoint: str | None,
    limits: Limits | None,
    schemas: Iterable[str | os.PathLike[str]],
    rules: Selection | None,
) -> Engine:
    """The engine that these arguments of `validate` stand for; the same errors."""
    selections = () if rules is None else (rules.frozen(),)
    policies = policies_at(schemas)
    return engine_for(EngineOptions(profile, endpoint, limits or Limits(), policies=policies, selections=selections))
