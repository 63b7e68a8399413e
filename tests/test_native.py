"""Importing packages in native code."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchlint.native import can_import

MODULE = """
import os, signal, time
os.kill(os.getpid(), signal.{name})
time.sleep(0.1)
is_complete = True
"""


class StoppedError(Exception):
    """What the handler raises."""


@pytest.fixture(params=["SIGINT", "SIGTERM", "SIGHUP"])
def raising(request: pytest.FixtureRequest) -> Iterator[str]:
    """A signal whose handler raises, for a time."""

    def stop(_number: int, _frame: object) -> None:
        raise StoppedError

    before = signal.signal(signal.Signals[request.param], stop)
    yield request.param
    signal.signal(signal.Signals[request.param], before)


def test_a_signal_waits_until_the_import_has_ended(
    raising: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made_of_code.py").write_text(MODULE.format(name=raising))
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(StoppedError):
        can_import("made_of_code")
    assert sys.modules.pop("made_of_code").is_complete
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()


def test_it_waits_where_another_thread_takes_the_signal(
    raising: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        test_a_signal_waits_until_the_import_has_ended(raising, tmp_path, monkeypatch)
    finally:
        ended.set()
        thread.join()


def test_what_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "orjson", None)
    assert not can_import("orjson")
    assert not can_import("no_such_package_anywhere")
    assert can_import("json")
