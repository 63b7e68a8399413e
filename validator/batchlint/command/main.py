"""The entry of the command: subcommands, and what every failure becomes."""

from __future__ import annotations

import platform
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from batchlint.command import exit_status
from batchlint.command.catalogue import explain_command, rules_command
from batchlint.command.config import config_command
from batchlint.command.lint import lint
from batchlint.command.output import OutputError, abandon, complain, say
from batchlint.command.schema import schema_command
from batchlint.command.split import split_command
from batchlint.crash import InternalError, tellable
from batchlint.errors import BatchlintError
from batchlint.version import VERSION


class TerminatedError(BaseException):
    """SIGTERM or SIGHUP arrived. Not an Exception, so that nothing on the way takes it for a fault of the data."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = signal.Signals(number)


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from batchlint.parsing import yajl
    from batchlint.validating import screen

    parts = (yajl.version(), screen.version(), f"Python {platform.python_version()}")
    click.echo(f"batchlint {VERSION} ({', '.join(parts)})")
    context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show versions.")
def cli() -> None:
    """Find the faults of batch inference input files before they are uploaded."""


for _command in (lint, split_command, rules_command, explain_command, schema_command, config_command):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:  # noqa: C901, PLR0911  # one branch for each way to end
    """Runs the command and returns its exit status; every failure is one line on standard error."""
    _catch_signals()
    try:
        return _run(arguments)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        complain(error.format_message())
        return exit_status.USAGE
    except InternalError as error:
        complain(str(error))
        return exit_status.INTERNAL
    except BatchlintError as error:
        complain(str(error))
        return exit_status.USAGE
    except OutputError as error:
        abandon(sys.stdout)
        if str(error):
            complain(str(error))
        return exit_status.INCOMPLETE
    except (KeyboardInterrupt, click.Abort):
        say("batchlint: stopped by SIGINT")
        return exit_status.INTERRUPTED
    except TerminatedError as error:
        say(f"batchlint: stopped by {error.signal.name}")
        return exit_status.SIGNALLED + error.signal
    except MemoryError:
        complain("out of memory; lower --max-line-bytes")
        return exit_status.INCOMPLETE
    except Exception as error:  # noqa: BLE001  # a traceback would show what the user's data is
        complain(str(tellable(error)))
        return exit_status.INTERNAL


def _run(arguments: Sequence[str] | None) -> int:
    # Python has None for a stream that was closed before it started.
    if getattr(sys, "stdout", None) is None:
        raise OutputError("standard output is closed")
    status = cli.main(args=None if arguments is None else list(arguments), prog_name="batchlint", standalone_mode=False)
    return status if isinstance(status, int) else exit_status.CLEAN


def _catch_signals() -> None:
    signal.signal(signal.SIGTERM, _on_terminate)
    # A command started by nohup goes on without its terminal; Windows has no such signal.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _on_terminate)


def _on_terminate(number: int, _frame: FrameType | None) -> NoReturn:
    raise TerminatedError(number)


def entry() -> NoReturn:
    """The console script."""
    sys.exit(main())
