"""``python -m batchlint``, and the console script."""

from __future__ import annotations

import sys
from typing import NoReturn


def entry() -> NoReturn:
    """Runs the command as a process of its own, which it ends."""
    try:
        # Imported within, since an interrupt may come while that takes its time.
        from batchlint.command.main import TerminatedError, ignore_signals, main
    except KeyboardInterrupt:
        sys.stderr.write("batchlint: stopped by SIGINT\n")
        sys.exit(130)
    try:
        status = main()
        ignore_signals()
    except (KeyboardInterrupt, TerminatedError):
        # A further signal, while the first is being told; by then nothing is left to be cleaned up.
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    entry()
