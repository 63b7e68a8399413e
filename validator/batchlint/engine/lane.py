"""Between the driver and an executor: work goes out, answers come in and are kept until their turn."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from batchlint.engine.vault import Kept, Vault
from batchlint.engine.work import Answer, Parcel, perform
from batchlint.errors import ExecutorError
from batchlint.version import VERSION


class Pending(Protocol):
    """What `Executor.submit` returns; a future of ``concurrent.futures`` is one."""

    def result(self) -> Answer:
        """The result; waits for it, and raises what the function raised."""

    def cancel(self) -> bool:
        """Says that the result is not wanted any more."""

    def add_done_callback(self, call: Callable[[Pending], object], /) -> None:
        """Has `call` called when the result is there, in any thread."""


class Executor(Protocol):
    """What runs the work: any ``concurrent.futures.Executor``, or `Workers`."""

    def submit(self, function: Callable[[str, Parcel], Answer], version: str, sent: Parcel, /) -> Pending:
        """Has ``function(version, sent)`` called somewhere."""


@runtime_checkable
class Pumped(Protocol):
    """An executor without a thread of its own, whose answers come in when they are waited for."""

    def advance(self) -> None:
        """Waits for an answer, at least one, and calls back."""


class DeathError(Exception):
    """Whoever judged an input ended before answering, so that the input may be the cause; the text says how.

    Attributes:
        within: bytes of the range in which it happened; None where the first line of the range is the cause.
    """

    def __init__(self, text: str, within: int | None = None) -> None:
        super().__init__(text)
        self.within = within

    def told(self, line: int) -> str:
        """What is told of it, where `line` is the first line of the range."""
        where = f"at line {line:,}" if self.within is None else f"within {self.within:,} bytes from line {line:,} on"
        return f"{self} {where}"


class Slot:
    """The place of one answer.

    Attributes:
        has_large, bytes: what the answer says, see `Answer`; known when it is there.
        records: those that came with the answer, or None; whoever takes the answer has to drop them.
    """

    __slots__ = ("_error", "_is_wanted", "_kept", "_lane", "_pending", "bytes", "has_large", "is_done", "records")

    def __init__(self, lane: Lane) -> None:
        self.bytes = 0
        self.has_large = False
        self.is_done = False
        self._is_wanted = True
        self._error: BaseException | None = None
        self._kept: Kept | None = None
        self.records: Kept | None = None
        self._lane = lane
        self._pending: Pending | None = None

    def wait_for(self, pending: Pending) -> None:
        """Takes the answer of `pending` when it comes."""
        self._pending = pending
        pending.add_done_callback(self._arrive)

    def take(self) -> bytes:
        """The answer, once, when it is there.

        Raises:
            DeathError: whoever judged ended before answering.
            ExecutorError: the executor is gone.
        """
        if self._error is not None:
            raise self._error
        if self._kept is None:
            raise ValueError("there is no answer, or it was taken before")
        kept, self._kept = self._kept, None
        return self._lane.vault.take(kept)

    def drop(self) -> None:
        """Says that the answer is not wanted."""
        self._is_wanted = False
        pending = self._pending
        if pending is not None:
            pending.cancel()
        for kept in (self._kept, self.records):
            if kept is not None:
                self._lane.vault.drop(kept)
        self._kept = self.records = None

    def _arrive(self, pending: Pending) -> None:
        try:
            answer = pending.result()
            if self._is_wanted:
                self._kept = self._lane.vault.put(answer.data)
                self.records = self._lane.vault.put(answer.records) if answer.records else None
            self.bytes = answer.bytes
            self.has_large = answer.has_large
        except BaseException as error:  # noqa: BLE001  # it is raised where the answer is taken
            self._error = _translated(error)
        # What is kept need not lie in memory, so nothing may hold the future.
        self._pending = None
        self._lane.arrived.put(self)


class Lane:
    """Sends work to one executor. Its answers may arrive in any thread."""

    def __init__(self, executor: Executor, end: Callable[[], object] | None = None) -> None:
        """Starts with nothing sent; `end` is called at the end, and closes the executor where that is meant."""
        self.vault = Vault()
        self._end = end
        self.arrived: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        self._executor = executor

    def send(self, sent: Parcel) -> Slot:
        """Sends work; returns the place of its answer. Raises ExecutorError if the executor takes no more."""
        slot = Slot(self)
        try:
            slot.wait_for(self._executor.submit(perform, VERSION, sent))
        except RuntimeError as error:
            # A broken or closed executor, in the words of concurrent.futures.
            raise ExecutorError(f"the executor takes no more work: {error}") from error
        return slot

    def next_arrived(self, *, waits: bool) -> Slot | None:
        """A slot whose answer has come since the last call, or None; with `waits` always one."""
        if waits and isinstance(self._executor, Pumped):
            while self.arrived.empty():
                self._executor.advance()
        try:
            slot = self.arrived.get(block=waits)
        except queue.Empty:
            return None
        slot.is_done = True
        return slot

    def close(self) -> None:
        """Removes what was kept of answers."""
        try:
            if self._end is not None:
                self._end()
        finally:
            self.vault.close()


def _translated(error: BaseException) -> BaseException:
    """`error` in the words of this module, where it comes from an executor that is known."""
    # Only a module that is loaded can have raised.
    scheduler = sys.modules.get("distributed.scheduler")
    if scheduler is not None and isinstance(error, scheduler.KilledWorker):
        return DeathError("each worker that judged it died")
    futures = sys.modules.get("concurrent.futures")
    if futures is not None:
        if isinstance(error, futures.CancelledError):
            return ExecutorError("the executor gave up its work: it was closed, or its scheduler is gone")
        if isinstance(error, futures.BrokenExecutor):
            return ExecutorError(f"the executor is broken: {error}")
    return error
