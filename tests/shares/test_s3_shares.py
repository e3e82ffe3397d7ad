"""Shares whose blobs lie in S3: their life by every door, what ends them, and S3 failing at each step."""

import io
import os
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from shares.models import Share
from shares.services.deposit import deposit
from shares.services.seal import sealing
from shares.services.sweep import sweep
from shares.services.upload import complete
from shares.values import PART_BYTES, State
from tests.builders import (
    a_large_share,
    a_waiting_share,
    an_envelope,
    an_upload,
    body_of,
    links_in,
    names_of,
    race,
    send_part,
)
from tests.shares.exchange import API, SECRET, burn, call, claim, fetch, fields_of, put_part

pytestmark = pytest.mark.django_db
OLD = -timedelta(seconds=700)


# --- a life -------------------------------------------------------------------------------------------


def test_a_share_of_two_parts_is_left_taken_in_ranges_and_gone(in_s3, bucket):
    sent = an_envelope(size=PART_BYTES + 70_000, inline=False)
    assert call("POST", API, body=fields_of(sent)).json()["parts"] == 2
    assert [put_part(sent, n).status_code for n in (1, 0, 1)] == [204] * 3

    assert call("POST", f"{API}/{sent.id}/complete", sent.manage_token).status_code == 200
    assert (bucket.uploads(), len(bucket.keys()), sent.row.upload_id) == ([], 1, "")
    assert claim(sent, SECRET).status_code == 200
    whole, part = fetch(sent), fetch(sent, Range=f"bytes={PART_BYTES - 5}-{PART_BYTES + 4}")

    assert (whole.status_code, body_of(whole)) == (200, sent.blob)
    assert (part.status_code, body_of(part)) == (206, sent.blob[PART_BYTES - 5 : PART_BYTES + 5])
    assert burn(sent, SECRET).status_code == 204
    assert (bucket.keys(), sent.row.storage_name) == ([], "")


def test_a_small_share_is_left_taken_and_gone(in_s3, bucket):
    sent = an_envelope()
    assert call("POST", API, body=fields_of(sent)).status_code == 201
    assert len(bucket.keys()) == 1

    assert claim(sent, SECRET).json()["blob"]
    assert burn(sent, SECRET).status_code == 204

    assert bucket.keys() == []


@pytest.mark.parametrize("size", [3, PART_BYTES + 3])
def test_what_the_server_seals_is_left_opened_and_gone(in_s3, bucket, size):
    plain = os.urandom(size)
    said = Client().put("/notes.bin", plain, content_type="application/octet-stream")
    link, _ = links_in(said.content.decode())
    assert (len(bucket.keys()), bucket.uploads()) == (1, [])

    opened = Client().post(link.url.partition("#")[0], {"link": link.url})

    assert body_of(opened) == plain
    opened.close()
    assert bucket.keys() == []


# --- one upload, and none that nobody remembers -------------------------------------------------------


def test_the_same_create_again_goes_on_with_the_same_upload(in_s3, bucket, monkeypatch):
    sent = an_upload()
    before = sent.row.upload_id
    monkeypatch.setattr(in_s3, "begin", lambda *args: pytest.fail("another one was begun"))

    deposit(sent.deposit)

    assert (sent.row.upload_id, len(bucket.uploads())) == (before, 1)


@pytest.mark.django_db(transaction=True)
def test_of_creates_that_race_one_upload_stays(in_s3, bucket):
    sent = an_envelope(size=70_000, inline=False)

    assert names_of(race(lambda: deposit(sent.deposit), times=8)) == ["Deposited"] * 8

    assert len(bucket.uploads()) == 1
    send_part(sent, 0)
    complete(sent.id, sent.manage_token)
    assert sent.row.state == State.READY


def test_a_revoked_upload_leaves_nothing(in_s3, bucket):
    sent = an_upload()
    send_part(sent, 0)

    burn(sent, sent.manage_token)

    assert (bucket.uploads(), sent.row.upload_id) == ([], "")


def test_the_sweep_drops_an_abandoned_upload(in_s3, bucket):
    sent = an_upload()
    send_part(sent, 0)
    sent.move(touched_at=-timedelta(days=2))

    sweep()

    assert (sent.row.state, bucket.uploads()) == (State.EXPIRED, [])


def test_the_sweep_removes_strays_once_they_are_old_and_nothing_that_is_named(in_s3, bucket, monkeypatch):
    kept = [a_waiting_share(), a_large_share(), an_upload()]
    stray = in_s3.new_name()
    # Only by its part is it seen to be young: moto says of each upload that it began in 2010.
    in_s3.write_part(stray, 0, io.BytesIO(b"abc"), 3, in_s3.begin(stray, 3))
    with in_s3.kept(in_s3.new_name(), b"nobody has a row for it"):
        pass
    assert sweep(dry_run=True)["orphans_removed"] == sweep()["orphans_removed"] == 0

    monkeypatch.setattr(in_s3, "silent_seconds", -5)
    assert sweep(dry_run=True)["orphans_removed"] == sweep()["orphans_removed"] == 2

    names = {key.removeprefix(bucket.prefix) for key in bucket.keys() + bucket.uploads()}
    assert names == {sent.row.storage_name for sent in kept}


def test_a_stream_lives_while_it_is_young_or_shows_itself(in_s3, bucket, monkeypatch):
    with sealing() as sealed:
        sealed.write(b"x" * (PART_BYTES + 1))
        share = Share.objects.get()
        share_row = Share.objects.filter(pk=share.pk)

        assert sweep()["uploads_dropped"] == 0
        share_row.update(created_at=Now() + OLD)
        assert sweep()["uploads_dropped"] == 0  # its part came a moment ago
        monkeypatch.setattr(type(in_s3), "_is_young", lambda *args: False)
        assert sweep()["uploads_dropped"] == 1
        sealed.abandon(ConnectionResetError())

    assert bucket.keys() + bucket.uploads() == []


def test_a_stream_that_shows_nothing_lives_while_it_is_young(in_s3):
    with sealing() as sealed:
        sealed.write(b"all of it is still here")

        assert sweep()["uploads_dropped"] == 0
        Share.objects.update(created_at=Now() + OLD)
        assert sweep()["uploads_dropped"] == 1
        sealed.abandon(ConnectionResetError())


def test_a_stream_that_breaks_off_leaves_nothing(in_s3, bucket):
    def breaks_off():
        with sealing() as sealed:
            sealed.write(bytes(PART_BYTES + 1))
            raise ConnectionError

    with pytest.raises(ConnectionError):
        breaks_off()

    assert bucket.keys() + bucket.uploads() == []
    assert Share.objects.get().state == State.EXPIRED
