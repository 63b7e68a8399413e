"""The road of lines that do not pass at once: all that judges, explains and places. Imported at the first one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from batchlint.documents.linked import Linked
from batchlint.documents.profile import Bound, Profile, profile_named
from batchlint.engine.across import AcrossLines
from batchlint.engine.clean import Progress
from batchlint.engine.excerpts import Excerpts
from batchlint.engine.file import FileJudge
from batchlint.engine.judge import Judge
from batchlint.engine.options import EngineOptions
from batchlint.engine.placing import Placer
from batchlint.engine.rulebook import Rulebook
from batchlint.engine.scope import Scope
from batchlint.engine.setup import checks_of, rulebook_of
from batchlint.parsing.values import JsonValue
from batchlint.parsing.yajl import yajl_parser
from batchlint.validating.finder import finder_for
from batchlint.validating.violation import Violation


@dataclass(frozen=True, slots=True)
class Road:
    """All that judges lines by one set of options; it holds nothing of any input."""

    profile: Profile
    rulebook: Rulebook
    judge: Judge
    excerpts: Excerpts | None

    def placer(self, name: str) -> Placer:
        """What makes findings of faults in the file called `name`."""
        return Placer(name, self.rulebook, self.excerpts)

    def across(self, scope: Scope, *, is_whole: bool) -> AcrossLines:
        """What compares the lines of `scope`, which is a whole file or a part of one."""
        endpoints: Collection[str] = self.profile.endpoints
        bounds: tuple[Bound, ...] = self.profile.request_bounds if is_whole else ()
        return AcrossLines(scope, endpoints, bounds, is_whole=is_whole)

    def file_judge(self, name: str, across: AcrossLines, progress: Progress, *, is_start: bool) -> FileJudge:
        """A judge of the lines of the file called `name`, from its start or from within."""
        return FileJudge(self.judge, across, self.placer(name), progress, is_start=is_start)


@lru_cache(maxsize=4)
def road_for(options: EngineOptions) -> Road:
    """The road for `options`, whose profile and endpoint are known to be good.

    Raises:
        DocumentError: a document is missing or broken.
        MissingPartError: the compiled JSON parser is missing.
    """
    profile = profile_named(options.profile)
    documents = options.documents()

    # Lines that are no JSON need no explanation of schemas, so that is made when it is needed first.
    def find(request: JsonValue, *, is_plain: bool = False, first_only: bool = False) -> Iterable[Violation]:
        return finder_for(documents)(request, is_plain=is_plain, first_only=first_only)

    excerpts = None
    if options.excerpt_width is not None:
        excerpts = Excerpts(options.excerpt_width, _vocabulary(documents), options.limits.depth)
    rulebook = rulebook_of(options)
    judge = Judge(
        find=find,
        parse=yajl_parser(),
        limits=options.limits,
        endpoint=options.endpoint,
        checks=checks_of(options),
        # Of an endpoint without a document nothing is known, so that any body would fit it.
        endpoints=tuple(url for url, document in profile.endpoints.items() if document is not None)
        if rulebook.is_on("wrong-endpoint")
        else (),
        has_digests=rulebook.is_on("identical-request"),
    )
    return Road(profile, rulebook, judge, excerpts)


def _vocabulary(documents: Linked) -> frozenset[str]:
    return frozenset(word for document in documents.documents.values() for word in _words(document))


def _words(schema: object) -> Iterator[str]:
    """Member names and the strings of closed lists in `schema`."""
    if isinstance(schema, list):
        for part in schema:
            yield from _words(part)
    elif isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword == "enum":
                yield from (word for word in value if isinstance(word, str))
            elif keyword == "const" and isinstance(value, str):
                yield value
            elif keyword not in ("examples", "default", "x-lint"):
                if keyword == "properties" and isinstance(value, dict):
                    yield from value
                yield from _words(value)
