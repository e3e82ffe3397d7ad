"""S17: who cannot prove the link hears the same as fast, whether a share waits, was burned, or never was."""

import http.client
import os
import random
import statistics
import time
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.faults import client
from tests.faults.client import ORIGIN, Reply, form, leave, send
from tests.faults.envelopes import seal
from tests.faults.twins import assert_red

KINDS = ("unknown", "burned", "sealed")
SAMPLES = 2000
MOST_SECONDS = 0.001
# What differs from one answer to the next, whatever was asked.
OF_THE_MOMENT = {"date", "x-request-id"}
LEASE = os.urandom(32)


def page_look(envelope):
    return form(f"/s/{envelope.id}", {"link": envelope.link(ORIGIN)}, Accept="text/html")


DOORS = {
    "status": client.status,
    "claim": lambda envelope: client.claim(envelope, LEASE),
    "guess": lambda envelope: client.claim(envelope, LEASE, bytes(32)),
    "blob": lambda envelope: client.fetch(envelope, LEASE),
    "burn": lambda envelope: client.burn(envelope, LEASE),
    "receipt": client.receipt,
    "unlock": client.unlock,
    "curl": client.curl_open,
    "look": page_look,
    "page": lambda envelope: client.page_open(envelope, LEASE),
    "stub": lambda envelope: client.manage(envelope, "status"),
    "stub, page": lambda envelope: client.manage(envelope, "revoke", Accept="text/html"),
}
TIMED = ("status", "claim", "curl", "receipt")


def strangers(url):
    """An envelope of each kind, with the id of a real one and none of its secrets."""
    real = {"unknown": seal(b"x"), "burned": leave(url, seal(b"x")), "sealed": leave(url, seal(b"x"))}
    assert send(url, client.revoke(real["burned"])).status == 204
    return {
        kind: replace(envelope, link_secret=os.urandom(16), manage_secret=os.urandom(16))
        for kind, envelope in real.items()
    }


def seen(reply: Reply):
    """All of an answer that a stranger may compare."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return reply.status, {n: v for n, v in headers.items() if n not in OF_THE_MOMENT}, reply.body


def says_the_same(rig):
    url = rig.masters[0].url
    envelopes = strangers(url)
    for door, ask in DOORS.items():
        told = {kind: seen(send(url, ask(envelopes[kind]))) for kind in KINDS}
        told = {kind: _without_id(said, envelopes[kind].id) for kind, said in told.items()}
        assert told["unknown"][0] == 404, (door, told["unknown"])
        assert told["burned"] == told["unknown"], f"{door}: a burned share is told from none"
        assert told["sealed"] == told["unknown"], f"{door}: a share that waits is told from none"


def _without_id(said, share_id):
    """Which the stranger knows already."""
    status, headers, body = said
    return status, headers, body.replace(share_id.encode(), b"ID")


def answers_as_fast(rig, samples=200):
    """Interleaved at random over one line; by door, how far the medians lie apart, in seconds."""
    url = rig.masters[0].url
    envelopes, apart = strangers(url), {}
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)) as line:
        for door in TIMED:
            took = {kind: [] for kind in KINDS}
            for _ in range(samples):
                for kind in random.sample(KINDS, len(KINDS)):
                    ask = DOORS[door](envelopes[kind])
                    begun = time.perf_counter()
                    line.request(ask.method, ask.path, ask.body or None, ask.headers)
                    line.getresponse().read()
                    took[kind].append(time.perf_counter() - begun)
            found = {kind: statistics.median(times) for kind, times in took.items()}
            apart[door] = max(found.values()) - min(found.values())
            assert apart[door] < MOST_SECONDS, f"{door}: {found}"
    return apart


@pytest.mark.promise("S17")
def test_a_stranger_hears_the_same_of_every_share(rig):
    says_the_same(rig)


@pytest.mark.full
@pytest.mark.promise("S17")
def test_a_stranger_is_answered_as_fast_for_every_share(rig, figure):
    apart = answers_as_fast(rig, SAMPLES)

    most = max(apart.values()) * 1000
    figure("S17", f"medians of {SAMPLES} answers lie {most:.2f} ms apart at most, at {len(apart)} doors")


@pytest.mark.full
@pytest.mark.twin("S17")
def test_a_share_that_takes_longer_or_says_more_is_noticed(make_rig):
    slow = assert_red(make_rig(masters=1, twin="looks_longer_at_what_is_there"), answers_as_fast)
    said = assert_red(make_rig(masters=1, twin="tells_strangers_of_the_end"), says_the_same)

    assert "status: {'unknown': 0.0" in slow
    assert "a burned share is told from none" in said
