"""``full``: for people, with a masked window of the line, a caret and the hint."""

from __future__ import annotations

from batchlint.escaping import show, show_path
from batchlint.findings import Finding
from batchlint.formats.base import Formatter, Setting
from batchlint.formats.concise import place
from batchlint.formats.repeats import Fault, Repeats
from batchlint.formats.style import MARGIN
from batchlint.reports import FileReport

_ARROW = " --> "
_HINT = "  = hint: "


class Full(Formatter):
    """Several lines for each finding, and a blank one between two; a fault that repeats is counted in the end."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._repeats = Repeats()

    def finding(self, finding: Finding) -> str:
        """The paragraph of one finding, or nothing for one of many alike."""
        if not self._repeats.take(finding):
            return ""
        style = self.setting.style
        lines = [
            *self._head(finding.severity, finding.rule, finding.message),
            *self._place(place(finding, style), _where(finding)),
        ]
        if finding.excerpt is not None and finding.excerpt.text:
            mark = " " * finding.excerpt.start + style.paint("^" * finding.excerpt.width, finding.severity)
            margin = style.paint(MARGIN.rstrip(), "margin") + " "
            lines += [f"{margin}{finding.excerpt.text}".rstrip(), f"{margin}{mark}"]
        if finding.hint is not None:
            first, *rest = style.wrap(f"{_HINT}{finding.hint}", " " * len(_HINT))
            label = _HINT.strip()
            lines += [first.replace(label, style.paint(label, "hint"), 1), *rest]
        return "\n".join(lines) + "\n\n"

    def file(self, file: FileReport) -> str:
        """How often each fault stands in the file beyond what was shown."""
        paragraphs = [self._more(fault, file.path) for fault in self._repeats.hidden()]
        self._repeats = Repeats()
        return "".join(paragraphs)

    def _more(self, fault: Fault, path: str) -> str:
        alike = "like this" if fault.message is not None else "of this rule"
        text = f"and {fault.hidden:,} more {alike}{_lines(fault)}"
        head = self._head(fault.severity, fault.rule, fault.message or _others(fault))
        name = show_path(path, self.setting.style.is_unicode)
        return "\n".join([*head, *self._place(f"{name}:", text)]) + "\n\n"

    def _head(self, severity: str, rule: str, message: str) -> list[str]:
        label = f"{severity}[{rule}]"
        first, *rest = self.setting.style.wrap(f"{label}: {message}", "  ")
        return [self.setting.style.paint(label, severity) + first[len(label) :], *rest]

    def _place(self, where: str, what: str) -> list[str]:
        first, *rest = self.setting.style.wrap(f"{_ARROW}{where} {what}".rstrip(), " " * len(_ARROW))
        return [first.replace(where, self.setting.style.paint(where, "place"), 1), *rest]


def _where(finding: Finding) -> str:
    parts = []
    if finding.pointer:
        parts.append(f"at {show(finding.pointer, 120)}")
    if finding.custom_id:
        parts.append(f"in {show(finding.custom_id, 64)}")
    return " ".join(parts)


def _others(fault: Fault) -> str:
    """What stands for the messages of findings that have several."""
    if fault.place is None:
        return "at other places"
    return f"with other messages at {show(fault.place, 120) or 'the request itself'}"


def _lines(fault: Fault) -> str:
    if fault.first_line is None or fault.last_line is None:
        return ""
    if fault.first_line == fault.last_line:
        return f", line {fault.first_line:,}"
    return f", lines {fault.first_line:,} to {fault.last_line:,}"
