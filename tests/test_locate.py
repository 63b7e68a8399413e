"""Where a value stands: found by its name alone or by a walk over the whole line, it is the same place."""

from __future__ import annotations

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from batchlint.parsing.locate import locate
from batchlint.parsing.values import JsonValue
from batchlint.pointer import Path

NAMES = st.sampled_from(["a", "b", "body", "max_tokens", 'a"b', "a\\", '"a', 'a":', "\\", "", "é", "A", "0"])
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | NAMES | st.sampled_from(['"a": 1', '{"a": 1}', '\\"a\\": ']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def written(value: JsonValue, rng: random.Random) -> str:
    """`value` as JSON in one of many spellings: blanks anywhere, letters as escapes."""
    if isinstance(value, dict):
        members = (f"{text_of(name, rng)}{blank(rng)}:{written(item, rng)}" for name, item in value.items())
        return f"{blank(rng)}{{{blank(rng)}{','.join(members)}}}{blank(rng)}"
    if isinstance(value, list):
        items = ",".join(written(item, rng) for item in value)
        return f"{blank(rng)}[{blank(rng)}{items}]{blank(rng)}"
    return blank(rng) + (text_of(value, rng) if isinstance(value, str) else json.dumps(value)) + blank(rng)


def blank(rng: random.Random) -> str:
    return rng.choice(["", "", " ", "\t", " \r "])


def text_of(text: str, rng: random.Random) -> str:
    spelled = json.dumps(text, ensure_ascii=rng.random() < 0.5)
    return f'"\\u{ord(text[0]):04x}{json.dumps(text[1:])[1:]}' if text and rng.random() < 0.1 else spelled


def paths_of(value: JsonValue, path: Path = ()) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for step, item in inner for each in paths_of(item, (*path, step)))]


@given(st.dictionaries(NAMES, VALUES, max_size=4), st.integers(0, 999))
@settings(max_examples=600)
def test_one_path_alone_leads_where_it_leads_among_all(value: dict[str, JsonValue], seed: int) -> None:
    text = written(value, random.Random(seed))
    paths = paths_of(value)
    # So many paths at once that the whole text is walked over.
    walked = locate(text, [*paths, *((name,) for name in "vwxyz")])
    assert set(walked) == set(paths)
    for path in paths:
        place = locate(text, [path])[path]
        assert place == walked[path]
        found: JsonValue = value
        for step in path:
            found = found[step]  # type: ignore[index,call-overload]  # the path was made from the value
        assert json.loads(text[place.start : place.end]) == found
        if path and isinstance(path[-1], str):
            assert json.loads(text[place.key_start : place.key_end]) == path[-1]


def test_a_member_of_the_request_that_is_missing_is_not_found_elsewhere() -> None:
    assert locate('{"body": {"url": 1}}', [("url",)]) == {}
