"""Shares whose bytes go past this server, there and back, and those whose bytes do not."""

import os
from dataclasses import replace

import pytest
from django.test import Client

from shares.models import Lease
from shares.values import PART_BYTES
from tests.builders import an_envelope, links_in
from tests.shares.direct import LARGE, SIZE, ask, ask_range, complete, left, read, send_past_us
from tests.shares.exchange import API, SECRET, call, claim, fields_of, put_part, refused

pytestmark = pytest.mark.django_db


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
