"""Ranges that are read past this server, under a lease."""

import logging
from datetime import timedelta

import httpx2
import pytest

from shares.models import Lease, ServerHalf
from tests.shares.direct import SIZE, ask_range, complete, left, read, send_past_us
from tests.shares.exchange import API, SECRET, call, claim, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed(s3):
    send_past_us(sent := left())
    assert complete(sent).status_code == 200
    assert claim(sent, SECRET).json()["direct"] is True
    return sent


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


def test_no_address_comes_into_a_log(claimed, caplog):
    caplog.set_level(logging.INFO)

    url = ask_range(claimed, 0, 100).json()["url"]
    signature = url.split("X-Amz-Signature=")[1]

    assert signature not in caplog.text
