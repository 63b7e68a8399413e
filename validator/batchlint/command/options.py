"""The options of ``batchlint lint`` and ``batchlint config show`` that choose how a file is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from batchlint.command.destinations import check_formats, complete_format
from batchlint.command.grouped import CONFIGURATION, INPUT, OTHER, OUTCOME, REPAIR, REPORT, RULES, option
from batchlint.command.terminal import COLOR_CHOICES
from batchlint.command.types import FileName, PatternRules, ProfileName, RuleLevel, RuleList, Text
from batchlint.documents.profile import DEFAULT
from batchlint.findings import SEVERITY_RANK
from batchlint.formats.registry import DEFAULT as DEFAULT_FORMAT
from batchlint.formats.registry import FORMATS
from batchlint.limits import DEEPEST, Limits

_Function = TypeVar("_Function", bound=Callable[..., Any])

_SETTINGS = (
    option(
        RULES,
        "--profile",
        key="profile",
        type=ProfileName(),
        metavar="NAME",
        default_text=DEFAULT,
        help="The provider's contract, PROVIDER@DATE or PROVIDER.",
    ),
    option(
        RULES,
        "--endpoint",
        key="endpoint",
        metavar="URL",
        default_text="as each request says",
        help="The job's endpoint; requests for another one are an error.",
    ),
    option(
        RULES,
        "--schema",
        key="schema",
        type=FileName(),
        multiple=True,
        metavar="FILE",
        default_text="none",
        help="A policy, a JSON Schema that every request has to satisfy too.",
    ),
    option(
        RULES,
        "--select",
        key="select",
        type=RuleList(may_be_empty=False),  # without any rule every file would pass
        multiple=True,
        metavar="RULES",
        default_text="the usual rules",
        help="Only these rules or families; all is every rule.",
    ),
    option(
        RULES,
        "--extend-select",
        key="extend-select",
        type=RuleList(),
        multiple=True,
        metavar="RULES",
        default_text="none",
        help="These rules or families too.",
    ),
    option(
        RULES,
        "--ignore",
        key="ignore",
        type=RuleList(),
        multiple=True,
        metavar="RULES",
        default_text="none",
        help="Not these rules or families.",
    ),
    option(
        RULES,
        "--severity",
        key="severity",
        type=RuleLevel(),
        multiple=True,
        metavar="RULE=LEVEL",
        default_text="each rule's own",
        help="Take a rule for error, warning or info, or turn it off.",
    ),
    option(
        RULES,
        "--per-file-ignores",
        key="per-file-ignores",
        type=PatternRules(),
        multiple=True,
        metavar="PATTERN:RULES",
        default_text="none",
        help="Not these rules in files of the pattern.",
    ),
    option(
        RULES,
        "--max-line-bytes",
        key="max-line-bytes",
        type=click.IntRange(min=1),
        metavar="N",
        default_text=str(Limits().line_bytes),
        help="The longest line that is judged.",
    ),
    option(
        RULES,
        "--max-depth",
        key="max-depth",
        type=click.IntRange(1, DEEPEST),
        metavar="N",
        default_text=str(Limits().depth),
        help="The deepest nesting that is judged.",
    ),
    option(
        INPUT,
        "--exclude",
        key="exclude",
        type=Text(),
        multiple=True,
        metavar="PATTERN",
        default_text=".git/, .venv/ and their like",
        help="Files and folders to pass over, as in .gitignore.",
    ),
    option(
        INPUT,
        "--extend-exclude",
        key="extend-exclude",
        type=Text(),
        multiple=True,
        metavar="PATTERN",
        default_text="none",
        help="Pass over these too.",
    ),
    option(
        INPUT,
        "--force-exclude/--no-force-exclude",
        key="force-exclude",
        default=None,
        default_text="no",
        help="Pass over what is excluded though it is given by name.",
    ),
    option(
        INPUT,
        "--respect-gitignore/--no-respect-gitignore",
        key="respect-gitignore",
        default=None,
        default_text="yes",
        help="Pass over what git ignores below a directory.",
    ),
    option(
        OUTCOME,
        "--fail-level",
        key="fail-level",
        type=click.Choice(sorted(SEVERITY_RANK, key=SEVERITY_RANK.__getitem__, reverse=True)),
        default_text="error",
        help="The lowest severity that makes the exit status 1.",
    ),
    option(
        OUTCOME,
        "--baseline",
        key="baseline",
        type=FileName(),
        metavar="PATH",
        default_text="none",
        help="Leave out the findings that stand in this file.",
    ),
    option(
        CONFIGURATION,
        "--config",
        type=FileName(),
        multiple=True,
        metavar="FILE|KEY=VALUE",
        default_text="the closest file above each input",
        help="A configuration file, or one setting as TOML.",
    ),
    option(
        CONFIGURATION,
        "--isolated",
        is_flag=True,
        default_text="no",
        help="Look for no configuration file.",
    ),
)


_REPORTS = (
    option(
        INPUT,
        "--stdin-filename",
        type=FileName(),
        metavar="NAME",
        has_variable=False,
        default_text="<stdin>",
        help="The name of standard input; .gz and .zst are decompressed.",
    ),
    option(
        REPORT,
        "-f",
        "--output-format",
        key="output-format",
        type=Text(),
        multiple=True,
        metavar="FORMAT[:PATH]",
        callback=check_formats,
        shell_complete=complete_format,
        default_text=DEFAULT_FORMAT,
        help=f"A report, on standard output or in a file; repeatable: {', '.join(FORMATS)}.",
    ),
    option(
        REPORT,
        "--output-file",
        type=FileName(),
        metavar="PATH",
        default_text="standard output",
        help="The file of the one report.",
    ),
    option(
        REPORT,
        "--max-findings",
        key="max-findings",
        type=click.IntRange(min=0),
        metavar="N",
        default_text="all",
        help="How many findings are shown; all are counted.",
    ),
    option(
        REPORT,
        "--statistics",
        is_flag=True,
        default_text="no",
        help="Count the findings by rule, on standard error.",
    ),
    option(
        REPORT,
        "--color",
        type=click.Choice(COLOR_CHOICES),
        default="auto",
        default_text="auto",
        help="Colours; auto asks NO_COLOR, FORCE_COLOR and the terminal.",
    ),
    option(REPORT, "--no-progress", is_flag=True, default_text="a bar on a terminal", help="No progress bar."),
    option(REPORT, "-q", "--quiet", is_flag=True, default_text="no", help="No closing line, notes or progress bar."),
    option(
        OTHER,
        "-j",
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        default_text="all cores",
        help="Processes for a large file.",
    ),
    option(
        OTHER,
        "--cluster",
        metavar="ADDRESS",
        default_text="this machine",
        help="The scheduler of a Dask cluster that does the work, such as tcp://HOST:8786.",
    ),
    option(
        REPAIR,
        "--fix",
        is_flag=True,
        has_variable=False,
        default_text="no",
        help="Repair in place what is safe; the report is about what remains.",
    ),
    option(
        REPAIR,
        "--unsafe-fixes",
        is_flag=True,
        has_variable=False,
        default_text="no",
        help="With --fix or --diff: repairs that may change the meaning too.",
    ),
    option(
        REPAIR,
        "--diff",
        is_flag=True,
        has_variable=False,
        default_text="no",
        help="Change nothing, show what --fix would change; exit status 1 if it would.",
    ),
    option(OUTCOME, "--exit-zero", is_flag=True, default_text="no", help="Exit status 0 though there are findings."),
    option(
        OUTCOME,
        "--exit-first",
        is_flag=True,
        default_text="no",
        help="End at the first finding that makes it 1.",
    ),
    option(
        OUTCOME,
        "--write-baseline",
        type=FileName(),
        metavar="PATH",
        has_variable=False,
        default_text="none",
        help="Show nothing; write all findings to this file.",
    ),
)


def setting_options(function: _Function) -> _Function:
    """Adds all options that choose how a file is judged."""
    for add in reversed(_SETTINGS):
        function = add(function)
    return function


def lint_options(function: _Function) -> _Function:
    """Adds all options of ``batchlint lint``."""
    for add in reversed((*_SETTINGS, *_REPORTS)):
        function = add(function)
    return function
