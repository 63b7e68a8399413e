"""``python -m batchlint``, and the console script."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

_OBJECTS = 20_000
"""Objects that are made before the garbage collector looks for cycles among them; some megabytes at most."""


def entry() -> NoReturn:
    """Runs the command as a process of its own, which it ends."""
    # Hardly a cycle is ever made: looking for them after each 700 objects is in vain.
    gc.set_threshold(_OBJECTS)
    try:
        # Imported within, since an interrupt may come while that takes its time.
        from batchlint.signals import TerminatedError, send_lost_signals_again

        send_lost_signals_again()
        from batchlint.command.main import ignore_signals, main
        from batchlint.command.output import buffer_stdout
    except (KeyboardInterrupt, RuntimeError) as error:
        # Python before 3.12 makes a RuntimeError of what comes while a class is made (`__set_name__`).
        if isinstance(error, RuntimeError) and not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        sys.stderr.write("batchlint: stopped by SIGINT\n")
        sys.exit(130)
    try:
        buffer_stdout()
        status = main()
        ignore_signals()
    except (KeyboardInterrupt, TerminatedError):
        # A further signal, while the first is being told; by then nothing is left to be cleaned up.
        status = 130
    # What is left goes with the process; to look through it for cycles first takes a tenth of a short run.
    gc.freeze()
    sys.exit(status)


if __name__ == "__main__":
    entry()
