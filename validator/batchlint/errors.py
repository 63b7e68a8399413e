"""What a caller of batchlint may have to catch. Faults of the data are findings, never exceptions."""

from __future__ import annotations


class BatchlintError(Exception):
    """Base of every error that batchlint raises itself; its text is one line for people."""


class UsageError(BatchlintError):
    """A wrong argument: an unknown profile, endpoint, rule or format; exit status 2."""


class DocumentError(BatchlintError):
    """A JSON document that batchlint ships, or was given, is not usable; exit status 2."""


class MissingPartError(BatchlintError):
    """A part of the installation is missing: a parser backend or an optional package; exit status 2."""


class VersionError(BatchlintError):
    """A worker has another version of batchlint than the program that sends it work; exit status 2."""


class ExecutorError(BatchlintError):
    """What runs the work is gone, such as the scheduler of a cluster; exit status 3."""


class FixError(BatchlintError):
    """A file was not repaired and stays as it was; the text says why. Exit status 3."""


class SplitError(BatchlintError):
    """A file was not split and no part was left behind; the text says why. Exit status 1."""


class UnreadableError(SplitError):
    """A file was not split because it cannot be read to its end, or changed meanwhile; exit status 3."""
