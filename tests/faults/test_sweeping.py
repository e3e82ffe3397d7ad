"""R24, the clock's side: claims, fetches and burns while the time runs out and sweeps begin all the time."""

import asyncio
import os
import random
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults import client
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.recipients import leave_all
from tests.faults.rows import story
from tests.faults.twins import assert_red

PAIRS = count(10, 100)
# Most come a little early: a claim needs some time to arrive.
EARLY_SECONDS, LATE_SECONDS = 0.3, 0.05
SOON = timedelta(seconds=1)


@pytest.fixture(scope="module")
def swept_rig(slow_rig):
    """Two sweeps at once, over and over."""
    with slow_rig.sweeping(), slow_rig.sweeping():
        yield slow_rig


def envelopes_left(rig, **terms):
    envelopes = [seal(os.urandom(300)) for _ in range(PAIRS)]
    leave_all(rig.urls, envelopes, **terms)
    return envelopes


def around(moment, urls, asks):
    """Send each at a random instant close to *moment*; the replies in their order."""

    async def work(send):
        async def one(n, ask):
            wait = (moment - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(0, wait + random.uniform(-EARLY_SECONDS, LATE_SECONDS)))
            return await send(urls[n % len(urls)], ask)

        return await asyncio.gather(*(one(n, ask) for n, ask in enumerate(asks)))

    return client.together(work)


def moved(rig, table, column, key, envelopes):
    """The moment to which that time of all these shares was moved."""
    ids = [envelope.id for envelope in envelopes]
    moment = rig.sql("SELECT now()")[0][0] + SOON
    rig.sql(f"UPDATE {table} SET {column} = %s WHERE {key} = ANY(%s)", moment, ids)  # noqa: S608
    return moment


def settled(rig, envelopes):
    """The stories once the sweeps have passed over them for a while."""
    asyncio.run(asyncio.sleep(0.5))
    return [story(rig, envelope) for envelope in envelopes]


def claims_at_the_end_are_whole_or_refused(rig):
    envelopes = envelopes_left(rig)
    moment = moved(rig, "shares_share", "expires_at", "id", envelopes)

    replies = around(moment, rig.urls, [client.claim(e, os.urandom(32)) for e in envelopes])

    for reply, told in zip(replies, settled(rig, envelopes), strict=True):
        assert (reply.status, told.state, told.leases) in ((200, "claimed", 1), (410, "expired", 0))
        assert told.open_leases == told.leases


@pytest.mark.promise("R24")
def test_a_claim_at_the_end_of_its_time_and_the_sweep(swept_rig):
    claims_at_the_end_are_whole_or_refused(swept_rig)


@pytest.mark.twin("R24")
def test_a_sweep_that_sees_no_lease_is_noticed(make_rig):
    twin = make_rig(masters=2, twin="sweep_sees_no_lease")

    with twin.sweeping():
        said = assert_red(twin, claims_at_the_end_are_whole_or_refused)

    assert "burned" in said


@pytest.mark.promise("R24")
def test_the_first_of_two_claims_at_the_end_of_its_time_keeps_its_lease(swept_rig):
    envelopes = envelopes_left(swept_rig, max_claims=2)
    moment = moved(swept_rig, "shares_share", "expires_at", "id", envelopes)

    replies = around(moment, swept_rig.urls, [client.claim(e, os.urandom(32)) for e in envelopes])

    for reply, told in zip(replies, settled(swept_rig, envelopes), strict=True):
        assert (reply.status, told.state, told.leases) in ((200, "claimed", 1), (410, "expired", 0))
        assert told.open_leases == told.leases
        assert told.events["closed"] == told.leases


@pytest.mark.promise("R24")
def test_a_fetch_at_the_end_of_its_lease_and_the_sweep(swept_rig):
    envelopes, lease = envelopes_left(swept_rig), os.urandom(32)
    claims = [(swept_rig.urls[0], client.claim(envelope, lease)) for envelope in envelopes]
    assert {reply.status for reply in client.race(claims)} == {200}
    moment = moved(swept_rig, "shares_lease", "ends_at", "share_id", envelopes)

    replies = around(moment, swept_rig.urls, [client.fetch(e, lease) for e in envelopes])

    for reply, envelope, told in zip(replies, envelopes, settled(swept_rig, envelopes), strict=True):
        assert reply.status in (200, 410)
        if reply.status == 200:
            assert reply.body == envelope.blob
            assert (told.state, told.open_leases) == ("claimed", 1)
        else:
            assert (told.state, told.events["lease_ended"]) == ("burned", 1)


@pytest.mark.promise("R24")
def test_a_burn_at_the_end_of_its_lease_and_the_sweep(swept_rig):
    envelopes, lease = envelopes_left(swept_rig), os.urandom(32)
    claims = [(swept_rig.urls[0], client.claim(envelope, lease)) for envelope in envelopes]
    assert {reply.status for reply in client.race(claims)} == {200}
    moment = moved(swept_rig, "shares_lease", "ends_at", "share_id", envelopes)

    replies = around(moment, swept_rig.urls, [client.burn(e, lease) for e in envelopes])

    for reply, told in zip(replies, settled(swept_rig, envelopes), strict=True):
        assert reply.status == 204
        assert told.state == "burned"
        assert told.events["received"] + told.events["lease_ended"] == 1


@pytest.mark.promise("R24")
def test_sweeps_leave_no_blob_of_an_ended_share_and_take_none_of_a_living_one(swept_rig):
    envelopes = envelopes_left(swept_rig)
    living, ended = envelopes[::2], envelopes[1::2]
    before = len(swept_rig.blobs())

    moved(swept_rig, "shares_share", "expires_at", "id", ended)
    asyncio.run(asyncio.sleep(2))

    names = swept_rig.sql("SELECT storage_name FROM shares_share WHERE id = ANY(%s)", [e.id for e in living])
    found = {path.name for path in swept_rig.blobs()}
    assert {name for (name,) in names} <= found
    assert before - len(found) == len(ended)
