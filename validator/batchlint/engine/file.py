"""Judging one file line after line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from batchlint.engine.across import SPLIT_HINT, AcrossLines
from batchlint.engine.clean import Progress, Unpassed
from batchlint.engine.judge import Judge, Judgement
from batchlint.engine.line import Line
from batchlint.engine.multiline import OpenValue, Step, is_request
from batchlint.engine.placing import AT_MARK, Placer
from batchlint.engine.scope import Draft
from batchlint.engine.strides import Strides
from batchlint.faults import Fault, Tag, TagKind
from batchlint.parsing.diagnosis import describe
from batchlint.parsing.grammar import ScanState
from batchlint.parsing.mending import Slip
from batchlint.reading.lines import LongLine
from batchlint.repairs import Action, Repair

_NO_OBJECT = Judgement([], None, False)
_LINE = Repair(Action.LINE)


class FileJudge:
    """The memory of one file, or of a part of it, while its lines pass."""

    def __init__(
        self, judge: Judge, across: AcrossLines, placer: Placer, progress: Progress, *, is_start: bool
    ) -> None:
        """Starts where `progress` stands.

        Args:
            judge: judges a line by itself.
            across: judges it beside the lines before.
            placer: makes findings of faults.
            progress: advanced with each line that is judged; others may advance it in between.
            is_start: whether it starts with the first line of the file.
        """
        self._progress = progress
        self._is_start = is_start
        self._judge = judge
        self._across = across
        self._placer = placer
        self._open: OpenValue | None = None
        self._strides = Strides()
        self._lines_ahead = 0
        self._skipping_rest = False
        self._is_wide = False
        self._unended: Line | None = None

    @property
    def is_broken_off(self) -> bool:
        """Whether the last lines were the rest of a broken value, which may go on."""
        return self._skipping_rest

    @property
    def unsettled_since(self) -> Line | None:
        """The first line that further lines may change the judgement on, or None."""
        if self._is_wide:
            return Line.of(1, 0, 0, b"")
        return None if self._open is None else self._open.first

    def take(self, unpassed: Unpassed) -> list[Draft]:
        """The findings that the next line brings to an end, in the order of their places."""
        progress = self._progress
        raw, screened, batch, place = unpassed
        data = b"" if isinstance(raw, LongLine) else raw
        if self._lines_ahead:
            # It was taken with a line before.
            self._lines_ahead -= 1
            progress.advance(1, len(data), not data.isspace(), 0)
            return []
        line = Line.of(progress.lines + 1, progress.bytes, progress.requests, data, screened)
        progress.lines += 1
        progress.bytes += raw.length if isinstance(raw, LongLine) else len(raw)
        progress.requests += isinstance(raw, LongLine) or not line.is_blank
        if self._open is not None and self._open.is_plain and self._take_stride(self._open, line, batch, place):
            return []
        drafts = self._take_long(line, raw) if isinstance(raw, LongLine) else self._take(line)
        progress.at_rest = self._open is None and not self._skipping_rest and not self._is_wide
        return drafts

    def _take(self, line: Line) -> list[Draft]:
        if not line.data.endswith(b"\n"):
            self._unended = line
        if self._is_start and line.number == 1 and is_wide(line.data):
            self._is_wide = True
            return self._wide(line)
        if self._is_wide:
            return []
        if self._open is not None:
            return self._follow(self._open, line)
        if self._skipping_rest:
            return self._skip_rest(line)
        return self._fresh(line)

    def finish(self, damage: str | None) -> Iterator[Draft]:
        """The findings of the end of the file.

        Args:
            damage: why it could not be read to its end, or None.
        """
        if self._open is not None:
            yield from self._break(self._open)
        if damage is None:
            yield from self.finish_last_line()
        yield from self._of_size()
        if damage is None and self._progress.requests == 0:
            yield from self._placer.of_file("empty-file", "the file holds no request", "write one request on each line")
        if damage is not None:
            yield from self.damaged(damage)

    def damaged(self, damage: str) -> Iterator[Draft]:
        """The finding that the file could not be read to its end."""
        hint = "the findings above are about the part that was read"
        yield from self._placer.of_file("damaged-input", damage, hint)

    def finish_last_line(self) -> Iterator[Draft]:
        """The finding that the last line has no newline, at the end of the file."""
        last = self._unended
        if last is not None and not self._is_wide:
            end = len(last.text())
            message = "the last line does not end with a newline"
            fault = Fault("missing-final-newline", message, "end it with LF", span=(end, end), repair=_LINE)
            yield from self._placer.place(last, last.text(), [fault], None)

    def skip_rest(self) -> None:
        """Takes the next lines for the rest of a broken value, which other lines began."""
        self._skipping_rest = True
        self._progress.at_rest = False

    def _of_size(self) -> Iterator[Draft]:
        profile = self._placer.rulebook.profile
        for rule, unit, count, bounds in (
            ("file-too-large", "bytes", self._progress.bytes, profile.byte_bounds),
            ("too-many-inputs", f"inputs for {profile.counted_endpoint}", self._progress.inputs, profile.input_bounds),
        ):
            exceeded = [bound for bound in bounds if count > bound.above]
            if exceeded:
                bound = exceeded[-1]
                text = f"the file has {count:,} {unit}; expected at most {bound.above:,}"
                yield from self._placer.of_file(rule, text, SPLIT_HINT, bound.severity)

    def _take_long(self, line: Line, raw: LongLine) -> list[Draft]:
        before = [] if self._open is None else self._break(self._open)
        self._skipping_rest = False
        longest = self._judge.limits.line_bytes
        text = f"the line has {raw.length - raw.ended:,} bytes; expected at most {longest:,}; it is not judged"
        faults = [Fault("line-too-long", text, None, span=(0, 0))]
        faults += self._across.faults(line, _NO_OBJECT, 0)
        return before + self._placer.place(line, "", faults, None)

    def _wide(self, line: Line) -> list[Draft]:
        """UTF-16 and UTF-32 have no lines that could be judged; one finding stands for the file."""
        text = "the file is UTF-16 or UTF-32; expected UTF-8; nothing in it is judged"
        faults = [Fault("invalid-utf8", text, "save it as UTF-8 without a byte order mark", span=(0, 2))]
        return self._placer.place(line, line.text(), faults, None)

    def _fresh(self, line: Line, *, parts: bool = False) -> list[Draft]:
        """Judges a line that begins a value of its own.

        Args:
            line: the line.
            parts: whether it is all that keeps the line before from going on in the line after.
        """
        self._skipping_rest = False
        text = line.text()
        beside = self._line_end(line, text)
        if line.marks:
            hint = "save the file as UTF-8 without a byte order mark"
            # The mark itself stands before the text that is judged.
            message = "a byte order mark stands at the start"
            beside.append(Fault("byte-order-mark", message, hint, span=AT_MARK, repair=_LINE))
        if line.is_blank:
            hint = "remove it; some providers refuse it"
            repair = None if parts else _LINE
            fault = Fault("blank-line", "the line is blank", hint, span=(0, len(text)), repair=repair)
            return self._placer.place(line, text, [*beside, fault], None)
        judgement = self._judge.judge(line.body, text, line.screened)
        self._count_inputs(judgement)
        beside += self._across.faults(line, judgement, len(text))
        if judgement.open_value is not None:
            self._open = self._opened(line, text, beside, judgement, judgement.open_value)
            return []
        custom_id = judgement.request.custom_id if judgement.request else None
        return self._placer.place(line, text, beside + judgement.faults, custom_id)

    def _count_inputs(self, judgement: Judgement) -> None:
        request = judgement.request
        if request is not None and request.url == self._placer.rulebook.profile.counted_endpoint:
            self._progress.inputs += request.inputs

    def _line_end(self, line: Line, text: str) -> list[Fault]:
        if not line.ends_with_return or self._progress.saw_return:
            return []
        self._progress.saw_return = True
        text_end = len(text)
        message = "the line ends with a carriage return; this is told once for the file"
        hint = "end lines with LF only; it is harmless where the reader takes CR as a blank"
        tag = Tag(TagKind.ONCE, "carriage-return")
        return [Fault("carriage-return", message, hint, span=(text_end - 1, text_end), tag=tag, repair=_LINE)]

    def _opened(self, line: Line, text: str, beside: list[Fault], judgement: Judgement, state: ScanState) -> OpenValue:
        start = len(text) - len(text.lstrip(" \t\r"))
        wraps = text[start] == "["
        what = "an array wraps the requests" if wraps else "a JSON value is spread over several lines"
        hint = (
            "write each element on a line of its own, without brackets and commas"
            if wraps
            else "write each request on one line, for example with json.dumps without indent"
        )
        message, span = f"{what}; expected one request on each line", (start, len(text))
        fault = Fault("multiline-json", message, hint, span=span, repair=Repair(Action.JOIN))
        place = self._placer.place
        slip = judgement.slip
        return OpenValue(
            first=line,
            spread=place(line, text, [fault], None),
            alone=place(line, text, judgement.faults, None),
            beside=place(line, text, beside, None),
            state=state,
            slip=slip,
            slip_drafts=self._slip(line, text, slip) if slip is not None else [],
        )

    def _slip(self, line: Line, text: str, slip: Slip) -> list[Draft]:
        fault = describe(text, slip.fault, self._judge.limits.depth)
        return self._placer.place(line, text, [fault._replace(repair=Repair(Action.JOIN))], None)

    def _follow(self, value: OpenValue, line: Line) -> list[Draft]:
        text = line.text()
        step = value.follow(line, text, self._judge.limits.depth)
        if value.slip is not None and not value.slip_drafts:
            value.slip_drafts = self._slip(line, text, value.slip)
        if step is Step.CLOSES:
            self._open = None
            return value.drafts(self._judge.limits.line_bytes)
        if step is Step.GOES_ON:
            return []
        before = self._break(value)
        if value.lines > 1 and value.fault is not None and text[:1] not in ("{", "["):
            self._skipping_rest = text[:1] not in ("}", "]")
            fault = describe(text, value.fault, self._judge.limits.depth)
            return before + self._placer.place(line, text, [fault], None)
        return before + self._fresh(line, parts=line.is_blank)

    def _take_stride(self, value: OpenValue, line: Line, batch: Sequence[bytes], place: int) -> bool:
        """Takes `line` and lines behind it for more of an open value, if all of them are that at a glance."""
        lines = self._strides.next(batch, place)
        if len(lines) < 2:
            return False
        went_on = value.follow_all(line, lines, self._judge.limits.depth)
        self._strides.tried(went_on=went_on)
        if went_on:
            self._lines_ahead = len(lines) - 1
        return went_on

    def _break(self, value: OpenValue) -> list[Draft]:
        """Gives up an open value; a held request turns out to be one of its own."""
        self._open = None
        return value.drafts() + ([] if value.held is None else self._fresh(value.held))

    def _skip_rest(self, line: Line) -> list[Draft]:
        """Passes over the rest of a broken value: indented lines, and the bracket that closes it."""
        if line.body[:1] in (b"}", b"]"):
            self._skipping_rest = False
        elif not line.is_blank and (
            line.body[:1] not in (b" ", b"\t") or is_request(line.text(), self._judge.limits.depth)
        ):
            return self._fresh(line)
        return []


def is_wide(start: bytes) -> bool:
    """Whether a file that begins with `start` is UTF-16 or UTF-32: by its mark or by its NUL bytes."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or start[:4] == b"\x00\x00\xfe\xff":
        return True
    zeros = tuple(byte == 0 for byte in start[:4])
    return zeros in (
        (True, False, True, False),
        (False, True, False, True),
        (True, True, True, False),
        (False, True, True, True),
    )
