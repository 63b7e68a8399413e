"""``batchlint lint``: options and wiring."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from batchlint.command import exit_status
from batchlint.command.destinations import Destination, destinations, read_destinations
from batchlint.command.grouped import GroupedCommand
from batchlint.command.options import lint_options
from batchlint.command.output import Output
from batchlint.command.progress import Progress
from batchlint.command.terminal import ColorChoice, columns, is_terminal
from batchlint.command.types import FileName
from batchlint.formats.style import MARGIN, WINDOW
from batchlint.reading.sources import STDIN

if TYPE_CHECKING:
    # Imported where they are needed, so that --help stays quick.
    from collections.abc import Iterable

    from batchlint.command.inputs import Input, InputError
    from batchlint.command.overlap import Overlap
    from batchlint.command.repair import Repairs
    from batchlint.settings.layers import Resolved


@click.command(cls=GroupedCommand)
@click.argument("paths", nargs=-1, required=True, type=FileName(), metavar="PATH...")
@lint_options
@click.pass_context
def lint(  # noqa: PLR0913  # click passes each option as an argument
    context: click.Context,
    /,
    paths: tuple[str, ...],
    *,
    stdin_filename: str | None,
    output_file: str | None,
    statistics: bool,
    color: ColorChoice,
    no_progress: bool,
    quiet: bool,
    exit_zero: bool,
    exit_first: bool,
    write_baseline: str | None,
    jobs: int | None,
    cluster: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    **_settings: object,
) -> int:
    """Lint batch input files.

    PATH is a file (.jsonl, also .gz and .zst), a directory (all *.jsonl, *.jsonl.gz and *.jsonl.zst below it), a
    URL (s3://, gs://, az://, hf://, https://), or - for standard input. Options win over variables
    (BATCHLINT_SELECT for --select), these over files.
    """
    from batchlint.command.configured import resolver_for
    from batchlint.command.formatters import FormatterMaker
    from batchlint.command.inputs import inputs
    from batchlint.command.linters import Linters
    from batchlint.command.outputs import Outputs
    from batchlint.command.recording import record, sieve_for
    from batchlint.command.run import Run
    from batchlint.command.statistics import Statistics
    from batchlint.command.workforce import workforce

    if paths.count(STDIN) > 1:
        raise click.UsageError("standard input is given more than once")
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes needs --fix or --diff")
    if diff and write_baseline is not None:
        raise click.UsageError("--write-baseline is not for --diff, which lints nothing")
    if cluster is not None and (fix or diff or exit_first):
        raise click.UsageError("--cluster is not for --fix, --diff or --exit-first, which need one process")
    if diff or write_baseline is not None:
        _refuse_reports(context, "--diff" if diff else "--write-baseline")
    resolver = resolver_for(context)
    resolved = resolver.for_run()
    settings = resolved.settings
    chosen = _destinations(resolved, output_file) if write_baseline is None and not diff else []
    overlap = _overlap(chosen, write_baseline, resolved, has_stdout=diff or any(one.path is None for one in chosen))
    overlap.refuse_all(paths, "an input")
    sieve = sieve_for(settings, write_baseline, exit_first=exit_first)
    width = _window_width() if any(one.format.has_excerpts for one in chosen) else None
    linters = Linters(resolver, width)
    if diff:
        status = _diff(overlap.apart(inputs(paths, stdin_filename, linters, settings)), unsafe=unsafe_fixes)
        return exit_status.CLEAN if exit_zero and status == exit_status.FINDINGS else status
    judging = linters.judging(None)
    profile = judging.engine.profile.name
    # What other processes judge ahead would be counted though it stands behind the end.
    processes = 1 if exit_first else jobs
    with (
        closing(_progress(is_terminal(sys.stderr) and not no_progress and not quiet, cluster)) as progress,
        workforce(processes, cluster, sieve.enough) as driver,
        closing(
            Outputs(
                chosen,
                FormatterMaker(profile, settings.fail_level, color, judging.options.policies).make,
                _stdout(STDIN in paths, progress),
            )
        ) as outputs,
    ):
        repairs = _repairs(unsafe=unsafe_fixes) if fix else None
        if repairs is not None and overlap.written:
            # What would be replaced is told before any file is repaired.
            for _ in overlap.apart(inputs(paths, stdin_filename, linters, settings)):
                pass
        advance = progress.advance if cluster is None else None
        given = overlap.apart(inputs(paths, stdin_filename, linters, settings, advance))
        run = Run(
            profile=profile,
            sieve=sieve,
            outputs=outputs,
            closing_line=not quiet and all(one.format.for_people or one.path is not None for one in chosen),
            progress=progress,
            # For a note the start of a file is read again, here.
            has_notes=not quiet and cluster is None,
            driver=driver,
            statistics=Statistics() if statistics else None,
            repairs=repairs,
            tells_repairs=not quiet,
        )
        status = run.lint(given if repairs is None else repairs.before(given))
    if write_baseline is not None:
        return record(write_baseline, sieve.recorded, status)
    return exit_status.CLEAN if exit_zero and status == exit_status.FINDINGS else status


def _progress(is_on: bool, cluster: str | None) -> Progress:
    if cluster is None:
        return Progress(is_on)
    from batchlint.command.many_progress import ManyProgress

    return ManyProgress(is_on)


def _repairs(*, unsafe: bool) -> Repairs:
    from batchlint.command.repair import Repairs

    return Repairs(unsafe)


def _refuse_reports(context: click.Context, instead: str) -> None:
    """Raises UsageError if the file of a report is asked for where another option takes the place of reports."""

    def is_given(name: str) -> bool:
        return context.get_parameter_source(name) is ParameterSource.COMMANDLINE

    formats = read_destinations(context.params["output_format"]) if is_given("output_format") else ()
    if is_given("output_file") or any(one.path is not None for one in formats):
        raise click.UsageError(f"{instead} writes no report; leave out the file of one")


def _destinations(resolved: Resolved, output_file: str | None) -> list[Destination]:
    with resolved.placed("output-format"):
        asked = read_destinations(resolved.settings.output_formats)
    return destinations(asked, output_file)


def _overlap(
    chosen: Iterable[Destination], write_baseline: str | None, resolved: Resolved, *, has_stdout: bool
) -> Overlap:
    """What the run writes, compared with what it reads beside its inputs."""
    from batchlint.command.overlap import Overlap, Written

    written = [Written(one.path, "report") for one in chosen if one.path is not None]
    if write_baseline is not None:
        written.append(Written(write_baseline, "baseline"))
    overlap = Overlap(written, sys.stdout if has_stdout else None)
    settings = resolved.settings
    overlap.refuse_all(resolved.files(), "a configuration")
    overlap.refuse_all(settings.schemas, "a policy")
    if settings.baseline is not None and write_baseline is None:
        overlap.refuse(settings.baseline, "a baseline")
    return overlap


def _diff(given: Iterable[Input | InputError], *, unsafe: bool) -> int:
    from batchlint.command.diff import Diff

    return Diff(Output(sys.stdout.buffer, is_eager=False), unsafe).show(given)


def _stdout(reads_stdin: bool, progress: Progress) -> Output:
    is_seen = is_terminal(sys.stdout)
    return Output(sys.stdout.buffer, is_seen or reads_stdin, progress.clear if is_seen else None)


def _window_width() -> int:
    room = (columns(sys.stdout, os.environ) or WINDOW + len(MARGIN)) - len(MARGIN)
    return max(20, min(WINDOW, room))
