"""URLs: what is one, how it is shown, what it stands for."""

from __future__ import annotations

import os

import pytest

from batchlint.errors import UsageError
from batchlint.reading.remote.listing import is_pattern, is_prefix
from batchlint.urls import is_url, place_of, refuse_unknown, shown_url

SHOWN = {
    "s3://bucket/a b.jsonl": "s3://bucket/a b.jsonl",
    "S3://bucket/Key": "s3://bucket/Key",
    "s3://id:hunter2@bucket/key": "s3://bucket/key",
    "s3://bucket/key?versionId=abc": "s3://bucket/key?versionId=abc",
    "s3://bucket/key?X-Amz-Signature=hunter2": "s3://bucket/key",
    "s3://bucket/why?.jsonl": "s3://bucket/why?.jsonl",
    "https://host/a%20b.jsonl?sig=hunter2": "https://host/a%20b.jsonl",
    "https://hunter2@host/a.jsonl#hunter2": "https://host/a.jsonl",
    "https://me:hun@ter2@host:8443/a.jsonl": "https://host:8443/a.jsonl",
    "https://host?token=hunter2": "https://host",
    "https://host/a@b.jsonl": "https://host/a@b.jsonl",
    "blockcache::s3://bucket/key": "s3://bucket/key",
    "abfs://container@account.dfs.core.windows.net/key": "abfs://container@account.dfs.core.windows.net/key",
    "az://container/key?sv=1&sig=hunter2": "az://container/key",
    "hf://datasets/user/name@main/run/a.jsonl": "hf://datasets/user/name@main/run/a.jsonl",
    "hf://name@main/a.jsonl": "hf://name@main/a.jsonl",
    "s3://bucket/\udcff.jsonl": "s3://bucket/\\xff.jsonl",
}


@pytest.mark.parametrize("url", SHOWN)
def test_a_url_is_shown_without_what_is_secret(url: str) -> None:
    assert shown_url(url) == SHOWN[url]
    assert shown_url(shown_url(url)) == shown_url(url)
    assert "hunter" not in shown_url(url)


@pytest.mark.parametrize(
    "path", ["C:\\data\\a.jsonl", "c://a.jsonl", "a/b.jsonl", "http:/a", "a:b", "", "://", "1s3://b"]
)
def test_paths_are_no_urls(path: str) -> None:
    assert not is_url(path)


@pytest.mark.parametrize("url", ["ftp://h/a", "file:///a", "zip::s3://b/a", "memory://a", "simplecache::zip::s3://b/a"])
def test_what_cannot_be_read_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be read; what can: s3://, "):
        refuse_unknown(url)


@pytest.mark.parametrize("url", ["s3://", "s3:///a.jsonl", "https:///a.jsonl", "gs://?", "simplecache::s3:///a"])
def test_a_url_without_a_host_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"names no bucket or host$"):
        refuse_unknown(url)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("s3://bucket", "prefix"),
        ("s3://bucket/run/", "prefix"),
        ("s3://bucket/run", "object"),
        ("s3://bucket/run/*.jsonl", "pattern"),
        ("s3://bucket/run/?.jsonl", "pattern"),
        ("s3://bucket/run/[ab].jsonl", "pattern"),
        ("s3://bucket/key?versionId=abc", "object"),
        ("https://[::1]:80/a.jsonl", "object"),
        ("https://host/a.jsonl?q=*", "object"),
        ("https://host/run/*.jsonl", "pattern"),
        ("https://host/run/", "prefix"),
        ("https://host/a.jsonl?x=a/", "object"),
    ],
)
def test_a_url_stands_for_an_object_or_for_many(url: str, kind: str) -> None:
    assert {"pattern": is_pattern(url), "prefix": is_prefix(url) and not is_pattern(url)}.get(kind, True)
    assert (is_pattern(url) or is_prefix(url)) == (kind != "object")


def test_patterns_see_the_bucket_as_a_folder_right_here() -> None:
    assert place_of("s3://bucket/run/a.jsonl") == os.path.join(os.getcwd(), "bucket/run/a.jsonl")
