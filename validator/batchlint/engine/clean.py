"""The fast road: lines that are clean by themselves and go with those before pass without being judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from batchlint.engine.inputs import inputs_of
from batchlint.engine.scope import LineStart, Scope
from batchlint.parsing.values import JsonValue
from batchlint.reading.lines import LongLine

if TYPE_CHECKING:
    from batchlint.documents.profile import Profile
    from batchlint.validating.screen import Screen, Screened


@dataclass(slots=True)
class Progress:
    """How far a file, or a part of one, has been judged.

    Attributes:
        lines, bytes, requests: what has passed.
        inputs: how many inputs the bodies for the profile's counted endpoint had.
        at_rest: whether the next line begins a value of its own.
        saw_return: whether a line that ends with CR LF has been told.
    """

    lines: int = 0
    bytes: int = 0
    requests: int = 0
    inputs: int = 0
    at_rest: bool = True
    saw_return: bool = False

    def advance(self, lines: int, size: int, requests: int, inputs: int) -> None:
        """Goes on behind lines that were judged elsewhere; `size` is theirs in bytes."""
        self.lines += lines
        self.bytes += size
        self.requests += requests
        self.inputs += inputs


class Unpassed(NamedTuple):
    """A line that has to be judged.

    Attributes:
        raw: its bytes, or what is left of a line that is too long.
        screened: what the screen knows of it.
        batch, place: the lines that came with it, and its place among them, where a value may go on through them.
    """

    raw: bytes | LongLine
    screened: Screened = None
    batch: Sequence[bytes] = ()
    place: int = 0


class CleanLines:
    """Lets clean lines pass."""

    def __init__(
        self,
        screen: Screen | None,
        scope: Scope,
        progress: Progress,
        profile: Profile,
        next_bound: Callable[[], int | None] | None,
        *,
        has_endpoint: bool,
    ) -> None:
        """Prepares for one file or part.

        Args:
            screen: finds out whether a line is clean by itself; None lets nothing pass.
            scope: where ids, endpoints and models are noted.
            progress: advanced with each line that passes.
            profile: whose endpoints are known, one of which may be counted.
            next_bound: for a whole file, the number of requests at which the next is to be judged, if any;
                None for a part of a file, in which a further endpoint or model is no fault yet.
            has_endpoint: whether the endpoint of the job is known beforehand.
        """
        self._has_endpoint = has_endpoint
        self._screen = screen
        self._scope = scope
        self._progress = progress
        self._endpoints = profile.endpoints
        self._counted = profile.counted_endpoint
        self._next_bound = next_bound
        self._expects_clean = True

    def others(self, batches: Iterable[list[bytes] | LongLine]) -> Iterator[Unpassed]:
        """The lines of `batches` that do not pass, each to be judged before the next is asked for.

        Args:
            batches: lines, from where the progress stands.
        """
        for batch in batches:
            if isinstance(batch, LongLine):
                yield Unpassed(batch)
            elif self._screen is None or not self._progress.at_rest or batch[-1][-1] != 0x0A:
                for place, raw in enumerate(batch):
                    yield Unpassed(raw, None, batch, place)
            else:
                screened = self._screen.screened(batch, expects_clean=self._expects_clean)
                # One bug of a program makes all its lines bad, and then to ask of several at once is in vain.
                self._expects_clean = dict in map(type, screened)
                yield from self._unpassed(batch, screened)

    def _unpassed(self, batch: list[bytes], screened: Sequence[Screened]) -> Iterator[Unpassed]:
        progress = self._progress
        add_id = self._scope.ids.add
        url: object = _UNSEEN
        model: object = _UNSEEN
        lines, size, requests = progress.lines, progress.bytes, progress.requests
        at_rest, returns, bound = progress.at_rest, progress.saw_return, self._bound()
        counted = self._counted
        first = lines
        for raw, request in zip(batch, screened, strict=True):
            if type(request) is dict and at_rest and requests != bound and (returns or raw[-2] != 0x0D):
                body = request.get("body")
                if request.get("url") == url and type(body) is dict and body.get("model") == model:
                    is_known = True
                else:
                    is_known = self._notes(request, LineStart(lines + 1, size))
                    if is_known:
                        url, model = _names(request)
                custom_id = request.get("custom_id")
                if is_known and type(custom_id) is str and add_id(custom_id, lines + 1, size) == lines + 1:
                    lines += 1
                    requests += 1
                    size += len(raw)
                    if counted is not None and url == counted:
                        progress.inputs += inputs_of(body)
                    continue
            progress.lines, progress.bytes, progress.requests = lines, size, requests
            yield Unpassed(raw, request, batch, progress.lines - first)
            lines, size, requests = progress.lines, progress.bytes, progress.requests
            at_rest, returns, bound = progress.at_rest, progress.saw_return, self._bound()
        progress.lines, progress.bytes, progress.requests = lines, size, requests

    def _bound(self) -> int | None:
        return None if self._next_bound is None else self._next_bound()

    def _notes(self, request: dict[str, JsonValue], start: LineStart) -> bool:
        """Notes the endpoint and the model, unless one of them is, or may be, a fault; says whether it did."""
        url, model = _names(request)
        endpoints, models = self._scope.endpoints, self._scope.models
        is_whole = self._next_bound is not None
        if isinstance(url, str):
            if url not in self._endpoints or (is_whole and endpoints and url not in endpoints):
                return False
        elif url is not None or self._has_endpoint:
            # What a request without a url is judged by depends on the endpoint of the job.
            return False
        if isinstance(model, str):
            if is_whole and models and model not in models:
                return False
            models.setdefault(model, start)
        if isinstance(url, str):
            endpoints.setdefault(url, start)
        return True


_UNSEEN = object()
"""Before the first line: no url and no model equals it."""


def _names(request: dict[str, JsonValue]) -> tuple[JsonValue, JsonValue]:
    body = request.get("body")
    return request.get("url"), body.get("model") if isinstance(body, dict) else None
