"""What click's completion does not know of shells: where they cut words, values behind ``=``, and commas in fish."""

from __future__ import annotations

import os
from collections.abc import Iterable

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

BREAKS = frozenset("=:")
"""Characters at which bash ends a word, beside blanks and what has a meaning to it."""


class _Bash(BashComplete):
    """``blank-line=w`` are three words to bash, of which it completes the last."""

    # Behind RULE= a level follows, and no blank.
    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", "[[ $value == *= ]] && compopt -o nospace\n            COMPREPLY+=($value)"
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one to be completed, and what is there of that, as the command would get them."""
        words = split_arg_string(os.environ["COMP_WORDS"])
        current = int(os.environ["COMP_CWORD"])
        self._before = ""
        if current >= len(words):
            return _joined(words)[1:], ""
        *args, incomplete = _joined(words[: current + 1])
        before = incomplete.removesuffix("" if _is_break(words[current]) else words[current])
        self._before = before.removeprefix(_option(before))
        return args[1:], incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """The item without what stands before the last break."""
        if isinstance(item.value, str):
            item.value = item.value.removeprefix(self._before)
        return super().format_completion(item)


class _Whole(ShellComplete):
    """To other shells ``--option=value`` is one word, of which click completes the value."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """As click has it; the option before the value is remembered."""
        args, incomplete = super().get_completion_args()
        self._before = _option(incomplete)
        return args, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """The item with the option before it."""
        if item.type == "plain":
            item.value = f"{self._before}{item.value}"
        return super().format_completion(item)


class _Zsh(_Whole, ZshComplete):
    pass


class _Fish(_Whole, FishComplete):
    """A value may hold commas, and so may what is said of it."""

    source_template = FishComplete.source_template.replace('string split "," ', 'string split --max 1 "," ')


def register() -> None:
    """Lets click use these."""
    for one in (_Bash, _Zsh, _Fish):
        add_completion_class(one)


def _option(word: str) -> str:
    """The beginning of `word` up to the sign, where it is ``--option=value``; else nothing."""
    name, sign, _ = word.partition("=")
    return name + sign if sign and name.startswith("--") else ""


def _joined(words: Iterable[str]) -> list[str]:
    """`words` of bash as those of the command; a break that stands alone joins its neighbours."""
    whole: list[str] = []
    is_open = False
    for word in words:
        if whole and (is_open or _is_break(word)):
            whole[-1] += word
        else:
            whole.append(word)
        is_open = _is_break(word)
    return whole


def _is_break(word: str) -> bool:
    return bool(word) and BREAKS.issuperset(word)
