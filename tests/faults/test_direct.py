"""R7 and R8 past the server: bytes from S3 over a line that breaks, and no leave after a lease; two hosts."""

import os
import random
import time
from dataclasses import replace
from hashlib import sha256

import httpx2
import pytest

from tests.faults import client
from tests.faults.client import api, send
from tests.faults.counts import count
from tests.faults.envelopes import b64, seal, unb64
from tests.faults.twins import assert_red

MIB = 1024**2
BIG_BYTES = count(16, 64) * MIB
CUTS = 20
LEASE_SECONDS = 2

pytestmark = pytest.mark.full


@pytest.fixture
def make(make_rig, gate, past):
    def make(masters=1, **options):
        environ = replace(gate.apart(), direct_url=past.url).environ | options.pop("settings", {})
        return make_rig(masters=masters, environ=environ, **options)

    return make


def ask_part(envelope, n, data):
    said = {"digest": b64(sha256(data).digest())}
    return api("POST", f"/{envelope.id}/parts/{n}/direct", envelope.manage_token, said)


def ask_range(envelope, lease, start):
    said = {"start": start, "stop": len(envelope.blob)}
    return api("POST", f"/{envelope.id}/blob/direct", lease, said)


def left(urls, envelope):
    """Its parts past the server, each call to another host."""
    made = send(urls[0], client.create(envelope)).json
    size = made["part_size"]
    for n in range(made["parts"]):
        data = envelope.blob[n * size : (n + 1) * size]
        leave = send(urls[n % len(urls)], ask_part(envelope, n, data)).json
        httpx2.put(leave["url"], content=data, headers=leave["headers"]).raise_for_status()
        assert send(urls[-1 - n % len(urls)], ask_part(envelope, n, data)).json["url"] is None
    assert send(urls[0], client.complete(envelope)).status == 200
    return envelope


def read_some(leave):
    """What came of it before its line broke."""
    got = b""
    try:
        with httpx2.stream("GET", leave["url"], headers=leave["headers"]) as answer:
            for piece in answer.iter_raw():
                got += piece
    except httpx2.HTTPError:
        pass
    return got


def test_a_blob_goes_there_and_comes_back_over_a_line_that_breaks_twenty_times(make, past):
    rig = make(masters=2)
    plain = os.urandom(BIG_BYTES)
    envelope, lease = left(rig.urls, seal(plain)), os.urandom(32)
    given = send(rig.urls[0], client.claim(envelope, lease)).json
    got, cuts, before = b"", CUTS, past.cuts
    while len(got) < len(envelope.blob):
        if cuts == CUTS // 2:
            rig.restart()
        leave = send(random.choice(rig.urls), ask_range(envelope, lease, len(got))).json
        past.cut_reply_at = random.randrange(1, leave["stop"] - leave["start"]) if cuts else None
        cuts = max(0, cuts - 1)
        got += read_some(leave)
    past.heal()

    assert past.cuts - before >= CUTS / 2
    opened = envelope.open(unb64(given["wrapped_key"]), unb64(given["meta"]), got)
    assert sha256(opened).hexdigest() == sha256(plain).hexdigest()


def no_leave_after_the_end(rig):
    envelope, lease = left(rig.urls, seal(os.urandom(100_000))), os.urandom(32)
    assert send(rig.urls[0], client.claim(envelope, lease)).status == 200
    assert send(rig.urls[0], ask_range(envelope, lease, 0)).status == 200

    time.sleep(LEASE_SECONDS + 0.5)

    late = send(rig.urls[0], ask_range(envelope, lease, 0))
    assert (late.status, late.code) == (410, "lease_over")


def no_part_without_its_bytes(rig):
    envelope = seal(os.urandom(100_000))
    send(rig.urls[0], client.create(envelope))
    for _ in range(2):
        leave = send(rig.urls[0], ask_part(envelope, 0, envelope.blob)).json
    assert leave["url"], "a part that nobody sent is taken for sent"
    assert send(rig.urls[0], client.complete(envelope)).code == "incomplete"


def test_there_is_no_leave_after_a_lease_and_no_part_without_its_bytes(make):
    rig = make(settings={"LEASE_SECONDS": str(LEASE_SECONDS)})

    no_leave_after_the_end(rig)
    no_part_without_its_bytes(rig)


def test_leave_that_asks_for_no_lease_is_noticed(make):
    rig = make(settings={"LEASE_SECONDS": str(LEASE_SECONDS)}, twin="signs_without_a_lease")

    assert_red(rig, no_leave_after_the_end)


def test_a_server_that_believes_its_clients_is_noticed(make):
    rig = make(twin="believes_who_sends")

    assert_red(rig, no_part_without_its_bytes)
