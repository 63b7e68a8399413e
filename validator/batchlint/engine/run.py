"""Judging whole inputs: opening them, counting what is found, and saying whether all was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass

from batchlint.documents.profile import Profile
from batchlint.engine.across import AcrossLines
from batchlint.engine.excerpts import Excerpts
from batchlint.engine.file import FileJudge
from batchlint.engine.judge import Judge
from batchlint.engine.line import Line
from batchlint.engine.placing import Placer
from batchlint.engine.rulebook import Rulebook
from batchlint.findings import Finding
from batchlint.reading.compression import read_errors
from batchlint.reading.lines import read_lines
from batchlint.reading.sources import NotReadableError, Source
from batchlint.reports import FileReport


@dataclass(frozen=True, slots=True)
class Engine:
    """All that judges the inputs of one run; it holds nothing of any input.

    Attributes:
        profile: the provider's contract.
        rulebook: the severities.
        judge: judges single lines.
        excerpts: makes windows of lines, or None.
    """

    profile: Profile
    rulebook: Rulebook
    judge: Judge
    excerpts: Excerpts | None

    def lint(self, source: Source) -> Generator[Finding, None, FileReport]:
        """The findings of one input, as it is read; returns its counts.

        Raises:
            FileNotFoundError: there is no such file.
            NotReadableError: the path names a directory, a device or a socket.
            MissingPartError: it is compressed in a way that this installation cannot read.
        """
        across = AcrossLines(self.profile, self.judge.endpoint)
        placer = Placer(source.name, self.rulebook, self.excerpts, set())
        file = FileJudge(self.judge, across, placer)
        counts: Counter[str] = Counter()
        damage: str | None
        try:
            with source.open() as stream:
                for raw in read_lines(stream, self.judge.limits.line_bytes):
                    for finding in file.take(raw):
                        counts[finding.severity] += 1
                        yield finding
            damage = source.damage()
        except (FileNotFoundError, NotADirectoryError, NotReadableError):
            raise
        except read_errors() as error:
            damage = _damage(error)
        for finding in file.finish(damage):
            counts[finding.severity] += 1
            yield finding
        return FileReport(
            path=source.name,
            bytes=file.bytes,
            lines=file.lines,
            requests=file.requests,
            errors=counts["error"],
            warnings=counts["warning"],
            infos=counts["info"],
            complete=damage is None,
        )

    def judge_alone(self, body: bytes, name: str) -> list[Finding]:
        """The findings of one request, written as one line, that stands in no file; `name` stands for the path."""
        line = Line(1, 0, 0, body)
        text = line.text()
        judgement = self.judge.judge(body, text)
        custom_id = judgement.request.custom_id if judgement.request else None
        placer = Placer(name, self.rulebook, None, set())
        return placer.place(line, text, judgement.faults, custom_id)


def _damage(error: Exception) -> str:
    """Why reading ended, without the path or any data: the system's words, or ours for an archive."""
    if isinstance(error, EOFError):
        return "the compressed input ends too early"
    if isinstance(error, OSError) and error.strerror:
        return f"the input cannot be read: {error.strerror.lower()}"
    return "the compressed input is damaged"
