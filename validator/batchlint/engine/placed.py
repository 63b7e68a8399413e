"""Findings of repeated ids, which are known only when the rest of the file has been judged."""

from __future__ import annotations

from collections.abc import Iterable

from batchlint.engine.across import repeated_id
from batchlint.engine.line import Line
from batchlint.engine.options import EngineOptions
from batchlint.engine.repeats import repeats_of
from batchlint.engine.road import Road
from batchlint.engine.run import damage_of
from batchlint.engine.scope import Draft, LineStart, repeated_message
from batchlint.engine.setup import engine_for
from batchlint.faults import Fault
from batchlint.reading.lines import LongLine, read_line
from batchlint.reading.origins import Origin, SeekableLines
from batchlint.reading.version import Version


def place_again(
    road: Road, name: str, file: SeekableLines, start: LineStart, faults: Iterable[Fault], longest: int
) -> list[Draft]:
    """Drafts for faults of a line that has been judged before, but for what stands before it.

    Args:
        road: judges the line once more.
        name: the name of the file.
        file: its bytes.
        start: where the line begins.
        faults: what is wrong with it beside other lines.
        longest: bytes of the longest line that is judged.

    Raises:
        OSError: it cannot be read.
    """
    file.seek(start.offset)
    raw = read_line(file, longest)
    line = Line.of(start.line, start.offset, 0, b"" if isinstance(raw, LongLine) else raw)
    text = line.text()
    judgement = road.judge.judge(line.body, text)
    custom_id = judgement.request.custom_id if judgement.request else None
    # Its other faults have been told; they stand by, since they may know of secrets that none may show.
    wanted = {fault.rule for fault in faults}
    drafts = road.placer(name).place(line, text, [*faults, *judgement.faults], custom_id)
    return [draft for draft in drafts if draft.finding.rule in wanted]


def place_repeats(options: EngineOptions, origin: Origin, version: Version, repeats: bytes) -> list[Draft] | str:
    """The drafts of repeated ids, settled, or why the file cannot be read.

    Args:
        options: how the file is judged.
        origin: the file.
        version: what it has to be.
        repeats: records as `repeats_among` gives them.
    """
    road = engine_for(options).road
    longest = options.limits.line_bytes
    drafts: list[Draft] = []
    try:
        with origin.open(version) as file:
            for start, first in repeats_of(repeats):
                for draft in place_again(road, origin.name, file, start, [repeated_id("")], longest):
                    finding = draft.finding._replace(message=repeated_message(first))
                    drafts.append(Draft(finding, None))
    except OSError as error:
        return damage_of(error)
    return drafts
