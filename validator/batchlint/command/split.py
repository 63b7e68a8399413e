"""``batchlint split``: a file in parts that a provider takes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from batchlint.command import exit_status
from batchlint.command.grouped import INPUT, PARTS, GroupedCommand, option
from batchlint.command.output import Output, complain, say
from batchlint.command.types import FileName, ProfileName
from batchlint.documents.profile import DEFAULT
from batchlint.errors import SplitError, UnreadableError, UsageError
from batchlint.escaping import at_start, show_path
from batchlint.reading.sources import STDIN, NotReadableError, display_name, source_at, stdin_source

if TYPE_CHECKING:
    # Imported where it is needed, so that --help stays quick.
    from batchlint.splitting.library import SplitPart


@click.command("split", cls=GroupedCommand)
@click.argument("path", type=FileName(), metavar="IN")
@option(
    PARTS,
    "--max-requests",
    type=click.IntRange(min=1),
    metavar="N",
    has_variable=False,
    default_text="the profile's limit",
    help="The most requests of a part.",
)
@option(
    PARTS,
    "--max-bytes",
    type=click.IntRange(min=1),
    metavar="B",
    has_variable=False,
    default_text="the profile's limit",
    help="The largest part, in bytes.",
)
@option(
    PARTS,
    "--by",
    type=click.Choice(["model", "url"]),
    has_variable=False,
    default_text="neither",
    help="Keep requests with different values apart.",
)
@option(
    PARTS,
    "--profile",
    type=ProfileName(),
    default=DEFAULT,
    metavar="NAME",
    default_text=DEFAULT,
    help="Whose limits hold, PROVIDER@DATE or PROVIDER.",
)
@option(
    PARTS,
    "--output-dir",
    type=click.Path(exists=True, file_okay=False),
    metavar="DIR",
    has_variable=False,
    default_text="the folder of IN",
    help="Where the parts go.",
)
@option(PARTS, "--force", is_flag=True, has_variable=False, default_text="no", help="Overwrite parts that exist.")
@option(
    INPUT,
    "--stdin-filename",
    type=FileName(),
    metavar="NAME",
    has_variable=False,
    default_text="none",
    help="The name of standard input, after which the parts are named.",
)
def split_command(
    path: str,
    max_requests: int | None,
    max_bytes: int | None,
    by: str | None,
    output_dir: str | None,
    force: bool,
    profile: str,
    stdin_filename: str | None,
) -> int:
    """Split a batch file into parts within the provider's limits.

    IN is a file (.jsonl, also .gz and .zst), or - for standard input. The parts of requests.jsonl are
    requests.part-0001.jsonl and so on. Lines stay as they are, in their order; blank lines are left out.
    The parts are there when all of them are complete, or none is.
    """
    from batchlint.splitting.library import split_source

    if path == STDIN and stdin_filename is None:
        raise UsageError("standard input needs --stdin-filename, after which the parts are named")
    source = stdin_source(stdin_filename) if path == STDIN else source_at(path)
    try:
        parts = split_source(
            source,
            max_requests=max_requests,
            max_bytes=max_bytes,
            by=by,
            output_dir=output_dir,
            overwrite=force,
            profile=profile,
        )
    except SplitError as error:
        complain(f"{source.name}: {error}")
        return exit_status.INCOMPLETE if isinstance(error, UnreadableError) else exit_status.FINDINGS
    except FileExistsError as error:
        complain(f"{display_name(error.filename)} exists already; --force overwrites it")
        return exit_status.USAGE
    except NotReadableError as error:
        complain(f"{source.name}: {error}")
        return exit_status.USAGE
    except (FileNotFoundError, NotADirectoryError):
        complain(f"{source.name}: there is no such file")
        return exit_status.USAGE
    except OSError as error:
        complain(f"{source.name}: it is not split: {(error.strerror or 'input or output error').lower()}")
        return exit_status.INCOMPLETE
    _tell(parts)
    return exit_status.CLEAN


def _tell(parts: tuple[SplitPart, ...]) -> None:
    output = Output(sys.stdout.buffer, is_eager=False)
    for part in parts:
        name = at_start(show_path(display_name(part.path)))
        output.write(f"{name}: {_counted(part.requests, 'request')}, {_counted(part.bytes, 'byte')}\n")
    output.flush()
    _tell_left_over(parts)


def _tell_left_over(parts: tuple[SplitPart, ...]) -> None:
    """Names what an earlier split with more parts has left, since whoever uploads all parts would upload it too."""
    from batchlint.splitting.plan import existing_parts

    folder = parts[0].path.parent
    stem = parts[0].path.name.removesuffix(".part-0001.jsonl")
    known = {part.path.name for part in parts}
    for name in existing_parts(os.fspath(folder), stem):
        if name not in known:
            say(f"batchlint: warning: {display_name(folder / name)} is of an earlier split and was left")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
