"""R20: one host's clock is an hour off, or the database's goes back: nothing ends early, late, or again."""

import os
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.faults import client
from tests.faults.client import send
from tests.faults.counts import count, missing
from tests.faults.envelopes import seal, unb64
from tests.faults.rows import story
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true, put

pytestmark = pytest.mark.full
SHARES = count(5, 40)
MINUTE = timedelta(minutes=1)
LIFETIME_SECONDS, LEASE = 3600, timedelta(minutes=15)
BY_THE_HOST = "import time; print(time.time())"
TABLES = ("shares_share", "shares_lease", "shares_event")


def fake(offset):
    """The environment in which a process' clock is that far off."""
    found = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if found is None:
        missing("faketime")
    return {"LD_PRELOAD": str(found), "FAKETIME": offset}


@contextmanager
def one_host_off(rig, offset):
    """The second host's clock, and that of the commands run there."""
    right, wrong = rig.masters
    wrong.ask_to_stop()
    wrong.stop()
    wrong.change(**fake(offset))
    wrong.start()
    wrong.wait_until_ready()
    hours = timedelta(hours=1 if offset[0] == "+" else -1)
    said = rig.manage("shell", "--verbosity=0", "-c", BY_THE_HOST, **fake(offset))
    now = rig.sql("SELECT now()")[0][0]
    told = datetime.fromtimestamp(float(said.split()[-1]), now.tzinfo)
    assert abs(told - now - hours) < MINUTE, "the clock is not off"
    yield right.url, wrong.url


def moved_to(rig, when, envelope):
    rig.sql("UPDATE shares_share SET expires_at = clock_timestamp() + %s WHERE id = %s", when, envelope.id)


def an_hour_changes_nothing(rig, offset):
    """Left, claimed, fetched, ended and swept at a host that is an hour off, and at one that is not."""
    with one_host_off(rig, offset) as (right, wrong):
        for n in range(SHARES):
            here, there = (right, wrong) if n % 2 else (wrong, right)
            opens_within_its_time(rig, here, there)
            is_over_after_its_time(rig, here, there)
        waiting = client.leave(right, seal(os.urandom(300)))
        fetching, lease = client.leave(wrong, seal(os.urandom(100_000))), os.urandom(32)
        said = send(right, client.claim(fetching, lease)).json
        rig.manage("purge_shares", **fake(offset))
        assert story(rig, waiting).state == "ready", "the sweep ended a share that waits"
        assert story(rig, fetching).open_leases == 1, "the sweep ended a lease"
        blob = send(wrong, client.fetch(fetching, lease)).body
        assert fetching.open(unb64(said["wrapped_key"]), unb64(said["meta"]), blob) == fetching.plain
    return 2 * SHARES


def opens_within_its_time(rig, here, there):
    """A lifetime, a lease and a countdown are as long as they say, whoever counts; nothing is over early."""
    envelope, lease = (
        client.leave(here, seal(os.urandom(100_000)), expires_in=LIFETIME_SECONDS),
        os.urandom(32),
    )
    [(lifetime,)] = rig.sql("SELECT expires_at - ready_at FROM shares_share WHERE id = %s", envelope.id)
    assert lifetime == timedelta(seconds=LIFETIME_SECONDS)
    left = send(there, client.status(envelope)).json["seconds_left"] or 0
    assert LIFETIME_SECONDS - 60 <= left <= LIFETIME_SECONDS, f"over before its time: {left} s left"
    moved_to(rig, timedelta(seconds=30), envelope)
    claimed = send(there, client.claim(envelope, lease))
    assert claimed.status == 200, "a share was over before its time"
    for url in (here, there):
        assert send(url, client.fetch(envelope, lease, Range="bytes=0-9")).status == 206
    [(ends_in,)] = rig.sql("SELECT ends_at - now() FROM shares_lease WHERE share_id = %s", envelope.id)
    assert LEASE - MINUTE < ends_in <= LEASE, "a lease moved"


def is_over_after_its_time(rig, here, there):
    envelope = client.leave(here, seal(b"too late"))
    moved_to(rig, timedelta(0), envelope)
    for url in (here, there):
        refused = send(url, client.claim(envelope, os.urandom(32)))
        assert refused.status == 410, "a share was opened after its time"
        assert send(url, client.status(envelope)).json["state"] == "expired"


@pytest.mark.promise("R20")
@pytest.mark.parametrize("offset", ["+1h", "-1h"])
def test_a_host_that_is_an_hour_off_opens_nothing_early_and_ends_nothing_late(make_rig, offset, figure):
    shares = an_hour_changes_nothing(make_rig(masters=2), offset)

    figure("R20", f"one of two hosts {offset.replace('h', ' h')}: {shares} shares open and end in time")


def states(rig):
    return rig.sql("SELECT id, state, claims_left, attempts, ended FROM shares_share ORDER BY id")


def the_clock_goes_back(rig, minutes):
    """Every time of every row is so much later: to the rows the clock went back."""
    for table in TABLES:
        columns = rig.sql(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND data_type = 'timestamp with time zone'",
            table,
        )
        moved = ", ".join(f"{name} = {name} + make_interval(mins => {minutes})" for (name,) in columns)
        rig.sql(f"UPDATE {table} SET {moved}")  # noqa: S608


@pytest.mark.promise("R20")
def test_a_database_clock_that_goes_back_brings_nothing_back(make_rig, figure):
    rig = make_rig(masters=2)
    url, lease = rig.urls[0], os.urandom(32)
    ways = {
        "claimed": lambda e: send(url, client.claim(e, lease)),
        "burned": lambda e: [send(url, client.claim(e, lease)), send(url, client.burn(e, lease))],
        "revoked": lambda e: send(url, client.revoke(e)),
        "locked": lambda e: [send(url, client.claim(e, lease, os.urandom(32))) for _ in range(5)],
        "expired": lambda e: [moved_to(rig, timedelta(0), e), rig.sweep()],
    }
    ended = {way: client.leave(url, seal(b"once", guarded=way == "locked")) for way in ways}
    for way, end in ways.items():
        end(ended[way])
    before = states(rig)

    the_clock_goes_back(rig, 10)
    rig.sweep()

    assert states(rig) == before
    for way, envelope in ended.items():
        for each in rig.urls:
            assert send(each, client.claim(envelope, os.urandom(32))).status in (410, 423), way
    assert send(url, client.claim(ended["claimed"], lease)).status == 200
    assert send(url, put("new.txt", b"new")).status == 201
    assert comes_true(1, lambda: "Traceback" not in rig.logs())
    figure("R20", f"Postgres' clock 10 minutes back: {len(ways)} of {len(ways)} kinds of endings stayed")


@pytest.mark.twin("R20")
def test_a_host_that_believes_its_own_clock_is_noticed(make_rig):
    twin = make_rig(masters=2, twin="host_clock")

    assert_red(twin, lambda rig: an_hour_changes_nothing(rig, "+1h"))
