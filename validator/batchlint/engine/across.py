"""What holds across the lines of a file: ids unique, one endpoint, one model, not too many requests."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from batchlint.documents.profile import Bound
from batchlint.engine.scope import LineStart, Scope
from batchlint.faults import Fault, Tag, TagKind
from batchlint.repairs import Action, Repair

SPLIT_HINT = "split the file, for example with batchlint split"
"""The hint of whatever is too much for one file."""

if TYPE_CHECKING:
    from batchlint.engine.judge import Judgement, Request
    from batchlint.engine.line import Line

_SEPARATELY = "put the requests for each {} into a file of their own"


class AcrossLines:
    """Compares each request with those before it in its scope."""

    def __init__(self, scope: Scope, endpoints: Collection[str], bounds: tuple[Bound, ...], *, is_whole: bool) -> None:
        """Starts a scope.

        Args:
            scope: where ids, endpoints and models are noted.
            endpoints: the endpoints that the profile knows.
            bounds: limits of the number of requests in a file, ascending.
            is_whole: whether the scope is a whole file; in a part of one only repeated ids are faults, since
                what endpoints, models and requests came before is not known.
        """
        self._scope = scope
        self._endpoints = endpoints
        self._bounds = list(bounds) if is_whole else []
        self._is_whole = is_whole
        self._add_id = scope.ids.add

    def next_bound(self) -> int | None:
        """The number of requests at which the next one is over a limit, if any limit is left."""
        return self._bounds[0].above if self._bounds else None

    def bounds_crossed(self, requests: int) -> list[Bound]:
        """The limits that a file of `requests` requests exceeds, each told once."""
        crossed = [bound for bound in self._bounds if requests > bound.above]
        self._bounds = self._bounds[len(crossed) :]
        return crossed

    def faults(self, line: Line, judgement: Judgement, length: int) -> Iterator[Fault]:
        """Notes a line that is not blank; yields what is wrong with it beside the lines before.

        Args:
            line: the line.
            judgement: what it is by itself.
            length: its length in code points.
        """
        for bound in self.bounds_crossed(line.requests_before + 1) if self._bounds else ():
            yield too_many(bound, judgement, length)
        request = judgement.request
        if request is None:
            return
        if request.identity is not None and self._add_id(request.identity, line.number, line.offset) != line.number:
            yield repeated_id(request.identity)
        yield from self._further_names(line, request)
        if request.digest is not None:
            first = self._scope.bodies.setdefault(request.digest, line.number)
            if first != line.number:
                text = f'"body" is the same as in line {first:,}'
                hint = "remove one of them, unless both answers are wanted"
                yield Fault("identical-request", text, hint, ("body",))

    def _further_names(self, line: Line, request: Request) -> Iterator[Fault]:
        scope = self._scope
        start = LineStart(line.number, line.offset)
        url = request.url
        if url is not None and url in self._endpoints and url not in scope.endpoints:
            if self._is_whole and scope.endpoints:
                yield further_endpoint(url, scope.endpoints)
            scope.endpoints[url] = start
        if request.model and request.model not in scope.models:
            if self._is_whole and scope.models:
                yield further_model(scope.models)
            scope.models[request.model] = start


def repeated_id(identity: str) -> Fault:
    """The fault of a line whose id an earlier one has; its message is settled against the whole file."""
    hint = "ids have to be unique in the file; results are matched by them"
    tag = Tag(TagKind.REPEATED_ID, identity)
    return Fault("duplicate-custom-id", "", hint, ("custom_id",), tag=tag, repair=Repair(Action.NEW_ID))


def further_endpoint(url: str, endpoints: dict[str, LineStart]) -> Fault:
    """The fault of the first request for an endpoint that is not the first of the file."""
    first, start = next(iter(endpoints.items()))
    if start.line:
        text = f'"url" is "{url}", but "{first}" in line {start.line:,}; expected one endpoint in a file'
    else:
        text = f'"url" is "{url}"; expected "{first}", the endpoint of the job'
    return Fault("mixed-endpoints", text, _SEPARATELY.format("endpoint"), ("url",))


def further_model(models: dict[str, LineStart]) -> Fault:
    """The fault of the first request for a model that is not the first of the file."""
    line = next(iter(models.values())).line
    text = f'"model" is another one than in line {line:,}; expected one model in a file'
    return Fault("mixed-models", text, _SEPARATELY.format("model"), ("body", "model"))


def too_many(bound: Bound, judgement: Judgement, length: int) -> Fault:
    """The fault of the first request over a limit."""
    return Fault(
        "too-many-requests",
        f"the file has more than {bound.above:,} requests",
        SPLIT_HINT,
        () if judgement.is_json else None,
        span=(0, length),
        severity=bound.severity,
    )
