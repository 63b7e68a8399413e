"""What holds across the lines of a file: ids unique, one endpoint, one model, not too many requests."""

from __future__ import annotations

from batchlint.documents.profile import Bound, Profile
from batchlint.engine.judge import Judgement, Request
from batchlint.engine.line import Line
from batchlint.faults import Fault


class AcrossLines:
    """The memory of one file; beside the ids it holds only the endpoints and models seen."""

    def __init__(self, profile: Profile, endpoint: str | None) -> None:
        """Starts a file.

        Args:
            profile: whose endpoints and limits hold.
            endpoint: the endpoint of the job, where it is known before the file is read.
        """
        self._profile = profile
        self._bounds = list(profile.request_bounds)
        self._lines_of_ids: dict[str, int] = {}
        self._endpoints: dict[str, int] = {} if endpoint is None else {endpoint: 0}
        self._models: dict[str, int] = {}

    def faults(self, line: Line, judgement: Judgement, length: int) -> list[Fault]:
        """Notes a line that is not blank; returns what is wrong with it beside the lines before.

        Args:
            line: the line.
            judgement: what it is by itself.
            length: its length in code points.
        """
        faults: list[Fault] = []
        while self._bounds and line.requests_before >= self._bounds[0].above:
            faults.append(_too_many(self._bounds.pop(0), judgement, length))
        if judgement.request is not None:
            faults += self._beside_others(line.number, judgement.request)
        return faults

    def _beside_others(self, number: int, request: Request) -> list[Fault]:
        faults: list[Fault] = []
        if request.identity is not None:
            first = self._lines_of_ids.setdefault(request.identity, number)
            if first != number:
                text = f'"custom_id" is the same as in line {first:,}'
                hint = "ids have to be unique in the file; results are matched by them"
                faults.append(Fault("duplicate-custom-id", text, hint, ("custom_id",)))
        if request.url is not None and request.url in self._profile.endpoints and request.url not in self._endpoints:
            if self._endpoints:
                faults.append(self._mixed_endpoints(request.url))
            self._endpoints[request.url] = number
        if request.model and request.model not in self._models:
            if self._models:
                first = next(iter(self._models.values()))
                text = f'"model" is another one than in line {first:,}; expected one model in a file'
                hint = "put the requests for each model into a file of their own"
                faults.append(Fault("mixed-models", text, hint, ("body", "model")))
            self._models[request.model] = number
        return faults

    def _mixed_endpoints(self, url: str) -> Fault:
        first, line = next(iter(self._endpoints.items()))
        place = f"in line {line:,}" if line else "as the endpoint asked for"
        text = f'"url" is "{url}", but "{first}" {place}; expected one endpoint in a file'
        return Fault("mixed-endpoints", text, "put the requests for each endpoint into a file of their own", ("url",))


def _too_many(bound: Bound, judgement: Judgement, length: int) -> Fault:
    return Fault(
        "too-many-requests",
        f"the file has more than {bound.above:,} requests",
        "split the file",
        () if judgement.is_json else None,
        span=(0, length),
        severity=bound.severity,
    )
