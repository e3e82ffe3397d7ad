"""R26: a create may be repeated; it makes one share and one blob. Another body under the id is refused."""

import os

import pytest

from tests.faults import client
from tests.faults.client import race, send
from tests.faults.counts import count
from tests.faults.envelopes import seal, unb64
from tests.faults.twins import assert_red

AT_ONCE = 20
ROUNDS = count(5, 30)


def repeats_make_one_share(rig):
    for _ in range(ROUNDS):
        envelope, before = seal(os.urandom(400)), len(rig.blobs())

        asked = client.create(envelope)
        replies = race([(rig.urls[n % len(rig.urls)], asked) for n in range(AT_ONCE)])

        assert {reply.status for reply in replies} == {201}, {reply.status for reply in replies}
        assert len({reply.body for reply in replies}) == 1
        assert len(rig.blobs()) - before == 1, f"{len(rig.blobs()) - before} blobs"
        assert rig.incoming() == []
        assert rig.sql("SELECT count(*) FROM shares_share WHERE id = %s", envelope.id) == [(1,)]
        events = rig.sql("SELECT what FROM shares_event WHERE share_id = %s ORDER BY id", envelope.id)
        assert events == [("created",), ("ready",)]


def another_body_is_refused(rig):
    """Two bodies race for one id: one is there, and exactly the other's senders hear 409."""
    for n in range(ROUNDS):
        one = seal(b"one")
        terms = ({"expires_in": 600}, {"expires_in": 601}, {"max_claims": 2})[n % 3]
        bodies = [client.create(one), client.create(one, **terms)]

        replies = race([(rig.urls[i % len(rig.urls)], bodies[i // 2 % 2]) for i in range(AT_ONCE)])

        by_body = [{r.status for i, r in enumerate(replies) if i // 2 % 2 == which} for which in (0, 1)]
        assert sorted(map(sorted, by_body)) == [[201], [409]], by_body
        assert {reply.code for reply in replies if reply.status == 409} == {"id_taken"}


@pytest.mark.promise("R26")
def test_the_same_create_twenty_times_at_once_makes_one_share_and_one_blob(slow_rig, figure):
    repeats_make_one_share(slow_rig)
    figure("R26", f"{ROUNDS} × {AT_ONCE} equal creates at once: {ROUNDS} shares, {ROUNDS} blobs")


@pytest.mark.promise("R26")
def test_another_body_under_the_same_id_is_refused_and_changes_nothing(slow_rig):
    another_body_is_refused(slow_rig)


@pytest.mark.promise("R26")
def test_an_id_that_was_taken_and_burned_stays_taken(rig):
    envelope, lease = client.leave(rig.urls[0], seal(b"once")), os.urandom(32)
    said = send(rig.urls[0], client.claim(envelope, lease)).json
    assert envelope.open(*(unb64(said[name]) for name in ("wrapped_key", "meta", "blob"))) == b"once"
    assert send(rig.urls[0], client.burn(envelope, lease)).status == 204

    again = send(rig.urls[1], client.create(envelope))

    assert again.status == 409
    assert rig.sql("SELECT state FROM shares_share WHERE id = %s", envelope.id) == [("burned",)]


@pytest.mark.twin("R26")
def test_a_create_that_takes_every_body_for_the_same_is_noticed(make_rig):
    assert_red(make_rig(masters=2, twin="same_digest"), another_body_is_refused)


@pytest.mark.twin("R26")
def test_a_loser_who_leaves_the_blob_lying_is_noticed(make_rig):
    twin = make_rig(masters=2, twin="loser_keeps_blob", front=("postgres",))
    twin.lines["postgres"].delay_seconds = 0.005

    said = assert_red(twin, repeats_make_one_share)

    assert "blobs" in said
