"""Lines of a stream, however many bytes each read brings."""

from __future__ import annotations

import io
import random

import pytest

from batchlint.reading.lines import BATCH, LongLine, read_batches


class Dribble(io.RawIOBase):
    """A raw stream whose reads bring as many bytes as chance has it."""

    def __init__(self, content: bytes, rng: random.Random, most: int) -> None:
        super().__init__()
        self._rest = memoryview(content)
        self._rng = rng
        self._most = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(len(buffer), len(self._rest), self._rng.randint(1, self._most))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def expected(content: bytes, longest: int, size: int | None) -> list[bytes | LongLine]:
    lines: list[bytes | LongLine] = []
    start = 0
    for line in io.BytesIO(content):
        if size is None or start < size:
            is_long = len(line.rstrip(b"\n")) > longest
            lines.append(LongLine(len(line), line.endswith(b"\n")) if is_long else line)
        start += len(line)
    return lines


def flat(batches: list[list[bytes] | LongLine]) -> list[bytes | LongLine]:
    return [line for batch in batches for line in ([batch] if isinstance(batch, LongLine) else batch)]


@pytest.mark.parametrize("seed", range(30))
def test_batches_hold_the_lines_of_the_stream(seed: int) -> None:
    rng = random.Random(seed)
    parts = (b"\n", b"a", b"\r", b"bc" * 20, b"\x0b\x0c\x85", b"d" * rng.choice((70, 3000, BATCH)), b"\n" * 3)
    content = b"".join(rng.choices(parts, k=rng.randrange(40)))
    for longest in (1, 40, 70, BATCH - 1, BATCH, 10 * BATCH):
        for size in (None, 0, 1, len(content) // 2, len(content), rng.randrange(len(content) + 2)):
            most, buffer = rng.choice(((1, 1), (7, 16), (5000, 8192))) if len(content) < 500 else (10**5, 8192)
            raw = io.BufferedReader(Dribble(content, rng, most), buffer)
            batches = list(read_batches(raw, longest, size))
            assert flat(batches) == expected(content, longest, size)
            # Who asks about all lines of a batch together relies on this.
            assert all(len(batch) == 1 or batch[-1].endswith(b"\n") for batch in batches if isinstance(batch, list))
            assert all(batch for batch in batches)


def test_lines_that_are_there_are_not_held_back() -> None:
    class Stuck(io.RawIOBase):
        """Brings two lines and the beginning of a third one, and then nothing that would end it."""

        def __init__(self) -> None:
            super().__init__()
            self._pieces = [b"a\nb\nc"]

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            piece = self._pieces.pop()
            buffer[: len(piece)] = piece
            return len(piece)

    batches = read_batches(io.BufferedReader(Stuck()), BATCH)
    assert next(batches) == [b"a\n", b"b\n"]
