"""Repairing one file: the function of the library, and the same in place for the command."""

from __future__ import annotations

import contextlib
import errno
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from batchlint.api import engine_of, validate
from batchlint.documents.profile import DEFAULT
from batchlint.engine.run import Engine
from batchlint.errors import FixError
from batchlint.fixing.copying import repaired_copy
from batchlint.fixing.original import original_at
from batchlint.limits import Limits
from batchlint.reading.compression import SUFFIXES
from batchlint.reading.lines import PIECE
from batchlint.reading.sources import PathSource, checked_name, display_name
from batchlint.reports import Report
from batchlint.rules.choice import Selection
from batchlint.whole_file import PUBLIC, WholeFile


@dataclass(frozen=True, slots=True)
class FixResult:
    """What became of a file.

    Attributes:
        repaired: the rules of which findings were repaired, and how many of each, by name.
        report: what remains: the report on the file as it is now.
    """

    repaired: tuple[tuple[str, int], ...]
    report: Report


def fix(  # noqa: PLR0913  # the arguments of `validate`, and its own by keyword
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    unsafe: bool = False,
    overwrite: bool = False,
    profile: str = DEFAULT,
    endpoint: str | None = None,
    limits: Limits | None = None,
    schemas: Iterable[str | os.PathLike[str]] = (),
    rules: Selection | None = None,
) -> FixResult:
    """Repairs what can be repaired in one batch file, by edits of bytes: all that is right stays as it is.

    The file is read in constant memory, beside its ids, in one pass; the result is written to a temporary file beside
    `target` and takes its name only when it is complete.

    Args:
        source: the path of a file; ``.gz`` and ``.zst`` are decompressed, and written plain.
        target: where the result goes; the same path repairs the file in place, where it keeps its permissions;
            another name of that file, a hard link, keeps the old content.
        unsafe: also do repairs that may change what a request means.
        overwrite: whether another file that exists at `target` may be replaced.
        profile: as for `validate`.
        endpoint: as for `validate`.
        limits: as for `validate`.
        schemas: as for `validate`.
        rules: as for `validate`; a rule that is off repairs nothing.

    Returns:
        How much was repaired, and the report on what remains in `target`.

    Raises:
        UsageError: an unknown profile, endpoint or rule, or what is no path.
        DocumentError: a policy is refused.
        FixError: the file could not be read to its end, changed meanwhile, or cannot be repaired in place;
            `target` is as it was before.
        FileExistsError: there is a file at `target`, and `overwrite` is false.
        OSError: the file cannot be read, or `target` cannot be written and is as it was before.
        MissingPartError: the parser, or the package for ``.zst``, is not installed.
    """
    policies = tuple(schemas)
    engine = engine_of(profile, endpoint, limits, policies, rules)
    path, goal = os.fspath(source), os.fspath(target)
    checked_name(path)
    checked_name(goal)
    if os.path.exists(goal) and os.path.samefile(path, goal):
        repaired = fix_in_place(engine, path, unsafe=unsafe)
    else:
        if os.path.lexists(goal) and not overwrite:
            raise FileExistsError(errno.EEXIST, "the target exists", goal)
        if os.path.exists(goal) and not os.path.isfile(goal):
            raise FixError(f"{display_name(goal)} is not a regular file, so it is not replaced")
        repaired = _fix_to(engine, path, goal, unsafe=unsafe)
    return FixResult(
        tuple(sorted(repaired.items())),
        validate(goal, profile=profile, endpoint=endpoint, limits=limits, schemas=policies, rules=rules),
    )


def fix_in_place(engine: Engine, path: str, *, unsafe: bool) -> Counter[str]:
    """Repairs the file at `path`; a symbolic link stays, and the file that it names is repaired.

    Returns:
        How many findings of which rule were repaired; if none, the file was not touched.

    Raises:
        FixError: as for `fix`.
        OSError: as for `fix`.
    """
    if path.lower().endswith(SUFFIXES):
        raise FixError("is compressed, so it is not repaired in place; decompress it first")
    original = original_at(path)
    with repaired_copy(engine, path, original.path, unsafe=unsafe) as copy:
        if copy is None:
            return Counter()
        if not original.is_unchanged():
            raise FixError("changed while it was being repaired, so it stays as it is")
        copy.file.commit()
        return copy.rules


def _fix_to(engine: Engine, path: str, target: str, *, unsafe: bool) -> Counter[str]:
    real = os.path.realpath(target)
    with repaired_copy(engine, path, real, unsafe=unsafe, mode=PUBLIC) as copy:
        if copy is not None:
            copy.file.commit()
            return copy.rules
    with contextlib.ExitStack() as kept:
        file = WholeFile(real)
        kept.callback(file.discard)
        source = PathSource(path)
        with source.open() as stream:
            while piece := stream.readline(PIECE):
                file.write(piece)
        if damage := source.damage():
            raise FixError(f"is not repaired: {damage}")
        file.commit()
    return Counter()
