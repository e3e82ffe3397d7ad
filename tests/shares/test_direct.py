"""Shares whose bytes go past this server: what it signs, for whom, and what it believes of what came."""

import hashlib
import logging
import os
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from django.test import Client

from sealing.encoding import b64
from shares.models import Lease, Part, ServerHalf
from shares.storage import s3client, share_storage
from shares.values import PART_BYTES, State
from tests.builders import an_envelope, links_in, part_of
from tests.shares.exchange import API, call, claim, fields_of, put_part, refused

pytestmark = pytest.mark.django_db
SECRET = bytes(range(32))
SIZE, LARGE = 100_000, PART_BYTES + 70_000


@pytest.fixture
def s3(gate, keep_in, monkeypatch):
    """Shares are kept there, and clients are sent there."""
    for name, value in gate.credentials.items():
        monkeypatch.setenv(name, value)
    gate.passes(0)
    keep_in(apart := replace(gate.apart(), direct_url=gate.url))
    return apart


def left(size=SIZE):
    """A share whose parts are still to come."""
    sent = an_envelope(size=size, inline=False)
    assert call("POST", API, body=fields_of(sent)).status_code == 201
    return sent


@pytest.fixture
def sent(s3):
    return left()


def digest_of(sent, n):
    return hashlib.sha256(part_of(sent, n)).digest()


def ask(sent, n=0, digest=None):
    body = {"digest": b64(digest or digest_of(sent, n))}
    return call("POST", f"{API}/{sent.id}/parts/{n}/direct", sent.manage_token, body)


def put(leave, data):
    return httpx2.put(leave["url"], content=data, headers=leave["headers"]).status_code


def is_stale():
    """A minute has gone by since somebody said that they would send it."""
    Part.objects.update(written_since=Part.objects.get().written_since - timedelta(seconds=61))


def send_past_us(sent, n=0):
    leave = ask(sent, n).json()
    assert put(leave, part_of(sent, n)) == 200
    assert ask(sent, n).json() == {"url": None, "headers": {}, "seconds": 0}


def complete(sent):
    return call("POST", f"{API}/{sent.id}/complete", sent.manage_token)


def ask_range(sent, start, stop, secret=SECRET):
    return call("POST", f"{API}/{sent.id}/blob/direct", secret, {"start": start, "stop": stop})


def read(leave, **headers):
    return httpx2.get(leave["url"], headers=leave["headers"] | headers)


@pytest.fixture
def claimed(sent):
    send_past_us(sent)
    assert complete(sent).status_code == 200
    assert claim(sent, SECRET).json()["direct"] is True
    return sent


# --- in -----------------------------------------------------------------------------------------------


def test_parts_and_ranges_go_past_this_server(s3):
    sent = an_envelope(size=LARGE, inline=False)
    assert call("POST", API, body=fields_of(sent)).json()["direct"] is True
    for n in (1, 0):
        send_past_us(sent, n)
    assert complete(sent).status_code == 200
    assert claim(sent, SECRET).json()["direct"] is True
    got, at = b"", 0
    while at < LARGE:
        leave = ask_range(sent, at, LARGE).json()
        got += read(leave).content
        at = leave["stop"]

    assert got == sent.blob
    told = s3.told()
    assert told["bytes"] == {"in": LARGE, "out": LARGE}
    assert told["answers"] == {"PUT 200": 2, "GET 206": 2}
    assert call("POST", f"{API}/{sent.id}/burn", SECRET).status_code == 204
    assert s3.keys() == []


def test_a_part_can_come_either_way(s3, sent):
    leave = ask(sent).json()

    assert put_part(sent, 0).status_code == 204  # who has the leave for these bytes need not use it
    assert ask(sent).json()["url"] is None
    assert put(leave, part_of(sent, 0)) == 200  # too late, and the same

    assert complete(sent).status_code == 200
    assert sent.row.state == State.READY


@pytest.mark.parametrize(
    "spoil", [lambda data: bytes([data[0] ^ 1]) + data[1:], lambda data: data[:-1], lambda data: data + b"x"]
)
def test_nothing_but_the_part_that_was_asked_for_goes_in(sent, spoil):
    leave = ask(sent).json()

    assert put(leave, spoil(part_of(sent, 0))) in (400, 403)

    assert ask(sent).json()["url"]
    assert not Part.objects.filter(done=True).exists()


def test_length_and_checksum_are_signed_and_cannot_be_left_out_or_be_others(sent):
    leave, data = ask(sent).json(), bytes(SIZE)
    assert "&X-Amz-SignedHeaders=content-length%3Bhost%3Bx-amz-checksum-sha256&" in leave["url"]
    other = {"x-amz-checksum-sha256": b64encode(hashlib.sha256(data).digest()).decode()}

    assert put({**leave, "headers": {}}, data) == 403
    assert put({**leave, "headers": other}, data) == 403


def test_a_part_counts_when_s3_says_that_it_has_it_and_not_when_its_sender_does(sent):
    ask(sent)

    assert ask(sent).json()["url"]
    assert refused(complete(sent), 409, "incomplete")["missing"] == [0]


def test_s3_that_tells_no_checksum_is_not_believed(sent, monkeypatch):
    put(ask(sent).json(), part_of(sent, 0))
    s3 = s3client.client(share_storage()._place)
    plain = s3.list_parts

    def silent(**asked):
        found = plain(**asked)
        for part in found["Parts"]:
            part.pop("ChecksumSHA256")
        return found

    monkeypatch.setattr(s3, "list_parts", silent)

    assert ask(sent).json()["url"]
    assert not Part.objects.filter(done=True).exists()


def test_a_part_with_another_digest_is_refused_while_the_first_may_come(sent):
    ask(sent)

    assert refused(ask(sent, digest=bytes(32)), 409, "part_busy")
    is_stale()
    assert ask(sent, digest=bytes(32)).json()["url"]
    assert refused(put_part(sent, 0), 409, "part_busy")


def test_what_came_late_under_an_older_leave_is_never_made_part_of_the_blob(sent):
    other = bytes(SIZE)
    late = ask(sent, digest=hashlib.sha256(other).digest()).json()
    is_stale()
    send_past_us(sent)
    assert put(late, other) == 200

    assert refused(complete(sent), 503, "store_away")
    assert sent.row.state == State.UPLOADING


def test_a_part_that_another_request_writes_is_busy(sent):
    Part.objects.create(share_id=sent.id, n=0, size=SIZE, digest=digest_of(sent, 0), writer="0" * 32)

    assert refused(ask(sent), 409, "part_busy")


def test_an_address_ends_after_a_minute_and_another_is_given(s3, sent):
    leave = ask(sent).json()

    s3.passes(61)
    assert put(leave, part_of(sent, 0)) == 403
    s3.passes(0)

    send_past_us(sent)


def test_what_is_sent_through_us_is_compared_by_s3_as_well(sent):
    assert refused(put_part(sent, 0, data=b"x" * SIZE, digest=bytes(32)), 400, "bad_part")
    assert put_part(sent, 0).status_code == 204


def test_a_revoked_upload_takes_nothing_more(s3, sent):
    leave = ask(sent).json()
    call("POST", f"{API}/{sent.id}/burn", sent.manage_token)

    assert refused(ask(sent), 409, "part_conflict")
    assert put(leave, part_of(sent, 0)) in (403, 404, 500)  # moto answers with the last
    assert s3.keys() + s3.uploads() == []


# --- out ----------------------------------------------------------------------------------------------


def test_no_other_bytes_than_were_asked_for_are_read_by_an_address(claimed):
    leave = ask_range(claimed, 5, 50).json()

    assert (leave["start"], leave["stop"], leave["seconds"]) == (5, 50, 60)
    assert read(leave).content == claimed.blob[5:50]
    assert read(leave, Range=f"bytes=0-{SIZE}").status_code == 403
    assert httpx2.get(leave["url"]).status_code == 403
    assert refused(ask_range(claimed, SIZE, SIZE + 1), 416, "invalid")


def test_what_comes_is_kept_by_nobody_and_shown_by_no_browser(claimed):
    answer = read(ask_range(claimed, 0, 100).json())

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert call("POST", f"{API}/{claimed.id}/blob/direct", SECRET, {"start": 0, "stop": 1})[
        "Cache-Control"
    ] == ("no-store")


def test_leave_is_a_fetch(claimed):
    Lease.objects.update(ends_at=Lease.objects.get().ends_at - timedelta(seconds=600))
    before = Lease.objects.get()
    assert ServerHalf.objects.count() == 1

    ask_range(claimed, 0, 100)

    assert Lease.objects.get().ends_at > before.ends_at
    assert Lease.objects.get().fetched_at
    assert ServerHalf.objects.count() == 0


def test_there_is_no_leave_without_an_open_lease(s3, claimed):
    leave = ask_range(claimed, 0, 100).json()
    assert refused(ask_range(claimed, 0, 100, secret=bytes(32)), 404, "unknown")

    Lease.objects.update(ends_at=Lease.objects.get().ends_at - timedelta(hours=2))

    assert refused(ask_range(claimed, 0, 100), 410, "lease_over")
    assert read(leave).status_code == 206  # what was given is good for its minute, and no longer
    s3.passes(61)
    assert read(leave).status_code == 403


def test_after_the_burn_there_is_nothing_to_read(claimed):
    leave = ask_range(claimed, 0, 100).json()

    call("POST", f"{API}/{claimed.id}/burn", claimed.manage_token)

    assert refused(ask_range(claimed, 0, 100), 410, "lease_over")
    assert read(leave).status_code in (403, 404)


# --- where it is not for ------------------------------------------------------------------------------


def test_a_server_that_carries_its_bytes_says_so(db):
    sent = an_envelope(size=SIZE, inline=False)
    assert call("POST", API, body=fields_of(sent)).json()["direct"] is False

    assert refused(ask(sent), 409, "not_direct")
    put_part(sent, 0)
    complete(sent)
    assert claim(sent, SECRET).json()["direct"] is False
    assert refused(ask_range(sent, 0, 1), 409, "not_direct")
    assert Lease.objects.get().fetched_at is None


def test_what_is_small_or_was_sealed_here_is_carried_here(s3):
    small = an_envelope()
    assert call("POST", API, body=fields_of(small)).json()["direct"] is False
    assert claim(small, SECRET).json()["direct"] is False
    assert refused(ask_range(small, 0, 1), 409, "not_direct")

    plain = os.urandom(PART_BYTES + 3)
    said = Client().put("/notes.bin", plain, content_type="application/octet-stream")
    link, _ = links_in(said.content.decode())
    opened = Client().post(link.url.partition("#")[0], {"link": link.url})
    assert b"".join(opened.streaming_content) == plain


def test_an_upload_that_began_before_goes_on_through_us(s3, keep_in):
    keep_in(replace(s3, direct_url=""))
    old = left()
    keep_in(s3)

    assert refused(ask(old), 409, "not_direct")
    assert put_part(old, 0).status_code == 204
    assert complete(old).status_code == 200


def test_one_that_began_with_it_goes_on_when_it_is_switched_off(s3, keep_in):
    sent = left(LARGE)
    send_past_us(sent, 0)
    keep_in(replace(s3, direct_url=""))

    assert refused(ask(sent, 1), 409, "not_direct")
    assert put_part(sent, 1).status_code == 204
    assert complete(sent).status_code == 200


# --- an address is a capability -----------------------------------------------------------------------


def test_no_address_comes_into_a_log(claimed, caplog):
    caplog.set_level(logging.INFO)

    url = ask_range(claimed, 0, 100).json()["url"]
    signature = url.split("X-Amz-Signature=")[1]

    assert signature not in caplog.text
