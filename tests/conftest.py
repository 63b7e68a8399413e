"""What holds for the whole suite: no network, and how golden files are rewritten."""

from __future__ import annotations

import sys

import pytest

from support import OFFLINE

sys.path.insert(0, str(OFFLINE))
# The interpreter may have a sitecustomize of its own, which was imported at its start.
sys.modules.pop("sitecustomize", None)
import sitecustomize  # noqa: E402, F401  # importing it closes the network for this process


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write what the golden runs print; then read the diff")
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes or gigabytes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="it takes minutes or gigabytes; asked for with --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)
