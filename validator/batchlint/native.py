"""Importing packages in native code."""

from __future__ import annotations

import importlib

from batchlint.signals import signals_held


def can_import(name: str) -> bool:
    """Imports the package `name`; says whether it can be.

    Signals wait meanwhile. While jsonschema-rs is imported it makes classes, and where the handler of a signal raises
    in the midst of that it panics: its trace goes to standard error, and what is raised tells nothing of the signal.
    """
    try:
        with signals_held():
            importlib.import_module(name)
    except ImportError:
        return False
    return True
