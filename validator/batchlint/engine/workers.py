"""Processes that judge ranges: started once a run, gone with it."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from batchlint.crash import tellable
from batchlint.engine.options import EngineOptions
from batchlint.engine.part import Part
from batchlint.engine.ranges import Range, judge_range

_AHEAD = 2
"""Ranges per worker that may be judged or waiting before the first of them is taken; it bounds the memory."""

_HELD = frozenset(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class WorkerDiedError(Exception):
    """A worker ended before it answered.

    Attributes:
        task: the range that it was judging.
        exit_code: its exit code; negative for the signal that ended it.
    """

    def __init__(self, task: Range, exit_code: int | None) -> None:
        super().__init__(f"a worker process died ({_cause(exit_code)})")
        self.task = task
        self.exit_code = exit_code


class Workers:
    """A fixed number of processes, each of which judges one range at a time. Use it as a context manager."""

    def __init__(self, options: EngineOptions, count: int) -> None:
        """Starts `count` processes that judge by engines for `options`."""
        context = get_context("fork") if _can_fork() else get_context("spawn")
        self._workers: dict[Connection, BaseProcess] = {}
        try:
            with _signals_held():
                for _ in range(count):
                    mine, theirs = context.Pipe()
                    # A worker must not hold the ends of others open: each ends when its own is closed.
                    others = [*self._workers, mine] if context.get_start_method() == "fork" else []
                    process = context.Process(target=_work, args=(theirs, others, options), daemon=True)
                    process.start()
                    theirs.close()
                    self._workers[mine] = process
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

    def judge(self, tasks: Sequence[Range]) -> Iterator[Part]:
        """The parts of `tasks`, in their order.

        Raises:
            WorkerDiedError: a worker ended before it answered; the parts before its range were yielded.
        """
        idle = deque(self._workers)
        busy: dict[Connection, int] = {}
        done: dict[int, Part | WorkerDiedError] = {}
        sent = taken = 0
        last = len(tasks)
        while taken < len(tasks):
            while idle and sent < last and sent < taken + _AHEAD * len(self._workers):
                connection = idle.popleft()
                busy[connection] = sent
                self._send(connection, tasks[sent], is_traced=False)
                sent += 1
            answer = done.pop(taken, None)
            if isinstance(answer, WorkerDiedError):
                raise answer
            if answer is not None:
                yield answer
                taken += 1
                continue
            for ready in wait(list(busy)):
                connection = next(each for each in busy if each is ready)
                number = busy.pop(connection)
                try:
                    done[number] = self._receive(connection, tasks[number])
                except WorkerDiedError as death:
                    # The parts before it are still wanted, and none behind it.
                    done[number] = death
                    last = min(last, number)
                else:
                    idle.append(connection)

    def retrace(self, task: Range) -> Part | int:
        """Judges `task` once more, by a worker that tells each line before it judges it.

        Returns:
            Its part; or, where the worker dies, the byte of the file at which the line begins that it was judging.
        """
        connection = next(iter(self._workers))
        lines = [task.start]
        try:
            self._send(connection, task, is_traced=True)
            return self._receive(connection, task, lines)
        except WorkerDiedError:
            return lines[-1]

    def _send(self, connection: Connection, task: Range, *, is_traced: bool) -> None:
        try:
            connection.send((task, is_traced))
        except OSError:
            # It has no task to answer, so that it would be waited for in vain unless it has died indeed.
            self._workers[connection].kill()

    def _receive(self, connection: Connection, task: Range, lines: list[int] | None = None) -> Part:
        """The answer to `task`; the lines that the worker tells go to `lines`, which keeps the last one."""
        while True:
            try:
                answer = connection.recv()
            except (EOFError, OSError):
                raise self._died(connection, task) from None
            if isinstance(answer, Part):
                return answer
            if lines is None or not isinstance(answer, int):
                raise answer
            lines[:] = [answer]

    def _died(self, connection: Connection, task: Range) -> WorkerDiedError:
        process = self._workers[connection]
        process.join(1)
        return WorkerDiedError(task, process.exitcode)


def _can_fork() -> bool:
    """Whether workers may be copies of this process, which have everything imported already.

    A process with further threads is not copied: a lock that one of them holds, such as the thread in which
    fsspec talks to a store, would stay locked in the copy for ever.
    """
    return "fork" in get_all_start_methods() and threading.active_count() == 1


@contextmanager
def _signals_held() -> Iterator[None]:
    """Lets signals wait: a new worker would take them for its parent until it answers them in its own way."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection, others: Sequence[Connection], options: EngineOptions) -> None:
    """A worker's life: ranges in, parts out, until the other end is closed."""
    # The terminal sends Ctrl-C to all processes; only the first one answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HELD)
    for other in others:
        with suppress(OSError):
            other.close()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            task, is_traced = connection.recv()
            try:
                answer: Part | Exception = judge_range(options, task, connection.send if is_traced else None)
            except Exception as error:  # noqa: BLE001  # whatever it is, the first process has to know
                answer = tellable(error)
            connection.send(answer)
    # Not sys.exit: a forked worker holds a copy of what its parent has not yet written out.
    os._exit(0)


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
