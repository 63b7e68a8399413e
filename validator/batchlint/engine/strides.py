"""How many lines of a value that is spread over several are looked at together."""

from __future__ import annotations

from collections.abc import Sequence

_FEWEST = 8


class Strides:
    """Ever more lines at once while they go on with the value; one by one for a while where they did not.

    A line by itself costs many times what it holds, and a value may have millions. What was looked at in vain stays
    in proportion to what was taken.
    """

    def __init__(self) -> None:
        """Starts with a few."""
        self._lines = _FEWEST
        self._singly = 0

    def next(self, batch: Sequence[bytes], place: int) -> Sequence[bytes]:
        """The lines of `batch` from `place` on to be tried at once; fewer than two if none are."""
        if self._singly:
            self._singly -= 1
            return ()
        return batch[place : place + self._lines]

    def tried(self, *, went_on: bool) -> None:
        """Notes whether the last ones went on with the value."""
        self._lines = 2 * self._lines if went_on else _FEWEST
        self._singly = 0 if went_on else _FEWEST
