"""``lint --fix``: each file is repaired before it is linted, so that the report is about what remains."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from batchlint.command import exit_status
from batchlint.command.inputs import Input, InputError
from batchlint.command.output import complain
from batchlint.engine.run import Engine
from batchlint.errors import FixError, MissingPartError
from batchlint.fixing.copying import has_repairs
from batchlint.fixing.library import fix_in_place
from batchlint.reading.compression import SUFFIXES
from batchlint.reading.sources import NotReadableError, PathSource


@dataclass(slots=True)
class Repairs:
    """The repairs of one run.

    Attributes:
        unsafe: whether repairs that may change the meaning are wanted too.
        rules: how many findings of which rule were repaired so far.
        status: the exit status so far.
    """

    unsafe: bool
    rules: Counter[str] = field(default_factory=Counter)
    status: int = exit_status.CLEAN

    def before(self, inputs: Iterable[Input | InputError]) -> Iterator[Input | InputError]:
        """`inputs`, each repaired when it is asked for; one that is no file becomes an error."""
        for given in inputs:
            if isinstance(given, InputError):
                yield given
                continue
            file = file_or_error(given)
            if isinstance(file, InputError):
                yield file
            else:
                self._repair(file, given.judging.engine)
                yield given

    def _repair(self, source: PathSource, engine: Engine) -> None:
        try:
            if source.name.lower().endswith(SUFFIXES):
                if has_repairs(engine, source.path, unsafe=self.unsafe):
                    complain(f"{source.name}: compressed files are not repaired; decompress it first")
                    self.status = max(self.status, exit_status.USAGE)
                return
            self.rules += fix_in_place(engine, source.path, unsafe=self.unsafe)
        except (FileNotFoundError, NotADirectoryError, NotReadableError, MissingPartError):
            # The linter says so.
            return
        except FixError as error:
            complain(f"{source.name}: the file {error}")
        except OSError as error:
            complain(f"{source.name}: the file is not repaired: {(error.strerror or 'input or output error').lower()}")
        else:
            return
        self.status = exit_status.INCOMPLETE

    def told(self, remaining: int) -> str:
        """What was repaired, in one line for people."""
        return f"{self.rules.total():,} repaired, {remaining:,} remain{'s' if remaining == 1 else ''}"


def file_or_error(given: Input | InputError) -> PathSource | InputError:
    """The file that `given` is, if it can be read more than once; else why it is not repaired."""
    if isinstance(given, InputError):
        return given
    source = given.source
    if isinstance(source, PathSource) and not _is_pipe(source.path):
        return source
    return InputError(f"{source.name}: only files are repaired; write the input to a file first")


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False
