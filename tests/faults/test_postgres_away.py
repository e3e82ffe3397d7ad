"""R12: without Postgres the answer is 503 within five seconds, and it comes back by itself."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from onetimeshare import engines
from tests.faults import client
from tests.faults.client import Ask, send
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true, post_form, put, timed

PATIENCE_SECONDS, RECOVERY_SECONDS = 5, 10
AT_ONCE = 24
HEALTH = Ask("GET", "/healthz")
WAVES = count(1, 5)
# In the short run only one fault is waited for as long as a real server waits.
SOONER = {"DATABASE_PATIENCE_SECONDS": str(count(1, 4))}


def everything_that_needs_it(envelope):
    lease = os.urandom(32)
    html = {"Accept": "text/html"}
    browser = post_form(text="x")
    return [
        client.create(seal(b"x")),
        client.status(envelope),
        client.claim(envelope, lease),
        client.fetch(envelope, lease),
        client.burn(envelope, lease),
        client.receipt(envelope),
        client.complete(envelope),
        client.part(envelope, 0, 100),
        client.unlock(envelope),
        put("notes.txt", b"x"),
        post_form(text="x"),
        post_form(("notes.txt", b"x")),
        Ask("POST", "/", browser.headers | html, browser.body),
        client.curl_open(envelope),
        client.page_open(envelope, lease),
        client.manage(envelope, "status"),
        client.manage(envelope, "revoke"),
        client.api("GET", f"/{envelope.id}/parts", envelope.manage_token),
    ]


def says_so(rig, envelope):
    """Every door that needs Postgres: 503 and Retry-After, within five seconds, all asked at once.

    A machine that does much else is late with everything: as late as with what needs no Postgres, beside it.
    """
    asked = everything_that_needs_it(envelope) * WAVES
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        mixed = [each for ask in asked for each in (ask, HEALTH)]
        answered = list(crowd.map(lambda ask: timed(rig.urls[0], ask), mixed))
    replies, beside = answered[::2], answered[1::2]
    patience = PATIENCE_SECONDS + max(seconds for _, seconds in beside)

    told = [(ask.method, ask.path[-20:], r.status, s) for ask, (r, s) in zip(asked, replies, strict=True)]
    assert [one for one in told if one[2] != 503] == []
    assert [one for one in told if one[3] > patience] == []
    assert all(int(reply.headers.get("Retry-After", 0)) > 0 for reply, _ in replies)
    assert "Traceback" not in rig.logs()
    assert {reply.status for reply, _ in beside} == {200}
    assert send(rig.urls[0], Ask("GET", "/")).status == 200
    ready, seconds = timed(rig.urls[0], Ask("GET", "/readyz"))
    assert (ready.status, seconds <= patience) == (503, True)
    return len(asked)


def is_ready(rig):
    return comes_true(RECOVERY_SECONDS, lambda: send(rig.urls[0], Ask("GET", "/readyz")).status == 200)


def is_well_again(rig, envelope):
    """Within ten seconds, and no process was started for it."""
    pids = rig.masters[0].worker_pids
    assert is_ready(rig)
    taken = send(rig.urls[0], client.claim(envelope, os.urandom(32)))
    assert taken.status == 200
    assert rig.masters[0].worker_pids == pids


@pytest.fixture(scope="module")
def fronted_rig(rigs):
    return rigs.make(masters=1, front=("postgres",), environ=SOONER)


@pytest.fixture
def fronted(fronted_rig):
    yield fronted_rig
    assert is_ready(fronted_rig)


def waiting(rig):
    return client.leave(rig.urls[0], seal(b"waiting"))


@pytest.mark.promise("R12")
def test_a_silent_postgres_is_told_within_five_seconds_and_found_again(make_rig, figure):
    rig = make_rig(masters=1, front=("postgres",))
    envelope = waiting(rig)

    rig.lines["postgres"].black_hole = True
    asked = says_so(rig, envelope)
    rig.lines["postgres"].heal()

    is_well_again(rig, envelope)
    figure("R12", f"Postgres silent: {asked} of {asked} requests 503 within 5 s, well again within 10 s")


@pytest.mark.promise("R12")
def test_a_postgres_that_refuses_is_told_and_found_again(fronted):
    envelope = waiting(fronted)
    line = fronted.lines["postgres"]

    line.refuse()
    try:
        says_so(fronted, envelope)
    finally:
        line.admit()

    is_well_again(fronted, envelope)


@pytest.mark.promise("R12")
def test_connections_that_died_in_the_pool_cost_nobody_a_request(fronted):
    envelopes = [waiting(fronted) for _ in range(10)]

    fronted.lines["postgres"].drop()

    statuses = [
        send(fronted.urls[0], client.claim(envelope, os.urandom(32))).status for envelope in envelopes
    ]
    assert statuses[-1] == 200
    assert set(statuses) <= {200, 503}


@pytest.mark.promise("R12")
def test_a_postgres_that_is_stopped_or_killed_is_told_and_found_again(make_rig, figure):
    rig = make_rig(masters=1, own_engines=True, environ=SOONER)
    envelopes = [waiting(rig), waiting(rig)]

    engines.stop(rig.pair.root, names=("postgres",), environ={})
    asked = says_so(rig, envelopes[0])
    rig.pair.start()
    is_well_again(rig, envelopes[0])

    rig.kill_9(rig.pair.found.postgres_pid)
    asked += says_so(rig, envelopes[1])
    rig.pair.start()
    is_well_again(rig, envelopes[1])
    figure("R12", f"Postgres stopped and killed: {asked} of {asked} × 503, well again without a restart")


@pytest.mark.twin("R12")
def test_a_product_that_answers_500_without_postgres_is_noticed(make_rig):
    rig = make_rig(masters=1, front=("postgres",), twin="postgres_unnamed")
    envelope = waiting(rig)
    rig.lines["postgres"].refuse()

    said = assert_red(rig, lambda rig: says_so(rig, envelope))

    assert "500" in said


@pytest.mark.twin("R12")
def test_a_product_that_waits_for_postgres_again_is_noticed(make_rig):
    rig = make_rig(masters=1, front=("postgres",), twin="asks_postgres_on_and_on")
    envelope = waiting(rig)
    rig.lines["postgres"].black_hole = True

    assert_red(rig, lambda rig: says_so(rig, envelope))
