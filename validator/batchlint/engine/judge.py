"""Judging one line by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from batchlint.checks.registry import Checks
from batchlint.engine.bounded import bounded, first_of, is_incomplete
from batchlint.engine.digest import digest_of
from batchlint.engine.endpoints import by_fitting_endpoint
from batchlint.engine.inputs import inputs_of
from batchlint.engine.nulls import edits_allowed
from batchlint.faults import Anchor, Fault
from batchlint.limits import Limits
from batchlint.parsing.diagnosis import diagnose
from batchlint.parsing.grammar import ScanState
from batchlint.parsing.lexical import lexical_faults
from batchlint.parsing.line import RefusedError, parse_line
from batchlint.parsing.locate import locate
from batchlint.parsing.mending import Slip
from batchlint.parsing.values import JsonObject, JsonValue, type_name
from batchlint.parsing.yajl import Parse
from batchlint.repairs import Action, Repair, TextEdit
from batchlint.validating.faults import faults_of
from batchlint.validating.finder import MOST_VALUES
from batchlint.validating.screen import Doubtful, Screened
from batchlint.validating.violation import FindViolations, Violation


class Request(NamedTuple):
    """What the rules across lines ask of a request; None where the member is absent or no string.

    Attributes:
        custom_id: the id as it can be shown.
        identity: the id as it is compared: lone surrogates are kept apart.
        url, model: the members of these names, the latter in the body.
        inputs: how many inputs the body holds.
        digest: stands for the body, where identical bodies are looked for.
    """

    custom_id: str | None = None
    identity: str | None = None
    url: str | None = None
    model: str | None = None
    inputs: int = 0
    digest: bytes | None = None


class Judgement(NamedTuple):
    """What a line is by itself.

    Attributes:
        faults: what is wrong with it, in no order.
        request: what other lines are compared with; None where the line holds no object.
        is_json: whether pointers into it mean something.
        open_value: where its value stands open, if the line only ends too early.
        slip: the first fault of a line that is no JSON, if it has an obvious repair.
    """

    faults: list[Fault]
    request: Request | None
    is_json: bool
    open_value: ScanState | None = None
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges lines by one document.

    Attributes:
        find: the violations of a request.
        parse: the parser.
        limits: the limits of the run.
        endpoint: the endpoint that a request without a `url` is meant for, or None.
        checks: what is looked for beside the schema.
        endpoints: those that the body may fit instead; none where that is not looked for.
        has_digests: whether bodies are digested.
    """

    find: FindViolations
    parse: Parse
    limits: Limits
    endpoint: str | None
    checks: Checks
    endpoints: tuple[str, ...]
    has_digests: bool

    def judge(self, body: bytes, text: str, screened: Screened = None) -> Judgement:
        """The judgement on a line that is not blank.

        Args:
            body: the line without byte order mark and newline.
            text: the same, decoded; bytes that are no UTF-8 as lone surrogates.
            screened: what the screen knows of the line.
        """
        if screened is not None:
            return self._judge_screened(screened, text)
        if not text.isascii():
            try:
                body.decode("utf-8")
            except UnicodeDecodeError as error:
                return Judgement([_not_utf8(body, error)], None, False)
        try:
            parsed = parse_line(body, text, self.limits.depth, self.parse)
        except RefusedError:
            fault, open_value, slip, edits = diagnose(text, self.limits.depth)
            return Judgement([self._with_mending(fault, text, edits)], None, False, open_value, slip)
        faults = first_of(lexical_faults(text, self.limits.depth)) if parsed.suspicious else []
        value = parsed.value
        if not isinstance(value, dict):
            return Judgement(bounded([_not_an_object(value), *faults], len(text)), None, True)
        return self._judge_request(value, text, faults, is_rewritten=parsed.rewritten)

    def _judge_screened(self, screened: JsonObject | Doubtful, text: str) -> Judgement:
        """The judgement on a line whose value is known."""
        # What the screen decoded has no number beyond bounds; each value takes two characters at least.
        is_plain = len(text) < 2 * MOST_VALUES
        if isinstance(screened, Doubtful):
            return self._judge_request(screened.request, text, [], is_plain=is_plain)
        if self.endpoint is not None and "url" not in screened:
            # The screen knows nothing of the endpoint of the job.
            return self._judge_request(screened, text, [], is_plain=is_plain)
        return Judgement([], _request(screened, text, has_digest=self.has_digests), True)

    def _judge_request(
        self, value: JsonObject, text: str, faults: list[Fault], *, is_rewritten: bool = False, is_plain: bool = False
    ) -> Judgement:
        """The judgement on a request.

        Args:
            value: the request.
            text: the line.
            faults: what is wrong with the line beside its value.
            is_rewritten: whether the value is not exactly what the line holds.
            is_plain: whether its form is known, see `form_of`.
        """
        of_schema = faults_of(self._violations(value, is_plain=is_plain))
        if of_schema and not is_incomplete(of_schema):
            of_schema = by_fitting_endpoint(value, of_schema, self.endpoint, self.endpoints, self.find)
        faults += of_schema
        # What the documents refuse goes before what it does beside others, except that it is secret; what they only
        # warn of may do more harm there.
        told = {fault.path for fault in of_schema if fault.anchor is Anchor.VALUE and fault.severity in (None, "error")}
        faults += (fault for fault in self.checks.faults(value, text) if fault.secrets or fault.path not in told)
        request = _request(value, text, has_digest=self.has_digests, is_rewritten=is_rewritten)
        return Judgement(bounded(faults, len(text)), request, True)

    def _with_mending(self, fault: Fault, text: str, edits: tuple[TextEdit, ...]) -> Fault:
        """`fault` with the edits that make the line JSON, where they begin with the fault itself."""
        if not edits or fault.span is None or edits[0].start > fault.span[0]:
            return fault
        kept = edits_allowed(text, edits, self._violations_of)
        return fault._replace(repair=Repair(Action.EDIT, edits=kept)) if kept[:1] == (edits[0],) else fault

    def _violations_of(self, text: str) -> list[Violation] | None:
        """The violations of a text that holds an object; None for any other."""
        try:
            value = parse_line(text.encode(), text, self.limits.depth, self.parse).value
        except RefusedError:
            return None
        return list(self._violations(value)) if isinstance(value, dict) else None

    def _violations(self, request: JsonObject, *, is_plain: bool = False) -> Iterable[Violation]:
        if self.endpoint is None or "url" in request:
            return self.find(request, is_plain=is_plain)
        # The envelope is judged as it is, the body by the endpoint that the caller named.
        of_line = self.find(request, is_plain=is_plain)
        of_body = self.find({**request, "url": self.endpoint}, is_plain=is_plain)
        return chain(
            (violation for violation in of_line if violation.path[:1] != ("body",)),
            (violation for violation in of_body if violation.path[:1] == ("body",)),
        )


def _not_utf8(body: bytes, error: UnicodeDecodeError) -> Fault:
    start = len(body[: error.start].decode("utf-8"))
    message = f"the byte 0x{body[error.start]:02X} is not UTF-8; the line is not judged further"
    span = (start, start + error.end - error.start)
    return Fault("invalid-utf8", message, _encoding_hint(body), span=span)


def _encoding_hint(body: bytes) -> str:
    if body.count(0) > len(body) // 4:
        return "the line looks like UTF-16; save the file as UTF-8"
    if body[:2] == b"\x1f\x8b" or body[:4] == b"\x28\xb5\x2f\xfd":
        return "this looks like compressed data; name the file .gz or .zst, or decompress it"
    return "save the file as UTF-8; it may be Latin-1 or Windows-1252"


def _not_an_object(value: JsonValue) -> Fault:
    found = type_name(value)
    article = "an" if found in ("array", "integer") else "a"
    hint = None
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        hint = "write each element of the array on a line of its own, without brackets and commas"
    elif isinstance(value, str) and value.lstrip()[:1] == "{":
        hint = "the request is JSON within a string; write the object itself"
    name = found if found == "null" else f"{article} {found}"
    repair = Repair(Action.OPEN_ARRAY) if _wraps_requests(value) else None
    return Fault("not-an-object", f"the line is {name}; expected an object", hint, (), repair=repair)


def _wraps_requests(value: JsonValue) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _request(value: JsonObject, text: str, *, has_digest: bool, is_rewritten: bool = False) -> Request:
    custom_id = _string(value.get("custom_id"))
    body = value.get("body")
    return Request(
        custom_id,
        _identity(text) if custom_id is not None and is_rewritten else custom_id,
        _string(value.get("url")),
        _string(body.get("model")) if isinstance(body, dict) else None,
        inputs_of(body),
        digest_of(body) if has_digest and isinstance(body, dict) else None,
    )


def _string(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _identity(text: str) -> str | None:
    """The id of a line whose lone surrogates were replaced, as the standard library decodes it: kept apart."""
    import json

    path = ("custom_id",)
    place = locate(text, [path]).get(path)
    return json.loads(text[place.start : place.end]) if place else None
