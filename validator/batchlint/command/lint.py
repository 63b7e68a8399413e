"""``batchlint lint``: options and wiring."""

from __future__ import annotations

import os
import sys
from contextlib import closing

import click

from batchlint.command.destinations import Destination, complete_format, destinations, read_destinations
from batchlint.command.formatters import FormatterMaker
from batchlint.command.inputs import STDIN, inputs
from batchlint.command.output import Output
from batchlint.command.progress import Progress
from batchlint.command.terminal import COLOR_CHOICES, ColorChoice, columns, is_terminal
from batchlint.documents.profile import DEFAULT
from batchlint.findings import SEVERITY_RANK, Severity
from batchlint.formats.registry import DEFAULT as DEFAULT_FORMAT
from batchlint.formats.registry import FORMATS
from batchlint.formats.style import MARGIN, WINDOW
from batchlint.limits import DEEPEST, Limits


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--profile", default=DEFAULT, show_default=True, metavar="NAME", help="The provider's contract.")
@click.option("--endpoint", metavar="URL", help="The job's endpoint; requests for another one are an error.")
@click.option(
    "--schema",
    "schemas",
    multiple=True,
    metavar="FILE",
    help="A policy, a JSON Schema that every request has to satisfy too; repeatable.",
)
@click.option(
    "-f",
    "--output-format",
    multiple=True,
    metavar="FORMAT[:PATH]",
    callback=read_destinations,
    shell_complete=complete_format,
    help=f"A report, on standard output or in a file; repeatable: {', '.join(FORMATS)}.  [default: {DEFAULT_FORMAT}]",
)
@click.option("--output-file", metavar="PATH", help="The file of the one report.  [default: standard output]")
@click.option("--statistics", is_flag=True, help="Count the findings by rule, on standard error.")
@click.option(
    "--color",
    type=click.Choice(COLOR_CHOICES),
    default="auto",
    show_default=True,
    help="Colours; auto asks NO_COLOR, FORCE_COLOR and the terminal.",
)
@click.option("--no-progress", is_flag=True, help="No progress bar.")
@click.option(
    "--fail-level",
    type=click.Choice(sorted(SEVERITY_RANK, key=SEVERITY_RANK.__getitem__, reverse=True)),
    default="error",
    show_default=True,
    help="The lowest severity that makes the exit status 1.",
)
@click.option("--stdin-filename", metavar="NAME", help="The name of standard input; .gz and .zst are decompressed.")
@click.option(
    "--max-line-bytes",
    type=click.IntRange(min=1),
    default=Limits().line_bytes,
    show_default=True,
    metavar="N",
    help="The longest line that is judged.",
)
@click.option(
    "--max-depth",
    type=click.IntRange(1, DEEPEST),
    default=Limits().depth,
    show_default=True,
    metavar="N",
    help="The deepest nesting that is judged.",
)
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes for a large file.  [default: all cores]"
)
@click.option("-q", "--quiet", is_flag=True, help="No closing line, no notes, no progress bar.")
def lint(  # noqa: PLR0913, PLR0917  # click passes each option as an argument
    paths: tuple[str, ...],
    profile: str,
    endpoint: str | None,
    schemas: tuple[str, ...],
    output_format: tuple[Destination, ...],
    output_file: str | None,
    statistics: bool,
    color: ColorChoice,
    no_progress: bool,
    fail_level: Severity,
    stdin_filename: str | None,
    max_line_bytes: int,
    max_depth: int,
    jobs: int | None,
    quiet: bool,
) -> int:
    """Lint batch input files.

    PATH is a file (.jsonl, also .gz and .zst), a directory (all *.jsonl, *.jsonl.gz and *.jsonl.zst below
    it), or - for standard input.
    """
    from batchlint.command.outputs import Outputs
    from batchlint.command.profile_hint import ProfileHint
    from batchlint.command.run import Run
    from batchlint.command.statistics import Statistics
    from batchlint.engine.options import EngineOptions, policies_at
    from batchlint.engine.parallel import Linter, usable_cores

    chosen = destinations(output_format, output_file, paths)
    width = _window_width() if any(one.format.has_excerpts for one in chosen) else None
    limits = Limits(max_line_bytes, max_depth)
    options = EngineOptions(profile, endpoint, limits, width, policies=policies_at(schemas))
    with (
        Linter(options, jobs or usable_cores()) as linter,
        closing(Progress(is_terminal(sys.stderr) and not no_progress and not quiet)) as progress,
        closing(
            Outputs(
                chosen,
                FormatterMaker(linter.engine.profile.name, fail_level, color, options.policies).make,
                _stdout(STDIN in paths, progress),
            )
        ) as outputs,
    ):
        run = Run(
            linter=linter,
            outputs=outputs,
            fail_level=fail_level,
            closing_line=not quiet and all(one.format.for_people or one.path is not None for one in chosen),
            progress=progress,
            profile_hint=None if quiet else ProfileHint(options),
            statistics=Statistics() if statistics else None,
        )
        return run.lint(inputs(paths, stdin_filename, progress.advance))


def _stdout(reads_stdin: bool, progress: Progress) -> Output:
    is_seen = is_terminal(sys.stdout)
    return Output(sys.stdout.buffer, is_seen or reads_stdin, progress.clear if is_seen else None)


def _window_width() -> int:
    room = (columns(sys.stdout, os.environ) or WINDOW + len(MARGIN)) - len(MARGIN)
    return max(20, min(WINDOW, room))
