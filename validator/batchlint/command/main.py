"""The command: subcommands, and what every failure becomes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from batchlint.command import exit_status
from batchlint.command.groups import CommandGroup
from batchlint.command.lazy import LazyCommands
from batchlint.command.output import OutputError, abandon, complain, reason, say
from batchlint.crash import InternalError, tellable
from batchlint.errors import BatchlintError
from batchlint.reading.sources import display_name
from batchlint.signals import ENDING, TerminatedError
from batchlint.version import VERSION


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    import platform

    from batchlint.parsing import yajl
    from batchlint.validating import screen

    parts = (yajl.version(), screen.version(), f"Python {platform.python_version()}")
    click.echo(f"batchlint {VERSION} ({', '.join(parts)})")
    context.exit()


_COMMANDS = {
    "lint": "batchlint.command.lint:lint",
    "split": "batchlint.command.split:split_command",
    "rules": "batchlint.command.catalogue:rules_command",
    "explain": "batchlint.command.catalogue:explain_command",
    "schema": "batchlint.command.schema:schema_command",
    "config": "batchlint.command.config:config_command",
}


@click.group(
    cls=CommandGroup,
    commands=LazyCommands(_COMMANDS),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show versions.")
def cli() -> None:
    """Find the faults of batch inference input files before they are uploaded."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status; every failure is one line on standard error."""
    try:
        _catch_signals()
        return _run_or_complain(arguments)
    except (KeyboardInterrupt, click.Abort):
        say("batchlint: stopped by SIGINT")
        return exit_status.INTERRUPTED
    except TerminatedError as error:
        say(f"batchlint: stopped by {error.signal.name}")
        return exit_status.SIGNALLED + error.signal


def _run_or_complain(arguments: Sequence[str] | None) -> int:
    try:
        return _run(arguments)
    except click.ClickException as error:
        complain(error.format_message())
        return exit_status.USAGE
    except BatchlintError as error:
        complain(str(error))
        return exit_status.INTERNAL if isinstance(error, InternalError) else exit_status.USAGE
    except OutputError as error:
        abandon(sys.stdout)
        if str(error):
            complain(str(error))
        return exit_status.INCOMPLETE
    except OSError as error:
        # Whoever knows what it means for an input or a report has told it already.
        name = error.filename
        if name is None and _is_nowhere():
            name = "the current directory"
        complain(f"{display_name(name)}: {reason(error)}" if isinstance(name, (str, bytes)) else reason(error))
        return exit_status.INCOMPLETE
    except MemoryError:
        complain("out of memory; lower --max-line-bytes")
        return exit_status.INCOMPLETE
    except click.Abort:
        # So click tells of Ctrl-C.
        raise
    except Exception as error:  # noqa: BLE001  # a traceback would show what the user's data is
        _raise_signal_within(error)
        complain(str(tellable(error)))
        return exit_status.INTERNAL


def _raise_signal_within(error: Exception) -> None:
    """Python before 3.12 makes a RuntimeError of a signal that comes while a class is made (`__set_name__`)."""
    if isinstance(error.__cause__, (KeyboardInterrupt, TerminatedError)):
        raise error.__cause__ from None


def _run(arguments: Sequence[str] | None) -> int:
    # Python has None for a stream that was closed before it started.
    if getattr(sys, "stdout", None) is None:
        raise OutputError("standard output is closed")
    given = None if arguments is None else list(arguments)
    try:
        status = cli.main(args=given, prog_name="batchlint", standalone_mode=False)
    except SystemExit as end:
        # So click ends the process: when it has completed a command line for a shell, ...
        if not end.code:
            return exit_status.CLEAN
        # ... or where what reads the help has gone.
        raise OutputError("") from None
    return status if isinstance(status, int) else exit_status.CLEAN


def _is_nowhere() -> bool:
    """Whether the current directory was deleted."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _catch_signals() -> None:
    signal.signal(signal.SIGTERM, _on_terminate)
    # A command started by nohup goes on without its terminal; Windows has no such signal.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _on_terminate)


def _on_terminate(number: int, _frame: FrameType | None) -> NoReturn:
    raise TerminatedError(number)


def ignore_signals() -> None:
    """Lets no signal disturb the end of a process whose run is over: its report stands, and so does its status."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
