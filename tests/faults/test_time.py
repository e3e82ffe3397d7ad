"""R19: a share's time is enforced when it is looked at, sweep or no sweep, and nobody gets an endless one."""

import asyncio
import itertools
import json
import os
import random
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.faults import client
from tests.faults.client import Ask, race, send
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.recipients import API, CURL, PAGE, leave_all, take
from tests.faults.twins import assert_red

SHARES = count(60, 200)
EDGE_SECONDS = 0.05
# On a busy machine a claim needs some time to arrive; half of them set out that much earlier.
EARLY_SECONDS = 0.4
CERTAIN_SECONDS = 1.5
LONGEST = timedelta(days=30)


# --- nothing sweeps ---------------------------------------------------------------------------------


def nothing_opens_after_its_time(rig):
    """At expiry + 0 ms: by every door, at every master, with and without a password."""
    envelopes = [seal(b"too late", password) for password in ("", "correct horse")]
    leave_all(rig.urls, envelopes)
    ids = [envelope.id for envelope in envelopes]
    rig.sql("UPDATE shares_share SET expires_at = clock_timestamp() WHERE id = ANY(%s)", ids)

    for envelope, url in itertools.product(envelopes, rig.urls):
        for door in (API, CURL, PAGE):
            ended = client.together(lambda s, u=url, e=envelope, d=door: take(s, u, e, d))
            assert ended.plain is None, f"opened by {door} after its time"
            assert ended.status == 410
        assert send(url, client.status(envelope)).json["state"] == "expired"
    (rows,) = rig.sql("SELECT count(*) FROM shares_lease WHERE share_id = ANY(%s)", ids)
    assert rows == (0,)
    (attempts,) = rig.sql("SELECT sum(attempts) FROM shares_share WHERE id = ANY(%s)", ids)
    assert attempts == (0,)


@pytest.mark.promise("R19")
def test_nothing_opens_after_its_time_though_nobody_sweeps(rig):
    nothing_opens_after_its_time(rig)


@pytest.mark.promise("R19")
def test_a_claim_around_the_end_is_whole_or_refused_and_never_both(rig, figure):
    early = itertools.cycle((-CERTAIN_SECONDS, *[None] * 8, EDGE_SECONDS * 2))
    plan = list(itertools.islice(early, SHARES))
    envelopes = [seal(os.urandom(300)) for _ in plan]
    leave_all(rig.urls, envelopes)
    ids = [envelope.id for envelope in envelopes]
    moment = rig.sql("SELECT clock_timestamp()")[0][0] + timedelta(seconds=2 + CERTAIN_SECONDS)
    rig.sql("UPDATE shares_share SET expires_at = %s WHERE id = ANY(%s)", moment, ids)

    ended = around(moment, rig.urls, envelopes, plan)

    leases = "(SELECT count(*) FROM shares_lease l WHERE l.share_id = s.id)"
    query = f"SELECT id, {leases}, opened_at FROM shares_share s WHERE id = ANY(%s)"  # noqa: S608
    rows = {share_id: (leases, opened_at) for share_id, leases, opened_at in rig.sql(query, ids)}
    states = {e.id: send(rig.urls[0], client.status(e)).json["state"] for e in envelopes}
    for envelope, one, when in zip(envelopes, ended, plan, strict=True):
        (leases, opened_at), state = rows[envelope.id], states[envelope.id]
        if one.plain is not None:
            assert one.plain == envelope.plain
            assert leases == 1
            # For curl it burns when the answer has ended, which is a moment after its last byte.
            assert state == "claimed" or (state, one.door) == ("burned", CURL)
            assert opened_at < moment, "claimed after its time"
        else:
            assert (one.status, leases, opened_at, state) == (410, 0, None, "expired")
        if when is not None:
            assert (one.plain is None) == (when > 0)
    figure("R19", f"{SHARES} shares taken around their end: each opened or expired, 0 both")


def around(moment, urls, envelopes, plan):
    """Take each a random while around *moment*, or exactly as far from it as *plan* says."""

    async def work(sender):
        async def one(n, envelope, when):
            wait = (moment - datetime.now(UTC)).total_seconds()
            near = random.uniform(-random.choice((EDGE_SECONDS, EARLY_SECONDS)), EDGE_SECONDS)
            offset = near if when is None else when
            await asyncio.sleep(max(0, wait + offset))
            return await take(sender, urls[n % len(urls)], envelope, (API, CURL, PAGE)[n % 3])

        return await asyncio.gather(
            *(one(n, e, w) for n, (e, w) in enumerate(zip(envelopes, plan, strict=True)))
        )

    return client.together(work)


# --- lifetimes that are none ------------------------------------------------------------------------

# As they stand in JSON: some are no JSON, and Python's reader takes them all the same.
IN_JSON = (
    *("0", "-1", '""', "null", "NaN", "Infinity", "-Infinity", "1e400", "1e9", "9223372036854775808"),
    *('"1e9"', '"3600"', "true", "1.5", "[]", "{}", "299", "2592001"),
)
IN_FORMS = (
    *("0", "-1", "-0", "NaN", "inf", "1e9", "1e400", "9223372036854775808", "1.5", "true", "null", "0h"),
    *("00005m", "５m", "1 h", "h", "5mm", "299", "4m", "31d", "99999w", "0x10", "+5m", "1_000"),
)


def no_lifetime_is_endless(rig):
    """Every odd lifetime is refused with a 4xx; whatever is left behind goes within thirty days."""
    for value in IN_JSON:
        reply = send(rig.urls[0], with_lifetime(value))
        assert 400 <= reply.status < 500, f"expires_in {value} got {reply.status}"
    for value in IN_FORMS:
        put = Ask("PUT", f"/notes.txt?expires={quote(value)}", {}, b"x")
        form = client.form("/", {"text": "x", "expires": value})
        for ask in (put, form, as_multipart({"text": "x", "expires": value})):
            reply = send(rig.urls[0], ask)
            assert reply.status in (400, 422), f"expires {value!r} got {reply.status}"
    endless = rig.sql(
        "SELECT count(*) FROM shares_share WHERE state = 'ready' AND expires_at > now() + %s", LONGEST
    )
    assert endless == [(0,)]


def with_lifetime(value):
    said = json.dumps(seal(b"x").deposit(expires_in=123454321)).replace("123454321", value)
    asked = client.api("POST", "", said={})
    return Ask(asked.method, asked.path, asked.headers, said.encode())


def as_multipart(fields):
    edge = "edge-of-a-part"
    parts = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    return Ask("POST", "/", kind, f"{parts}--{edge}--\r\n".encode())


@pytest.mark.promise("R19")
def test_no_odd_lifetime_becomes_an_endless_share(rig, figure):
    no_lifetime_is_endless(rig)
    odd = len(IN_JSON) + 3 * len(IN_FORMS)
    figure("R19", f"{odd} odd lifetimes: {odd} refused")


@pytest.mark.promise("R19")
@pytest.mark.parametrize("value", ["", "5m", "24h", "30d", "300"])
def test_a_lifetime_that_is_one_is_kept_to_the_second(rig, value):
    seconds = {"": 86400, "5m": 300, "24h": 86400, "30d": 30 * 86400, "300": 300}[value]

    (reply,) = race([(rig.urls[0], Ask("PUT", f"/notes.txt?expires={value}", {}, b"x"))])

    assert reply.status == 201
    lifetimes = rig.sql("SELECT expires_at - ready_at FROM shares_share ORDER BY created_at DESC LIMIT 1")
    assert lifetimes == [(timedelta(seconds=seconds),)]


# --- the twins --------------------------------------------------------------------------------------


@pytest.mark.twin("R19")
def test_a_time_that_only_the_sweep_ends_is_noticed(make_rig):
    said = assert_red(make_rig(masters=2, twin="time_by_sweep"), nothing_opens_after_its_time)

    assert "opened by api after its time" in said


@pytest.mark.twin("R19")
def test_a_lifetime_of_zero_that_means_for_ever_is_noticed(make_rig):
    said = assert_red(make_rig(masters=1, twin="zero_is_for_ever"), no_lifetime_is_endless)

    assert "got 201" in said
