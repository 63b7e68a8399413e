"""The baseline of a run: the one that is read, and the one that is written."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from batchlint.command import exit_status
from batchlint.command.destinations import check_place
from batchlint.command.output import complain, reason, say
from batchlint.command.sieve import Sieve
from batchlint.reading.sources import display_name
from batchlint.settings.values import Settings

if TYPE_CHECKING:
    from batchlint.baseline import Known


def record(path: str, findings: Sequence[Known], status: int) -> int:
    """Writes the findings of a run to `path` and returns the exit status.

    Args:
        path: the file.
        findings: all findings of the run.
        status: how the run ended; a baseline is written only where every input was read to its end.
    """
    from batchlint.baseline import baseline_text
    from batchlint.whole_file import WholeFile

    name = display_name(path)
    if status > exit_status.FINDINGS:
        complain(f"{name}: the baseline is not written, since not every input could be read")
        return status
    try:
        with ExitStack() as stack:
            file = WholeFile(path)
            stack.callback(file.discard)
            file.write(baseline_text(findings).encode("ascii"))
            file.commit()
    except OSError as error:
        complain(f"{name}: the baseline cannot be written: {reason(error)}")
        return exit_status.INCOMPLETE
    say(f"{name}: {len(findings):,} finding{'' if len(findings) == 1 else 's'} written")
    return exit_status.CLEAN


def sieve_for(settings: Settings, write_to: str | None, *, exit_first: bool) -> Sieve:
    """The sieve of a run.

    Args:
        settings: what holds for the run.
        write_to: the file of a new baseline, which leaves an old one out of account; or None.
        exit_first: whether the run ends at the first finding that makes it fail.

    Raises:
        UsageError: the baseline cannot be read, or not be written.
    """
    path = settings.baseline
    if write_to is None and path is None:
        return Sieve(settings.max_findings, exit_first=exit_first)
    from batchlint.baseline import Recognizer, read_baseline

    if write_to is not None:
        check_place(write_to, "baseline")
        return Sieve(recorder=Recognizer(write_to))
    known = None if path is None else Recognizer(path, read_baseline(path))
    return Sieve(settings.max_findings, known, exit_first=exit_first)
