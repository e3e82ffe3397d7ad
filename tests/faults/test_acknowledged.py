"""R10: a claim that was acknowledged outlives `kill -9` of the postmaster.

A killed process loses what it had not handed to the kernel; a machine that loses its power loses more,
which nothing here can try.
"""

import os
import random
import threading
import time

import pytest

from tests.faults import client
from tests.faults.client import Ask, LineBroke, Reply, race, send
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.recipients import leave_all
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true

pytestmark = pytest.mark.full
ACKNOWLEDGED = count(100, 1000)
A_WAVE = 80
WITHIN_SECONDS = 0.6  # a wave takes about that long


def a_wave(rig):
    """Many claim at once, and Postgres is killed meanwhile; who was told that they have it."""
    envelopes = [seal(os.urandom(300)) for _ in range(A_WAVE)]
    leave_all(rig.urls, envelopes)
    leases = [os.urandom(32) for _ in envelopes]
    asked = [
        (rig.urls[n % 2], client.claim(envelope, lease))
        for n, (envelope, lease) in enumerate(zip(envelopes, leases, strict=True))
    ]

    killer = threading.Timer(random.uniform(0.05, WITHIN_SECONDS), rig.kill_9, [rig.pair.found.postgres_pid])
    killer.start()
    replies = race(asked)
    killer.join()
    rig.pair.start()

    assert comes_true(20, lambda: all(is_ready(url) for url in rig.urls))
    told = zip(envelopes, leases, replies, strict=True)
    return [(e, lease) for e, lease, reply in told if isinstance(reply, Reply) and reply.status == 200]


def is_ready(url):
    try:
        return send(url, Ask("GET", "/readyz")).status == 200
    except LineBroke:
        return False


def what_was_told_is_true(rig, most=ACKNOWLEDGED):
    """How many claims were acknowledged, and over how many kills."""
    acknowledged, kills = 0, 0
    until = time.monotonic() + 1200
    while acknowledged < most and time.monotonic() < until:
        told, kills = a_wave(rig), kills + 1
        acknowledged += len(told)
        rivals = race([(rig.urls[n % 2], client.claim(e, os.urandom(32))) for n, (e, _) in enumerate(told)])
        assert {reply.status for reply in rivals} <= {410}, "a claim that was told was forgotten"
        again = race([(rig.urls[n % 2], client.claim(e, lease)) for n, (e, lease) in enumerate(told)])
        assert {reply.status for reply in again} <= {200}, "a claimant was forgotten"
    assert acknowledged >= most
    return acknowledged, kills


@pytest.mark.promise("R10")
@pytest.mark.timeout(1800)
def test_a_claim_that_was_told_outlives_a_kill_of_postgres(make_rig, figure):
    acknowledged, kills = what_was_told_is_true(make_rig(masters=2, own_engines=True))

    figure("R10", f"{kills} kills of Postgres under claims: of {acknowledged} acknowledged ones 0 forgotten")


@pytest.mark.twin("R10")
@pytest.mark.timeout(1800)
def test_a_claim_that_does_not_wait_for_its_commit_is_noticed(make_rig):
    twin = make_rig(masters=2, own_engines=True, twin="claims_in_a_hurry")

    assert "forgotten" in assert_red(twin, what_was_told_is_true)
