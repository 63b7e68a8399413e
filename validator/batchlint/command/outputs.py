"""The reports of one run: each finding goes to all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

from batchlint.command.destinations import Destination
from batchlint.command.output import Output, complain, reason
from batchlint.escaping import show_path
from batchlint.findings import Finding, Severity
from batchlint.formats.base import Formatter
from batchlint.reports import FileReport
from batchlint.whole_file import WholeFile


class Outputs:
    """Reports on standard output and in files.

    A file that cannot be written is told once and costs the exit status, but not the other reports; standard
    output that cannot be written ends the run. `close` it in any case: what was not ended leaves no file behind.
    """

    def __init__(self, chosen: Sequence[Destination], make: Callable[[Destination], Formatter], stdout: Output) -> None:
        """Opens the files.

        Args:
            chosen: the reports.
            make: the formatter of a report.
            stdout: where a report without a path goes.
        """
        self._stdout = stdout
        self._on_stdout: list[Formatter] = []
        self._in_files: list[tuple[Formatter, str, WholeFile]] = []
        self._all_written = True
        self._stack = ExitStack()
        # Made before any file, so that none is left where one of them cannot be made.
        for one, formatter in [(one, make(one)) for one in chosen]:
            if one.path is None:
                self._on_stdout.append(formatter)
                continue
            try:
                file = WholeFile(one.path)
            except OSError as error:
                self._tell(one.path, error)
            else:
                self._stack.callback(file.discard)
                self._in_files.append((formatter, one.path, file))

    def close(self) -> None:
        """Removes what was not put in its place."""
        self._stack.close()

    def begin(self) -> None:
        """Writes what stands before the findings. Raises OutputError, as the other methods do."""
        self._write(lambda formatter: formatter.begin())

    def finding(self, finding: Finding) -> None:
        """Hands on a finding."""
        for formatter in self._on_stdout:
            self._stdout.write(formatter.finding(finding))
        if self._in_files:
            self._to_files(lambda formatter, file: file.write(_encoded(formatter.finding(finding))))

    def hidden(self, severity: Severity, rule: str, count: int) -> None:
        """Hands on that findings are counted and not shown."""
        for formatter in self._formatters():
            formatter.hidden(severity, rule, count)

    def unread(self, reason: str) -> None:
        """Hands on that an input was not linted at all."""
        for formatter in self._formatters():
            formatter.unread(reason)

    def file(self, file: FileReport) -> None:
        """Says that an input has come to its end."""
        self._write(lambda formatter: formatter.file(file))

    def flush(self) -> None:
        """Writes out what standard output still holds back."""
        self._stdout.flush()

    def end(self, files: tuple[FileReport, ...]) -> bool:
        """Writes the rest and puts the files in their places; returns whether all reports were written."""
        self._write(lambda formatter: formatter.end(files))
        self._stdout.flush()
        self._to_files(lambda _, file: file.commit())
        return self._all_written

    def _formatters(self) -> Iterator[Formatter]:
        yield from self._on_stdout
        yield from (formatter for formatter, _, _ in self._in_files)

    def _write(self, piece: Callable[[Formatter], str]) -> None:
        for formatter in self._on_stdout:
            self._stdout.write(piece(formatter))
        self._to_files(lambda formatter, file: file.write(_encoded(piece(formatter))))

    def _to_files(self, step: Callable[[Formatter, WholeFile], object]) -> None:
        for row in self._in_files.copy():
            formatter, path, file = row
            try:
                step(formatter, file)
            except OSError as error:
                file.discard()
                self._in_files.remove(row)
                self._tell(path, error)

    def _tell(self, path: str, error: OSError) -> None:
        self._all_written = False
        complain(f"{show_path(path)}: the report cannot be written: {reason(error)}")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
