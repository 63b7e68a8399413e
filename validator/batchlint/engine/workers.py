"""Processes that judge: started once a run, gone with it."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from batchlint.crash import tellable
from batchlint.engine.lane import DeathError, Lane
from batchlint.engine.work import Answer, Parcel
from batchlint.signals import ENDING, signals_held

_Task = tuple[Callable[[str, Parcel], Answer], str, Parcel]


class TakenBackError(Exception):
    """The work was not done, since nobody wants its result."""


class Pending:
    """The answer to one piece of work, which comes in while the workers are waited for."""

    def __init__(self, workers: Workers, task: _Task) -> None:
        self._workers = workers
        self._task = task
        self._answer: Answer | Exception | None = None
        self._calls: list[Callable[[Pending], object]] = []
        self.was_refused = False

    def result(self) -> Answer:
        """The answer; waits for it.

        Raises:
            DeathError: the worker ended before it answered; the text says how.
        """
        while self._answer is None:
            self._workers.advance()
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def cancel(self) -> bool:
        """Takes the work back, unless a worker has it already."""
        is_back = self._workers.take_back(self)
        if is_back:
            self.set(TakenBackError("the work was taken back"))
        return is_back

    def add_done_callback(self, call: Callable[[Pending], object], /) -> None:
        """Has `call` called when the answer comes."""
        if self._answer is None:
            self._calls.append(call)
        else:
            call(self)

    @property
    def task(self) -> _Task:
        """What is to be done."""
        return self._task

    def set(self, answer: Answer | Exception) -> None:
        """Brings the answer."""
        self._answer = answer
        for call in self._calls:
            call(self)


class Workers:
    """A fixed number of processes, each of which does one piece of work at a time: an executor without a thread.

    A worker that dies is replaced. Use it as a context manager.
    """

    def __init__(self, count: int) -> None:
        """Starts `count` processes; what they need is best imported before."""
        self._context = get_context("fork") if _can_fork() else get_context("spawn")
        self._workers: dict[Connection, BaseProcess] = {}
        self._idle: deque[Connection] = deque()
        self._busy: dict[Connection, Pending] = {}
        self._waiting: deque[Pending] = deque()
        try:
            # A new worker would take a signal for its parent until it answers them in its own way.
            with signals_held():
                for _ in range(count):
                    self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Workers:  # noqa: PYI034  # typing has Self from Python 3.11 on
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for connection, process in self._workers.items():
            with suppress(OSError):
                connection.close()
            # Not terminate: a process that is stopped would keep the signal until it goes on.
            process.kill()
        for process in self._workers.values():
            process.join()
        self._workers = {}
        self._idle.clear()
        self._busy = {}
        self._waiting.clear()

    def submit(self, function: Callable[[str, Parcel], Answer], version: str, sent: Parcel, /) -> Pending:
        """Has ``function(version, sent)`` called by a worker as soon as one is free."""
        pending = Pending(self, (function, version, sent))
        self._waiting.append(pending)
        self._give_out()
        return pending

    def take_back(self, pending: Pending) -> bool:
        """Whether `pending` was still waiting; it is not done any more."""
        try:
            self._waiting.remove(pending)
        except ValueError:
            return False
        return True

    def advance(self) -> None:
        """Waits for answers, at least one, and tells them."""
        if not self._busy:
            raise RuntimeError("nothing was asked of the workers")
        for ready in wait(list(self._busy)):
            connection = next(each for each in self._busy if each is ready)
            pending = self._busy.pop(connection)
            try:
                answer = connection.recv()
            except (EOFError, OSError):
                answer = self._replaced(connection)
            else:
                self._idle.append(connection)
            self._give_out()
            pending.set(answer)

    def _give_out(self) -> None:
        while self._idle and self._waiting:
            connection = self._idle.popleft()
            pending = self._waiting.popleft()
            try:
                connection.send(pending.task)
            except OSError as error:
                # It died while it had nothing to do, so the work is not the cause; unless nothing can be sent at all.
                death = self._replaced(connection)
                if isinstance(error, BrokenPipeError) and not pending.was_refused:
                    pending.was_refused = True
                    self._waiting.appendleft(pending)
                else:
                    pending.set(death)
            else:
                self._busy[connection] = pending

    def _start(self) -> None:
        try:
            mine, theirs = self._context.Pipe()
            # A worker must not hold the ends of others open: each ends when its own is closed.
            others = [*self._workers, mine] if self._context.get_start_method() == "fork" else []
            process = self._context.Process(target=_work, args=(theirs, others), daemon=True)
            process.start()
        except OSError as error:
            why = (error.strerror or "the system refuses").lower()
            raise OSError(error.errno, f"no process can be started ({why}); --jobs 1 needs none") from None
        theirs.close()
        self._workers[mine] = process
        self._idle.append(mine)

    def _replaced(self, connection: Connection) -> DeathError:
        """Starts another worker for the dead one; returns how that died."""
        process = self._workers.pop(connection)
        connection.close()
        process.join(1)
        process.kill()
        process.join()
        with signals_held():
            self._start()
        return DeathError(f"a worker process died ({_cause(process.exitcode)})")


def _can_fork() -> bool:
    """Whether workers may be copies of this process, which have everything imported already.

    A process with further threads is not copied: a lock that one of them holds, such as the thread in which
    fsspec talks to a store, would stay locked in the copy for ever.
    """
    return "fork" in get_all_start_methods() and threading.active_count() == 1


@contextmanager
def one_process(work: Callable[..., None], *arguments: object) -> Iterator[Connection]:
    """A process of its own for ``work(connection, *arguments)``, gone at the end; the other end of the connection."""
    context = get_context("fork") if _can_fork() else get_context("spawn")
    mine, theirs = context.Pipe()
    with signals_held():
        process = context.Process(target=_alone, args=(theirs, work, arguments), daemon=True)
        process.start()
    theirs.close()
    try:
        yield mine
    finally:
        mine.close()
        process.kill()
        process.join()


def _alone(connection: Connection, work: Callable[..., None], arguments: tuple[object, ...]) -> None:
    _be_a_worker()
    work(connection, *arguments)


def lane_of(count: int) -> Lane:
    """A lane to `count` processes, which end with it."""
    workers = Workers(count)
    return Lane(workers, workers.close)


def _work(connection: Connection, others: Sequence[Connection]) -> None:
    """A worker's life: work in, answers out, until the other end is closed."""
    _be_a_worker()
    for other in others:
        with suppress(OSError):
            other.close()
    with suppress(EOFError, OSError):
        while True:
            function, version, sent = connection.recv()
            try:
                answer: Answer | Exception = function(version, sent)
            except Exception as error:  # noqa: BLE001  # whatever it is, the first process has to know
                answer = tellable(error)
            connection.send(answer)
    # Not sys.exit: a forked worker holds a copy of what its parent has not yet written out.
    os._exit(0)


def _be_a_worker() -> None:
    """Answers signals as a worker does, and ends with its parent."""
    # The terminal sends Ctrl-C to all processes; only the first one answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process as soon as its parent is gone, whatever it is judging."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _cause(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return signal.Signals(-exit_code).name
    return f"exit code {exit_code}"
