"""The figures as tables for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from contenders import OURS
from corpora import CORPORA
from targets import MEGABYTE, TARGETS, Results

Row = tuple[str, ...]


def as_tables(results: Results, report: Mapping[str, Any], *, is_markdown: bool) -> str:
    """What was measured, beside what was aimed at."""
    machine = report["machine"]
    about = f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}; {machine['batchlint']}"
    parts = [about, f"medians of {report['rounds']} rounds; load of the machine at the end: {machine['load']}"]
    parts += [f"left out: {name}, {why}" for name, why in report["missing"].items()]
    if report["is_quick"]:
        parts.append("a quick run: the files are too small for figures that mean anything")
    write = _markdown if is_markdown else _plain
    parts.append(write(("file", "command", "seconds", "processor", "to ours", "MB/s", "peak MB"), list(_rows(results))))
    targets = list(_target_rows(results))
    if targets:
        parts.append(write(("measure", "target", "measured", ""), targets))
    return "\n\n".join(parts)


def _rows(results: Results) -> Sequence[Row]:
    rows: list[Row] = []
    for corpus in CORPORA:
        mine = results.get((corpus.name, OURS))
        for (name, contender), measured in results.items():
            if name == corpus.name:
                sampled = f" (reckoned from {measured.sample:,} lines)" if measured.sample else ""
                ratio = f"{measured.time / mine.time:.2f}" if mine else ""
                rate = f"{measured.rate:,.0f}" if measured.size > MEGABYTE else ""
                peak = f"{measured.peak / MEGABYTE:,.0f}"
                rows.append(
                    (
                        name,
                        contender + sampled,
                        f"{measured.time:.3f}",
                        f"{median(measured.processor):.3f}",
                        ratio,
                        rate,
                        peak,
                    )
                )
    return rows


def _target_rows(results: Results) -> Sequence[Row]:
    rows: list[Row] = []
    for target in TARGETS:
        figure = target.measured(results)
        if figure is not None:
            sign = "at most" if target.at_most else "at least"
            rows.append(
                (target.name, f"{sign} {target.limit:g}", f"{figure:.3g}", "" if target.is_met(figure) else "missed")
            )
    return rows


def _markdown(head: Row, rows: Sequence[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _plain(head: Row, rows: Sequence[Row]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in (head, *rows)
    )


def as_json(results: Results, report: Mapping[str, Any]) -> str:
    """All figures, each run of its own, and the targets."""
    figures = [
        {
            "file": corpus,
            "command": contender,
            "median_seconds": measured.time,
            "seconds": list(measured.seconds),
            "processor_seconds": list(measured.processor),
            "peak_bytes": measured.peak,
            "file_bytes": measured.size,
            "file_lines": measured.lines,
            "sampled_lines": measured.sample or None,
        }
        for (corpus, contender), measured in results.items()
    ]
    targets = [
        {
            "measure": target.name,
            "target": target.limit,
            "at_most": target.at_most,
            "measured": figure,
            "met": None if figure is None else target.is_met(figure),
        }
        for target in TARGETS
        for figure in [target.measured(results)]
    ]
    return json.dumps({**report, "figures": figures, "targets": targets}, indent=2) + "\n"
