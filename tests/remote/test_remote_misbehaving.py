"""Web servers that do not keep to HTTP: nothing that was not asked for is judged, and each ends soon, in few words."""

from __future__ import annotations

import gzip

import pytest

from faulty_store import Store
from lint_remote import lint
from messy import request
from support import good_line
from test_remote_web import WEB, assert_told

LARGE = b"".join(request(number, "x" * 20_000) + b"\n" for number in range(700))
"""Enough for several ranges, also by several processes."""


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("moved", "more"), [(7, 0), (0, 7), (0, 2**20)])
def test_another_range_than_was_asked_for_is_not_judged(jobs: str, moved: int, more: int, store: Store) -> None:
    url = store.put("f.jsonl", LARGE)
    store.behaviour.moved, store.behaviour.more = moved, more
    run = lint(WEB, "-f", "concise", "--jobs", jobs, url)
    assert_told(run, url, "the store sent another range than was asked for")
    assert run.out.count("\n") == 1


@pytest.mark.parametrize("claims", [2 * len(LARGE), 9 * 10**13])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_size_that_is_not_true_ends_soon(jobs: str, claims: int, store: Store) -> None:
    url = store.put("f.jsonl", LARGE)
    store.behaviour.claims = claims
    run = lint(WEB, "-f", "concise", "--jobs", jobs, url)
    assert_told(run, url, "the store sent less than it had promised")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_size_that_no_file_has_is_not_believed(jobs: str, store: Store) -> None:
    url = store.put("f.jsonl", LARGE)
    store.behaviour.claims = 10**23
    assert lint(WEB, "-q", "--jobs", jobs, url).status == 0


@pytest.mark.parametrize("status", [201, 204, 206, 300, 302, 304])
def test_an_answer_that_holds_no_file_is_not_judged(status: int, store: Store) -> None:
    url = store.put("f.jsonl", good_line(1))
    store.behaviour.status = status
    assert_told(lint(WEB, "-f", "concise", url), url, f"the store refused (status {status})")


@pytest.mark.parametrize("encoding", ["br", "deflate", "compress", "gzip, br", "gzip, gzip"])
def test_what_is_packed_in_an_unknown_way_is_not_judged(encoding: str, store: Store) -> None:
    url = store.put("f.jsonl", b"not lines\n" * 9)
    store.behaviour.encoding = encoding
    run = lint(WEB, "-q", url)
    assert (run.status, run.out) == (2, "")
    assert run.err == f"batchlint: error: {url}: its store sends it packed ({encoding}), which is not read\n"


@pytest.mark.parametrize("encoding", ["utf-8", "identity", "aws-chunked", ""])
def test_a_word_that_is_no_packing_changes_nothing(encoding: str, store: Store) -> None:
    url = store.put("f.jsonl", good_line(1))
    store.behaviour.encoding = encoding
    assert lint(WEB, url).status == 0


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_the_name_of_a_packing_is_told_in_any_letters(encoding: str, store: Store) -> None:
    url = store.put("f.jsonl", gzip.compress(good_line(1)))
    store.behaviour.encoding = encoding
    assert lint(WEB, url).status == 0


def test_a_server_that_leads_round_in_a_circle_is_told(store: Store) -> None:
    url = store.put("f.jsonl", good_line(1))
    store.behaviour.leads_to = url
    assert_told(lint(WEB, "-f", "concise", url), url, "the store leads elsewhere")
    store.behaviour.leads_to = "file:///etc/passwd"
    assert_told(lint(WEB, "-f", "concise", url), url, "the store leads elsewhere")
