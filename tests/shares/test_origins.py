"""The one other host: its name is the one that boto3 signs for, and only the worker's policy has it."""

import pytest

from onetimeshare.middleware import worker_policy
from onetimeshare.strict import WORKER_CSP
from shares.storage.origins import direct_origin
from shares.storage.s3 import S3Storage


@pytest.mark.parametrize(
    ("url", "bucket", "path_style", "origin"),
    [
        (
            "https://s3.eu-central-1.amazonaws.com",
            "shares",
            False,
            "https://shares.s3.eu-central-1.amazonaws.com",
        ),
        ("https://s3.example.org:9000/", "shares", True, "https://s3.example.org:9000"),
        ("https://s3.example.org", "with.dots", False, "https://s3.example.org"),
        ("http://127.0.0.1:9000", "shares", False, "http://127.0.0.1:9000"),
        ("http://[::1]:9000", "shares", False, "http://[::1]:9000"),
    ],
)
def test_addresses_are_signed_for_the_origin_that_the_policy_names(
    monkeypatch, url, bucket, path_style, origin
):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    store = S3Storage(bucket, region="eu-central-1", path_style=path_style, direct_url=url)

    signed = store.sign_read("a" * 32, 0, 10)  # raises where the two differ

    assert direct_origin(url, bucket, path_style=path_style) == origin
    assert signed.url.startswith(f"{origin}/")
    assert "X-Amz-Expires=60" in signed.url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "s3.example.org",
        "ftp://s3.example.org",
        "https://",
        "https://a@b",
        "https://b/path",
        "https://b:x",
        "https://b;x",
    ],
)
def test_what_is_no_address_names_nobody(url):
    assert direct_origin(url, "shares", path_style=False) == ""


def test_only_a_bucket_that_clients_are_sent_to_is_in_the_workers_policy(settings):
    assert worker_policy() == WORKER_CSP
    settings.S3_DIRECT_URL = "https://s3.example.org"
    assert worker_policy() == WORKER_CSP

    settings.S3_BUCKET = "shares"

    assert "connect-src 'self' https://shares.s3.example.org; " in worker_policy()


def test_visitors_are_told_whom_their_browser_speaks_with(client, settings):
    assert b"straight between" not in client.get("/about/privacy").content
    settings.S3_BUCKET, settings.S3_DIRECT_URL = "shares", "https://s3.example.org"

    assert b"<bdi>shares.s3.example.org</bdi>" in client.get("/about/privacy").content
