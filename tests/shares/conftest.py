"""S3 for the tests of shares, where one asks for it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.core.files.storage import storages

from shares.storage import s3client
from shares.storage.s3 import S3Storage
from tests.faults.proxy import Proxy
from tests.s3 import S3, in_process


@pytest.fixture(scope="session")
def moto() -> Iterator[S3]:
    """One server for all of them; each takes a prefix of its own."""
    with in_process() as server:
        yield server


@pytest.fixture
def bucket(moto, monkeypatch) -> S3:
    """Where nothing lies yet, and whoever asks may."""
    for name, value in moto.credentials.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(s3client, "_rest_until", 0.0)
    return moto.apart()


@pytest.fixture
def fresh_client() -> Iterator[None]:
    """This test's client is its own."""
    s3client._made.cache_clear()
    yield
    s3client._made.cache_clear()


@pytest.fixture
def keep_in(settings) -> Callable[[S3], S3Storage]:
    """Call it with a place: shares are kept there."""

    def keep(s3: S3) -> S3Storage:
        storages._storages = {}
        settings.STORAGES = {**settings.STORAGES, **s3.storages}
        return storages["shares"]

    return keep


@pytest.fixture
def in_s3(bucket, keep_in) -> S3Storage:
    """Shares are kept in S3; their storage."""
    return keep_in(bucket)


@pytest.fixture
def line(moto) -> Iterator[Proxy]:
    """A line to S3 that can be spoilt."""
    host, port = moto.url.removeprefix("http://").split(":")
    proxy = Proxy((host, int(port))).start()
    yield proxy
    proxy.stop()


@pytest.fixture
def s3(gate: S3, keep_in: Callable[[S3], S3Storage], monkeypatch: pytest.MonkeyPatch) -> S3:
    """Shares are kept in an S3 that clients are sent to; the place of this test's in it."""
    for name, value in gate.credentials.items():
        monkeypatch.setenv(name, value)
    gate.passes(0)
    keep_in(apart := replace(gate.apart(), direct_url=gate.url))
    return apart
