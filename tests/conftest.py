"""What holds for the whole suite: no network, seeds, what was tried, and how golden files are rewritten."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable

import pytest

from records import count_audited, forbidden, remove_records
from support import OFFLINE, RECORDS
from tally import Tally, add_up

sys.path.insert(0, str(OFFLINE))
# The interpreter may have a sitecustomize of its own, which was imported at its start.
sys.modules.pop("sitecustomize", None)
import sitecustomize  # noqa: E402, F401  # importing it closes the network for this process

FIXED_SEED = 20260215
"""The seed of the short tier, so that a failure there comes back."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write what the golden runs print; then read the diff")
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes or gigabytes")
    parser.addoption("--seed", type=int, help="what chance begins with; else fixed, with --long new each time")


def pytest_configure(config: pytest.Config) -> None:
    _hear_signals()
    # Workers of pytest-xdist get the options of the first process, and so its seed.
    if RECORDS not in os.environ:
        os.environ[RECORDS] = tempfile.mkdtemp(prefix="audit-")
        config.add_cleanup(remove_records)
    if config.option.seed is None:
        config.option.seed = secrets.randbelow(2**32) if config.option.long else FIXED_SEED


def _hear_signals() -> None:
    """A shell that runs the tests in the background has signals ignored, and so would be all processes under test."""
    for name, usual in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` means: half as many again as there are processors, since many tests wait for processes."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return count + (count + 1) // 2


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: {config.option.seed}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="it takes minutes or gigabytes; asked for with --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [each for outcome in ("passed", "failed") for each in terminalreporter.getreports(outcome)]
    lines = add_up(reports)
    if audited := count_audited():
        lines.append(f"{audited:,} processes audited")
    if lines:
        terminalreporter.section("what was tried")
        for line in lines:
            terminalreporter.line(line)


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Of the workers of pytest-xdist the first process hears through the files.
    found = [] if hasattr(session.config, "workerinput") else forbidden()
    for row in found:
        print(f"\naudit: {row}")  # noqa: T201  # whoever runs the tests has to see it
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether the long tier was asked for, so that a test may try more."""
    return bool(request.config.option.long)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """What chance begins with in this run; the header prints it."""
    return int(request.config.option.seed)


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Tally:
    """Notes how much a test tried; the sums stand at the end of the run."""
    return Tally(record_property)
