"""Shares whose blobs lie in S3, while S3 fails: nothing is left behind, and nothing is taken."""

from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSResponse
from django.test import Client

from shares.models import Lease, Part, Share
from shares.services.sweep import sweep
from shares.storage import s3client
from shares.values import PART_BYTES, State
from tests.builders import (
    a_large_share,
    a_waiting_share,
    an_envelope,
    an_upload,
    nothing_changes,
)
from tests.s3 import S3
from tests.shares.exchange import API, SECRET, burn, call, claim, fetch, fields_of, put_part, refused

pytestmark = pytest.mark.django_db
OLD = -timedelta(seconds=700)


@pytest.fixture
def far(bucket, line, keep_in):
    """Shares are kept behind a line that can be spoilt."""
    return keep_in(S3(line.url, prefix=bucket.prefix))


@pytest.fixture
def cut(line):
    """Call it: from now on nobody is there."""
    return line.refuse


@pytest.fixture
def heal(line, monkeypatch):
    """Call it: S3 is back, and this process knows."""

    def heal():
        line.admit()
        monkeypatch.setattr(s3client, "_rest_until", 0.0)

    return heal


def put_file(size):
    return Client().put("/notes.bin", bytes(size), content_type="application/octet-stream")


@pytest.mark.parametrize(
    "leave",
    [
        lambda: call("POST", API, body=fields_of(an_envelope())),
        lambda: call("POST", API, body=fields_of(an_envelope(size=70_000, inline=False))),
        partial(put_file, 100),
        partial(put_file, PART_BYTES + 100),
        lambda: Client().post("/", {"text": "x", "expires": "3600"}),
    ],
    ids=["small", "in parts", "curl -T", "large curl -T", "form"],
)
def test_nothing_is_left_by_any_door_while_s3_is_away(far, bucket, cut, heal, leave):
    cut()

    answer = leave()

    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert Share.objects.living().count() == 0
    heal()
    assert bucket.keys() + bucket.uploads() == []
    sweep()
    assert set(Share.objects.values_list("storage_name", flat=True)) <= {""}


def test_the_same_create_works_once_it_is_back(far, cut, heal):
    for sent in (an_envelope(), an_envelope(size=70_000, inline=False)):
        cut()
        assert call("POST", API, body=fields_of(sent)).status_code == 503
        heal()

        assert call("POST", API, body=fields_of(sent)).status_code == 201


def test_a_part_and_a_complete_that_fail_can_be_repeated(far, cut, heal):
    sent = an_upload()
    cut()
    assert refused(put_part(sent, 0), 503, "store_away")
    assert Part.objects.count() == 0
    heal()
    assert put_part(sent, 0).status_code == 204
    cut()
    assert refused(call("POST", f"{API}/{sent.id}/complete", sent.manage_token), 503, "store_away")
    heal()

    assert call("POST", f"{API}/{sent.id}/complete", sent.manage_token).status_code == 200


def test_a_claim_takes_nothing_from_a_store_that_is_away(far, cut):
    sent = a_waiting_share(guarded=True)
    cut()

    with nothing_changes(sent):
        assert refused(claim(sent, SECRET), 503, "store_away")


def test_a_fetch_keeps_its_lease_and_a_burn_its_word(far, bucket, cut, heal):
    sent = a_large_share()
    claim(sent, SECRET)
    cut()

    assert refused(fetch(sent), 503, "store_away")
    assert Lease.objects.still_open().count() == 1
    assert burn(sent, SECRET).status_code == 204
    assert sent.row.state == State.BURNED
    assert len(bucket.keys()) == 1

    heal()
    sweep()
    assert (bucket.keys(), sent.row.storage_name) == ([], "")


def test_a_bucket_without_room_is_a_full_store(far):
    for what in ("PutObject", "CreateMultipartUpload"):
        far._s3.meta.events.register(f"before-send.s3.{what}", has_no_room)

    for sent in (an_envelope(), an_envelope(size=70_000, inline=False)):
        assert refused(call("POST", API, body=fields_of(sent)), 507, "store_full")
    assert put_file(100).status_code == 507
    assert Share.objects.living().count() == 0


def has_no_room(request, **_):
    said = b"<Error><Code>QuotaExceeded</Code></Error>"
    return AWSResponse(request.url, 403, {}, SimpleNamespace(stream=lambda **_: iter([said])))


@pytest.mark.parametrize("away", [False, True])
def test_readyz_asks_the_bucket(far, cut, client, away):
    if away:
        cut()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["storage"]) == ((503, False) if away else (200, True))
