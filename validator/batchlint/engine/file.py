"""Judging one file line after line."""

from __future__ import annotations

from collections.abc import Iterator

from batchlint.engine.across import AcrossLines
from batchlint.engine.judge import Judge, Judgement
from batchlint.engine.line import Line
from batchlint.engine.multiline import OpenValue, Step
from batchlint.engine.placing import AT_MARK, Placer
from batchlint.faults import Fault
from batchlint.findings import Finding
from batchlint.parsing.diagnosis import describe
from batchlint.parsing.scanner import ScanState
from batchlint.reading.lines import LongLine

_NO_OBJECT = Judgement([], None, False)


class FileJudge:
    """The memory of one file while its lines pass: where it stands and what is still open."""

    def __init__(self, judge: Judge, across: AcrossLines, placer: Placer) -> None:
        self.lines = 0
        self.bytes = 0
        self.requests = 0
        self._judge = judge
        self._across = across
        self._placer = placer
        self._open: OpenValue | None = None
        self._skipping_rest = False
        self._returns_told = False
        self._is_wide = False
        self._last: Line | None = None

    def take(self, raw: bytes | LongLine) -> Iterator[Finding]:
        """The findings that the next line brings to an end, in the order of their places."""
        self.lines += 1
        if isinstance(raw, LongLine):
            line = Line(self.lines, self.bytes, self.requests, b"")
            self.bytes += raw.length
            self.requests += 1
            self._last = None
            yield from self._take_long(line, raw)
            return
        line = Line(self.lines, self.bytes, self.requests, raw)
        self.bytes += len(raw)
        self.requests += not line.is_blank
        self._last = line
        if self.lines == 1 and is_wide(raw):
            self._is_wide = True
            yield from self._wide(line)
        elif self._is_wide:
            return
        elif self._open is not None:
            yield from self._follow(self._open, line)
        elif self._skipping_rest:
            yield from self._skip_rest(line)
        else:
            yield from self._fresh(line)

    def finish(self, damage: str | None) -> Iterator[Finding]:
        """The findings of the end of the file.

        Args:
            damage: why it could not be read to its end, or None.
        """
        if self._open is not None:
            yield from self._break(self._open)
        last = self._last
        if damage is None and last is not None and not last.data.endswith(b"\n") and not self._is_wide:
            end = len(last.text())
            fault = Fault("missing-final-newline", "the last line does not end with a newline", span=(end, end))
            yield from self._placer.place(last, last.text(), [fault], None)
        yield from self._of_size()
        if damage is None and self.requests == 0:
            yield from self._placer.of_file("empty-file", "the file holds no request", "write one request on each line")
        if damage is not None:
            hint = "the findings above are about the part that was read"
            yield from self._placer.of_file("damaged-input", damage, hint)

    def _of_size(self) -> Iterator[Finding]:
        exceeded = [bound for bound in self._placer.rulebook.profile.byte_bounds if self.bytes > bound.above]
        if exceeded:
            bound = exceeded[-1]
            text = f"the file has {self.bytes:,} bytes; expected at most {bound.above:,}"
            yield from self._placer.of_file("file-too-large", text, "split the file", bound.severity)

    def _take_long(self, line: Line, raw: LongLine) -> Iterator[Finding]:
        if self._open is not None:
            yield from self._break(self._open)
        self._skipping_rest = False
        longest = self._judge.limits.line_bytes
        text = f"the line has {raw.length - raw.ended:,} bytes; expected at most {longest:,}; it is not judged"
        faults = [Fault("line-too-long", text, None, span=(0, 0))]
        faults += self._across.faults(line, _NO_OBJECT, 0)
        yield from self._placer.place(line, "", faults, None)

    def _wide(self, line: Line) -> Iterator[Finding]:
        """UTF-16 and UTF-32 have no lines that could be judged; one finding stands for the file."""
        text = "the file is UTF-16 or UTF-32; expected UTF-8; nothing in it is judged"
        faults = [Fault("invalid-utf8", text, "save it as UTF-8 without a byte order mark", span=(0, 2))]
        yield from self._placer.place(line, line.text(), faults, None)

    def _fresh(self, line: Line) -> Iterator[Finding]:
        """Judges a line that begins a value of its own."""
        self._skipping_rest = False
        text = line.text()
        beside = self._line_end(line, text)
        if line.has_mark:
            hint = "save the file as UTF-8 without a byte order mark"
            # The mark itself stands before the text that is judged.
            beside.append(Fault("byte-order-mark", "a byte order mark stands at the start", hint, span=AT_MARK))
        if line.is_blank:
            fault = Fault("blank-line", "the line is blank", "remove it; some providers refuse it", span=(0, len(text)))
            yield from self._placer.place(line, text, [*beside, fault], None)
            return
        judgement = self._judgement(line, text)
        faults = judgement.faults + self._across.faults(line, judgement, len(text))
        if judgement.open_value is not None and len(faults) == 1:
            self._open = self._opened(line, text, beside, faults, judgement.open_value)
        elif faults or beside:
            custom_id = judgement.request.custom_id if judgement.request else None
            yield from self._placer.place(line, text, beside + faults, custom_id)

    def _line_end(self, line: Line, text: str) -> list[Fault]:
        if not line.ends_with_return or self._returns_told:
            return []
        self._returns_told = True
        text_end = len(text)
        message = "the line ends with a carriage return; this is told once for the file"
        hint = "end lines with LF only; it is harmless where the reader takes CR as a blank"
        return [Fault("carriage-return", message, hint, span=(text_end - 1, text_end))]

    def _judgement(self, line: Line, text: str) -> Judgement:
        if text.isascii():
            return self._judge.judge(line.body, text)
        try:
            line.body.decode("utf-8")
        except UnicodeDecodeError as error:
            start = len(line.body[: error.start].decode("utf-8"))
            message = f"the byte 0x{line.body[error.start]:02X} is not UTF-8; the line is not judged further"
            hint = _encoding_hint(line.body)
            fault = Fault("invalid-utf8", message, hint, span=(start, start + error.end - error.start))
            return Judgement([fault], None, False)
        return self._judge.judge(line.body, text)

    def _opened(self, line: Line, text: str, beside: list[Fault], faults: list[Fault], state: ScanState) -> OpenValue:
        start = len(text) - len(text.lstrip(" \t\r"))
        wraps = text[start] == "["
        what = "an array wraps the requests" if wraps else "a JSON value is spread over several lines"
        hint = (
            "write each element on a line of its own, without brackets and commas"
            if wraps
            else "write each request on one line, for example with json.dumps without indent"
        )
        fault = Fault("multiline-json", f"{what}; expected one request on each line", hint, span=(start, len(text)))
        place = self._placer.place
        return OpenValue(
            spread=place(line, text, [fault], None),
            alone=place(line, text, faults, None),
            beside=place(line, text, beside, None),
            state=state,
        )

    def _follow(self, value: OpenValue, line: Line) -> Iterator[Finding]:
        text = line.text()
        step = value.follow(line, text, self._judge.limits.depth)
        if step is Step.CLOSES:
            self._open = None
            yield from value.findings()
        elif step is Step.BREAKS:
            yield from self._break(value)
            if value.lines > 1 and value.fault is not None and text[:1] not in ("{", "["):
                self._skipping_rest = text[:1] not in ("}", "]")
                fault = describe(text, value.fault, self._judge.limits.depth)
                yield from self._placer.place(line, text, [fault], None)
            else:
                yield from self._fresh(line)

    def _break(self, value: OpenValue) -> Iterator[Finding]:
        """Gives up an open value; a held request turns out to be one of its own."""
        self._open = None
        yield from value.findings()
        if value.held is not None:
            yield from self._fresh(value.held)

    def _skip_rest(self, line: Line) -> Iterator[Finding]:
        """Passes over the rest of a broken value: indented lines, and the bracket that closes it."""
        if line.body[:1] in (b"}", b"]"):
            self._skipping_rest = False
        elif not line.is_blank and line.body[:1] not in (b" ", b"\t"):
            yield from self._fresh(line)


def is_wide(start: bytes) -> bool:
    """Whether a file that begins with `start` is UTF-16 or UTF-32: by its mark or by its NUL bytes."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    zeros = tuple(byte == 0 for byte in start[:4])
    return zeros in (
        (True, False, True, False),
        (False, True, False, True),
        (True, True, True, False),
        (False, True, True, True),
    )


def _encoding_hint(body: bytes) -> str:
    if body.count(0) > len(body) // 4:
        return "the line looks like UTF-16; save the file as UTF-8"
    if body[:2] == b"\x1f\x8b" or body[:4] == b"\x28\xb5\x2f\xfd":
        return "this looks like compressed data; name the file .gz or .zst, or decompress it"
    return "save the file as UTF-8; it may be Latin-1 or Windows-1252"
