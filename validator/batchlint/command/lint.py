"""``batchlint lint``: options and wiring."""

from __future__ import annotations

import shutil
import sys

import click

from batchlint.command.inputs import STDIN, inputs
from batchlint.command.output import Output
from batchlint.documents.profile import DEFAULT
from batchlint.findings import SEVERITY_RANK, Severity
from batchlint.formats.full import MARGIN, WINDOW
from batchlint.formats.registry import FORMATS
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
    type=click.Choice(list(FORMATS)),
    default="full",
    show_default=True,
    help="The form of the report.",
)
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
@click.option("-q", "--quiet", is_flag=True, help="No closing line, no notes.")
def lint(  # noqa: PLR0913, PLR0917  # click passes each option as an argument
    paths: tuple[str, ...],
    profile: str,
    endpoint: str | None,
    schemas: tuple[str, ...],
    output_format: str,
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
    from batchlint.command.profile_hint import ProfileHint
    from batchlint.command.run import Run
    from batchlint.engine.options import EngineOptions, policies_at
    from batchlint.engine.parallel import Linter, usable_cores

    chosen = FORMATS[output_format]
    is_terminal = sys.stdout.isatty()
    width = _window_width(is_terminal) if chosen.has_excerpts else None
    limits = Limits(max_line_bytes, max_depth)
    options = EngineOptions(profile, endpoint, limits, width, policies=policies_at(schemas))
    with Linter(options, jobs or usable_cores()) as linter:
        run = Run(
            linter=linter,
            formatter=chosen.make(linter.engine.profile.name),
            output=Output(sys.stdout.buffer, is_eager=is_terminal or STDIN in paths),
            fail_level=fail_level,
            closing_line=chosen.for_people and not quiet,
            profile_hint=None if quiet else ProfileHint(options),
        )
        return run.lint(inputs(paths, stdin_filename))


def _window_width(is_terminal: bool) -> int:
    columns = shutil.get_terminal_size().columns if is_terminal else WINDOW + len(MARGIN)
    return max(20, min(WINDOW, columns - len(MARGIN)))
