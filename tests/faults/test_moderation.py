"""A ban holds at every master at once, and from where a share was left is forgotten with it."""

import os

from tests.faults import client
from tests.faults.client import send
from tests.faults.envelopes import seal
from tests.faults.twins import assert_red
from tests.faults.wire import put

HERE = "127.0.0.0/24"
BAN = "INSERT INTO shares_ban (network, reason, until) VALUES (%s, '', now() + %s::interval)"


def a_banned_network_leaves_nothing(rig):
    waiting = client.leave(rig.urls[0], seal(b"left before"))
    rig.sql(BAN, HERE, "1 day")
    before = rig.sql("SELECT count(*) FROM shares_share"), len(rig.blobs())
    try:
        replies = [send(url, client.create(seal(b"no"))) for url in rig.urls]
        replies += [send(url, put("no.txt", b"no")) for url in rig.urls]
        assert {reply.status for reply in replies} == {403}, "a banned network left something"
        assert {reply.code for reply in replies[: len(rig.urls)]} == {"banned"}
        assert (rig.sql("SELECT count(*) FROM shares_share"), len(rig.blobs())) == before
        claimed = send(rig.urls[-1], client.claim(waiting, os.urandom(32)))
        assert claimed.status == 200
    finally:
        rig.sql("DELETE FROM shares_ban")
    assert send(rig.urls[-1], client.create(seal(b"yes"))).status == 201


def the_origin_is_gone_at_the_end(rig):
    ways = {
        "revoked": lambda envelope: send(rig.urls[-1], client.revoke(envelope)),
        "expired": lambda envelope: rig.sweep(),
    }
    for state, end in ways.items():
        envelope = client.leave(rig.urls[0], seal(b"from here"))
        row = "SELECT state, origin IS NULL FROM shares_share WHERE id = %s"
        assert rig.sql(row, envelope.id) == [("ready", False)]
        if state == "expired":
            rig.sql("UPDATE shares_share SET expires_at = now() WHERE id = %s", envelope.id)

        end(envelope)

        assert rig.sql(row, envelope.id) == [(state, True)], "the origin outlived its share"


def test_a_banned_network_leaves_nothing_at_any_master(rig):
    a_banned_network_leaves_nothing(rig)


def test_from_where_a_share_was_left_is_gone_at_its_end(rig):
    the_origin_is_gone_at_the_end(rig)


def test_a_server_that_asks_for_no_ban_is_noticed(make_rig):
    said = assert_red(make_rig(masters=2, twin="bans_nobody"), a_banned_network_leaves_nothing)

    assert "a banned network left something" in said


def test_an_origin_that_outlives_its_share_is_noticed(make_rig):
    said = assert_red(make_rig(masters=2, twin="origin_stays"), the_origin_is_gone_at_the_end)

    assert "the origin outlived its share" in said
