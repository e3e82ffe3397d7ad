"""R24: two want the same share at the same moment. One legal order happened, and each step is told once."""

import os
import random

import pytest

from tests.faults import client
from tests.faults.client import race, send
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.moderator import Moderator
from tests.faults.rows import story
from tests.faults.twins import assert_red

PAIRS = count(10, 100)


@pytest.fixture(scope="module")
def moderator(slow_rig):
    return Moderator(slow_rig)


def left(rig, *, guarded=False, **terms):
    return client.leave(rig.urls[0], seal(os.urandom(300), guarded=guarded), **terms)


def claim(envelope):
    return client.claim(envelope, os.urandom(32))


def meet(rig, *asks):
    """All at once, each at another master, in a random order."""
    placed = list(enumerate(asks))
    random.shuffle(placed)
    urls = rig.urls
    replies = race([(urls[n % len(urls)], ask) for n, (_, ask) in enumerate(placed)])
    return [
        reply for _, reply in sorted(zip((n for n, _ in placed), replies, strict=True), key=lambda x: x[0])
    ]


@pytest.mark.promise("R24")
def test_a_claim_and_a_revoke(slow_rig, figure):
    for _ in range(PAIRS):
        envelope = left(slow_rig)

        claimed, revoked = meet(slow_rig, claim(envelope), client.revoke(envelope))

        told = story(slow_rig, envelope)
        assert revoked.status == 204
        assert (claimed.status, told.leases) in ((200, 1), (410, 0))
        assert told.state == "revoked"
    figure("R24", f"{PAIRS} pairs of each kind: {PAIRS} legal orders, each step told once")


@pytest.mark.promise("R24")
def test_a_claim_and_a_moderator(slow_rig, moderator):
    for _ in range(PAIRS):
        envelope = left(slow_rig)

        claimed, removed = meet(slow_rig, claim(envelope), moderator.take_down(envelope))

        told = story(slow_rig, envelope)
        assert removed.status == 302
        assert (claimed.status, told.leases) in ((200, 1), (410, 0))
        assert told.state == "removed"


def several_ends_are_one(rig, moderator=None):
    """Two revokes, a moderator and the claimant's own burn: the share ends once."""
    for _ in range(PAIRS):
        envelope, lease = left(rig), os.urandom(32)
        assert send(rig.urls[0], client.claim(envelope, lease)).status == 200
        ends = [client.revoke(envelope), client.revoke(envelope), client.burn(envelope, lease)]
        ends += [moderator.take_down(envelope)] if moderator else []

        replies = meet(rig, *ends)

        told = story(rig, envelope)
        assert {reply.status for reply in replies} <= {204, 302}
        assert told.state in ("revoked", "removed", "burned")
        assert (told.state == "burned") <= (told.events["received"] == 1)


@pytest.mark.promise("R24")
def test_a_share_that_is_ended_by_four_at_once_ends_once(slow_rig, moderator):
    several_ends_are_one(slow_rig, moderator)


@pytest.mark.promise("R24")
def test_a_claim_and_the_guess_that_locks(slow_rig):
    for _ in range(PAIRS):
        envelope = left(slow_rig, guarded=True)
        slow_rig.sql("UPDATE shares_share SET attempts = 4 WHERE id = %s", envelope.id)

        right, wrong = meet(slow_rig, claim(envelope), client.claim(envelope, os.urandom(32), os.urandom(32)))

        told = story(slow_rig, envelope)
        assert (right.status, wrong.status) in ((200, 410), (423, 403))
        if right.status == 200:
            assert (told.state, told.events["locked"], told.attempts) == ("claimed", 0, 4)
        else:
            assert (told.state, told.events["locked"], told.attempts) == ("ready", 1, 5)
            assert told.leases == 0


@pytest.mark.promise("R24")
def test_a_claim_and_another_claim(slow_rig):
    for opens in (1, 2) * (PAIRS // 2):
        envelope = left(slow_rig, max_claims=opens)

        replies = meet(slow_rig, *(claim(envelope) for _ in range(3)))

        told = story(slow_rig, envelope)
        assert sorted(reply.status for reply in replies) == [200] * opens + [410] * (3 - opens)
        assert (told.state, told.leases, told.claims_left) == ("claimed", opens, 0)


@pytest.mark.promise("R24")
def test_two_unlocks(slow_rig):
    for _ in range(PAIRS):
        envelope = left(slow_rig, guarded=True)
        slow_rig.sql("UPDATE shares_share SET attempts = 5 WHERE id = %s", envelope.id)

        meet(slow_rig, client.unlock(envelope), client.unlock(envelope))

        told = story(slow_rig, envelope)
        assert (told.attempts, told.events["unlocked"]) == (0, 1)
        unlocks = slow_rig.sql("SELECT unlocks FROM shares_share WHERE id = %s", envelope.id)
        assert unlocks == [(1,)]


# --- the twin ---------------------------------------------------------------------------------------


@pytest.mark.twin("R24")
def test_a_row_that_is_not_locked_is_noticed(make_rig):
    twin = make_rig(masters=2, twin="lock_nothing", front=("postgres",))
    twin.lines["postgres"].delay_seconds = 0.005

    # By two ends of one share, or by the deadlock that the two run into.
    assert_red(twin, several_ends_are_one)
