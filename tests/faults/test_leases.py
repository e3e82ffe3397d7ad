"""R5: a claim may be repeated by its claimant and by nobody else. R6: a lost reply is no lost share."""

import os
import random

import pytest

from tests.faults import client
from tests.faults.client import LineBroke, race, send
from tests.faults.counts import count
from tests.faults.envelopes import seal, unb64
from tests.faults.proxy import Proxy
from tests.faults.twins import assert_red

REPEATS = count(30, 100)
CUTS = count(20, 200)


def opened(envelope, reply):
    said = reply.json
    return envelope.open(unb64(said["wrapped_key"]), unb64(said["meta"]), unb64(said["blob"]))


def leases(rig, envelope):
    return rig.sql("SELECT count(*) FROM shares_lease WHERE share_id = %s", envelope.id)[0][0]


def repeats_are_one_lease(rig):
    """Three opens are allowed, so a repeat that counts as another claim would be seen."""
    envelope, lease = seal(os.urandom(500)), os.urandom(32)
    client.leave(rig.urls[0], envelope, max_claims=3)

    repeats = [(rig.urls[n % len(rig.urls)], client.claim(envelope, lease)) for n in range(REPEATS)]
    replies = race(repeats)

    assert [reply.status for reply in replies] == [200] * REPEATS
    assert {opened(envelope, reply) for reply in replies} == {envelope.plain}
    assert len({reply.body for reply in replies}) == 1, "the answers differ"
    assert leases(rig, envelope) == 1
    assert send(rig.urls[0], client.status(envelope)).json["claims_left"] == 2


def strangers_get_nothing(rig):
    envelope, lease = client.leave(rig.urls[0], seal(os.urandom(500))), os.urandom(32)
    assert opened(envelope, send(rig.urls[0], client.claim(envelope, lease))) == envelope.plain
    others = [os.urandom(32) for _ in range(10)]

    asked = [client.claim(envelope, other) for other in others]
    asked += [client.page_open(envelope, other) for other in others]
    asked += [client.fetch(envelope, other) for other in others]
    asked += [client.curl_open(envelope)]
    replies = race([(url, ask) for url in rig.urls for ask in asked])

    for reply in replies:
        assert reply.status in (404, 410), f"a stranger got {reply.status}"
        assert envelope.plain not in reply.body
        assert envelope.blob[-100:] not in reply.body
    return len(replies)


@pytest.mark.promise("R5")
def test_repeats_of_one_claim_are_one_lease_with_the_same_answer(rig, figure):
    repeats_are_one_lease(rig)
    figure("R5", f"{REPEATS} repeats at once: 1 lease, {REPEATS} equal answers")


@pytest.mark.promise("R5")
def test_another_lease_secret_gets_no_byte(rig, figure):
    figure("R5", f"{strangers_get_nothing(rig)} strangers with other secrets: 0 bytes")


@pytest.mark.promise("R5")
def test_the_claimants_fetch_may_be_repeated_and_nobody_elses_begins(rig):
    envelope, lease = seal(os.urandom(100_000)), os.urandom(32)
    client.leave(rig.urls[0], envelope)
    said = send(rig.urls[1], client.claim(envelope, lease)).json

    fetched = race([(url, client.fetch(envelope, lease)) for url in rig.urls for _ in range(REPEATS // 3)])
    rival = send(rig.urls[0], client.fetch(envelope, os.urandom(32)))

    plains = {envelope.open(unb64(said["wrapped_key"]), unb64(said["meta"]), one.body) for one in fetched}
    assert plains == {envelope.plain}
    assert rival.status == 404


# --- a lost reply -----------------------------------------------------------------------------------


def lost_replies_are_given_again(rig, cuts=CUTS):
    """Cut the reply of a claim at a random byte, with rivals asking; then the claimant asks again."""
    line = Proxy(("127.0.0.1", rig.masters[0].port)).start()
    try:
        send(line.url, client.claim(a_share(rig), os.urandom(32)))
        delivered = sum(is_delivered_after_a_cut(rig, line) for _ in range(cuts))
    finally:
        line.stop()
    assert line.cuts == cuts, "a reply came through whole"
    assert delivered == cuts, f"{delivered} of {cuts} were delivered"
    return delivered


def a_share(rig):
    return client.leave(rig.urls[0], seal(os.urandom(700)))


def is_delivered_after_a_cut(rig, line):
    envelope, lease = a_share(rig), os.urandom(32)

    # The last bytes of an answer are its body's: whatever is missing, it is not whole.
    line.cut_reply_at = random.randrange(line.longest_reply - 10)
    (cut,) = race([(line.url, client.claim(envelope, lease))])
    line.cut_reply_at = None
    rivals = race([(url, client.claim(envelope, os.urandom(32))) for url in rig.urls for _ in range(2)])
    again = send(rig.urls[-1], client.claim(envelope, lease))

    assert isinstance(cut, LineBroke)
    assert {rival.status for rival in rivals} == {410}
    return again.status == 200 and opened(envelope, again) == envelope.plain


@pytest.mark.promise("R6")
def test_a_reply_cut_at_any_byte_is_given_again_to_its_claimant(rig, figure):
    delivered = lost_replies_are_given_again(rig)
    figure("R6", f"{delivered} of {CUTS} claims delivered whose reply was cut at a random byte, 0 to rivals")


# --- the twins --------------------------------------------------------------------------------------


@pytest.mark.twin("R5")
def test_a_lease_that_is_not_known_again_is_noticed(make_rig):
    assert_red(make_rig(masters=2, twin="lease_once"), repeats_are_one_lease)


@pytest.mark.twin("R5")
def test_a_lease_that_serves_everybody_is_noticed(make_rig):
    said = assert_red(make_rig(masters=2, twin="leases_for_all"), strangers_get_nothing)

    assert "a stranger got 200" in said


@pytest.mark.twin("R6")
def test_a_lease_secret_made_by_the_server_loses_every_lost_reply(make_rig):
    said = assert_red(
        make_rig(masters=2, twin="servers_lease"), lambda rig: lost_replies_are_given_again(rig, 5)
    )

    assert "0 of 5 were delivered" in said
