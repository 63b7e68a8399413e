"""Splitting one file: the function of the library and of the command."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from batchlint.documents.profile import DEFAULT, profile_named
from batchlint.engine.file import is_wide
from batchlint.engine.line import Line
from batchlint.errors import SplitError, UnreadableError, UsageError
from batchlint.parsing.yajl import yajl_parser
from batchlint.reading.compression import read_errors
from batchlint.reading.lines import LongLine, read_lines
from batchlint.reading.sources import Divisible, PathSource, Readable, Source, checked_name, source_of
from batchlint.splitting.parts import Parts
from batchlint.splitting.plan import bounds_of, by_named, existing_parts, group_of, stem_of


@dataclass(frozen=True, slots=True)
class SplitPart:
    """A part of a file that was split.

    Attributes:
        path: where it is.
        requests: its lines.
        bytes: its size.
    """

    path: Path
    requests: int
    bytes: int


def split(
    source: str | os.PathLike[str] | Readable,
    *,
    max_requests: int | None = None,
    max_bytes: int | None = None,
    by: str | None = None,
    output_dir: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    profile: str = DEFAULT,
) -> tuple[SplitPart, ...]:
    """Splits one batch file into parts: ``requests.jsonl`` into ``requests.part-0001.jsonl`` and so on.

    Lines stay as they are and in their order. Blank lines are left out, and a last line without a newline
    gets one. Parts are filled one after the other, so a part ends only where the next line does not fit.
    All parts get their names when the last one is complete; until then there is none.

    Args:
        source: as for `validate`; parts of a compressed file are plain.
        max_requests: the most requests of a part; None for the profile's limit.
        max_bytes: the largest part in bytes; None for the profile's limit, below which it has no warning.
        by: ``model`` or ``url``: keep requests with different values apart; those without one form a group too.
        output_dir: where the parts go; None for the folder of `source`, or the current one for a file object.
        overwrite: whether parts that exist may be replaced.
        profile: whose limits hold, as for `validate`.

    Returns:
        The parts, in the order of their first lines.

    Raises:
        UsageError: an unknown profile, a wrong limit or a wrong `by`, a file object without a name, what is
            no path, or a URL.
        SplitError: a line is longer than a part may be, the file holds no request, it cannot be read to its
            end, or, with `by`, a line is no JSON object. No part is left behind.
        FileExistsError: there are parts of this name already, and `overwrite` is false.
        OSError: the file cannot be opened, or a part cannot be written. No part is left behind, and
            parts that would have been replaced stand as before.
        TypeError: `source` is neither a path nor a binary file object.
        MissingPartError: as for `validate`.
    """
    return split_source(
        source_of(source),
        max_requests=max_requests,
        max_bytes=max_bytes,
        by=by,
        output_dir=output_dir,
        overwrite=overwrite,
        profile=profile,
    )


def split_source(
    source: Source,
    *,
    max_requests: int | None,
    max_bytes: int | None,
    by: str | None,
    output_dir: str | os.PathLike[str] | None,
    overwrite: bool,
    profile: str,
) -> tuple[SplitPart, ...]:
    """The same for an input of the command; arguments and errors are those of `split`."""
    bounds = bounds_of(profile_named(profile), max_requests, max_bytes)
    member = by_named(by)
    parse = yajl_parser() if member else None
    given, stem = _place(source)
    folder = given
    if output_dir is not None:
        folder = os.fspath(output_dir)
        checked_name(folder)
    _refuse_existing(folder, stem, overwrite=overwrite)
    parts = Parts(folder, stem, bounds)
    try:
        with closing(_lines(source, bounds.bytes)) as lines:
            for number, raw in enumerate(lines, 1):
                line = _checked(raw, number, bounds.bytes)
                if not Line.of(number, 0, 0, line).is_blank:
                    group = group_of(line, number, member, parse) if member and parse else None
                    parts.add(line, group)
        if not parts.all:
            raise SplitError("the file holds no request")
        _refuse_existing(folder, stem, overwrite=overwrite)
        paths = parts.commit()
    finally:
        parts.discard()
    return tuple(SplitPart(Path(path), part.requests, part.bytes) for path, part in zip(paths, parts.all, strict=True))


def _place(source: Source) -> tuple[str, str]:
    """The folder in which the parts stand, and what their names begin with.

    Raises:
        UsageError: the input has no name.
    """
    if isinstance(source, PathSource):
        folder, stem = os.path.split(stem_of(source.path))
        return folder or os.curdir, stem
    if isinstance(source, Divisible):
        raise UsageError(f"{source.name}: only files are split; copy it to a file first")
    stem = os.path.basename(stem_of(source.name))
    if not stem or stem.startswith("<"):
        raise UsageError("a stream has to have a name, after which the parts are named")
    return os.curdir, stem


def _lines(source: Source, longest: int) -> Generator[bytes | LongLine, None, None]:
    """The lines of `source`.

    Raises:
        OSError: it cannot be opened.
        UnreadableError: it cannot be read to its end, or changed meanwhile.
    """
    with source.open() as stream:
        lines = read_lines(stream, longest)
        while True:
            try:
                raw = next(lines, None)
            except read_errors():
                raise UnreadableError("it cannot be read to its end, so it is not split") from None
            if raw is None:
                break
            yield raw
    if damage := source.damage():
        raise UnreadableError(f"it is not split: {damage}")


def _checked(raw: bytes | LongLine, number: int, longest: int) -> bytes:
    """The line with a newline at its end.

    Raises:
        SplitError: no part can hold it, or it begins a file that has no such lines.
    """
    length = raw.length + (not raw.ended) if isinstance(raw, LongLine) else len(raw) + (not raw.endswith(b"\n"))
    if isinstance(raw, LongLine) or length > longest:
        raise SplitError(f"line {number:,} has {length:,} bytes with its line end; a part may have at most {longest:,}")
    if number == 1 and is_wide(raw):
        raise SplitError("the file is UTF-16 or UTF-32; save it as UTF-8")
    return raw if raw.endswith(b"\n") else raw + b"\n"


def _refuse_existing(folder: str, stem: str, *, overwrite: bool) -> None:
    existing = existing_parts(folder, stem)
    if existing and not overwrite:
        raise FileExistsError(errno.EEXIST, "a part exists already", str(Path(folder, existing[0])))
