"""R11: without Redis nothing is lost and nothing waits; only what would invite abuse closes a little."""

import os
from urllib.parse import urlencode

import pytest
import redis

from tests.faults import client
from tests.faults.client import Ask, send
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true, post_form, put, timed

SHARES = count(20, 500)  # before, and again after
SAMPLES = count(20, 60)
ADDED_SECONDS = 0.25
CAP_A_MINUTE = 30


def p95(seconds):
    return sorted(seconds)[int(len(seconds) * 0.95)]


# --- R11: Redis is flushed, silent, killed ----------------------------------------------------------


def cycle(rig):
    """Create and claim one small share; how long each took."""
    envelope = seal(os.urandom(500))
    made, create_seconds = timed(rig.urls[0], client.create(envelope))
    taken, claim_seconds = timed(rig.urls[0], client.claim(envelope, os.urandom(32)))
    assert (made.status, taken.status) == (201, 200)
    return create_seconds, claim_seconds


def p95_of_cycles(rig, samples):
    made, taken = zip(*[cycle(rig) for _ in range(samples)], strict=True)
    return p95(made), p95(taken)


def no_share_and_no_attempt_is_lost(rig, break_redis):
    """Shares left before *break_redis*, and after it, are claimable; four used attempts stay four."""
    guarded = client.leave(rig.urls[0], seal(b"guarded", guarded=True))
    guesses = [send(rig.urls[0], client.claim(guarded, os.urandom(32), os.urandom(32))) for _ in range(4)]
    assert [guess.status for guess in guesses] == [403] * 4
    before = [client.leave(rig.urls[0], seal(os.urandom(500))) for _ in range(SHARES)]

    break_redis()

    after = [client.leave(rig.urls[0], seal(os.urandom(500))) for _ in range(SHARES)]
    taken = [send(rig.urls[0], client.claim(envelope, os.urandom(32))) for envelope in (*before, *after)]
    assert [reply.status for reply in taken] == [200] * len(taken)
    assert send(rig.urls[0], client.status(guarded)).json["attempts_left"] == 1
    assert send(rig.urls[0], client.claim(guarded, os.urandom(32), os.urandom(32))).status == 403
    assert send(rig.urls[0], client.claim(guarded, os.urandom(32))).status == 423


def redis_adds_little(rig, break_redis, samples=SAMPLES):
    """Create and claim, before and after in the same run: at most 250 ms more at the 95th of a hundred."""
    cycle(rig)
    with_redis = p95_of_cycles(rig, samples)

    break_redis()

    without = p95_of_cycles(rig, samples)
    added = [late - soon for soon, late in zip(with_redis, without, strict=True)]
    assert max(added) <= ADDED_SECONDS, added


def flush(rig):
    with rig.redis() as line:
        line.flushall()


def fall_silent(rig):
    rig.lines["valkey"].black_hole = True


def refuse(rig):
    rig.lines["valkey"].refuse()


def fill_up(rig):
    """Not a byte more is taken; what is there may be read."""
    with rig.redis() as line:
        line.config_set("maxmemory", "1")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            line.set("more", "x" * 1000)


DID = {flush: "was emptied", fall_silent: "was silent", refuse: "refused"}


@pytest.fixture(scope="module")
def fronted(rigs):
    """A rig with lines that can be spoilt; `fronted` as a test takes it is healed afterwards."""
    return rigs.make(masters=1, front=("valkey",))


@pytest.fixture
def healed(fronted):
    yield fronted
    for line in fronted.lines.values():
        line.heal()
        if line.is_refusing:
            line.admit()
    assert comes_true(10, lambda: b'"redis": true' in send(fronted.urls[0], Ask("GET", "/readyz")).body)


@pytest.mark.promise("R11")
@pytest.mark.parametrize("breaks", [flush, fall_silent])
def test_redis_emptied_or_silent_loses_no_share_and_no_attempt(healed, breaks, figure):
    no_share_and_no_attempt_is_lost(healed, lambda: breaks(healed))
    figure("R11", f"{2 * SHARES} of {2 * SHARES} shares claimed though Redis {DID[breaks]}")


@pytest.mark.promise("R11")
@pytest.mark.parametrize("breaks", [fall_silent, refuse])
def test_a_redis_that_is_away_adds_at_most_a_quarter_of_a_second(healed, breaks, figure):
    redis_adds_little(healed, lambda: breaks(healed))
    figure(
        "R11",
        f"p95 of create and claim at most {1000 * ADDED_SECONDS:.0f} ms later while Redis {DID[breaks]}",
    )


def creates_are_capped(rig, login):
    """Anonymous creates and logins: refused with 429 after the small cap, in each door; claims go on."""
    waiting = client.leave(rig.urls[0], seal(b"left before"))
    fall_silent(rig)

    asked = {
        "form": post_form(text="x"),
        "api": lambda: client.create(seal(b"x")),
        "put": put("x.txt", b"x"),
        "login": login,
    }
    doors = ("form", "api", "put") if login is None else ("login",)
    replies = []
    for n in range(CAP_A_MINUTE * 2 + 10):  # a minute may end in between
        ask = asked[doors[n % len(doors)]]
        replies.append(send(rig.urls[0], ask() if callable(ask) else ask))

    capped = [reply for reply in replies if reply.status == 429]
    assert capped, {reply.status for reply in replies}
    assert all("Retry-After" in reply.headers for reply in capped)
    assert send(rig.urls[0], client.claim(waiting, os.urandom(32))).status == 200


RATED = {"RATE_CREATE": "1000/h", "RATE_LOGIN": "1000/m", "RATE_CLAIM": "1000/m"}


@pytest.mark.promise("R11")
def test_without_redis_creation_falls_back_to_a_small_cap_in_each_process(make_rig):
    rig = make_rig(masters=1, front=("valkey",), environ=RATED)

    creates_are_capped(rig, None)


@pytest.mark.promise("R11")
def test_without_redis_login_falls_back_to_a_small_cap_in_each_process(make_rig):
    rig = make_rig(masters=1, front=("valkey",), environ=RATED)
    page = send(rig.urls[0], Ask("GET", "/accounts/login"))
    token = page.body.partition(b'csrfmiddlewaretoken" value="')[2].partition(b'"')[0].decode()
    fields = {"login": "someone@example.org", "password": "a guess", "csrfmiddlewaretoken": token}
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}

    creates_are_capped(rig, Ask("POST", "/accounts/login", headers, urlencode(fields).encode()))


@pytest.mark.promise("R11")
def test_a_full_and_a_killed_redis_lose_no_share_and_no_attempt_and_are_found_again(make_rig, figure):
    rig = make_rig(masters=1, own_engines=True)

    no_share_and_no_attempt_is_lost(rig, lambda: fill_up(rig))
    with rig.redis() as line:
        line.config_set("maxmemory", "0")
    assert comes_true(10, lambda: b'"redis": true' in send(rig.urls[0], Ask("GET", "/readyz")).body)
    no_share_and_no_attempt_is_lost(rig, lambda: rig.kill_9(rig.pair.found.valkey_pid))
    rig.pair.start()

    assert comes_true(10, lambda: b'"redis": true' in send(rig.urls[0], Ask("GET", "/readyz")).body)
    figure(
        "R11", f"{2 * SHARES} shares while Redis was full, and {2 * SHARES} while it was killed: all claimed"
    )


@pytest.mark.twin("R11")
def test_a_product_that_leans_on_redis_is_noticed(make_rig):
    climbs = make_rig(masters=1, front=("valkey",), twin="redis_errors_climb")
    assert_red(climbs, lambda rig: no_share_and_no_attempt_is_lost(rig, lambda: fall_silent(rig)))


@pytest.mark.twin("R11")
def test_a_product_that_tries_a_dead_redis_again_and_again_is_noticed(make_rig):
    impatient = make_rig(masters=1, front=("valkey",), twin="redis_is_retried")
    assert_red(impatient, lambda rig: redis_adds_little(rig, lambda: fall_silent(rig), 5))


@pytest.mark.twin("R11")
def test_a_product_that_opens_up_without_redis_is_noticed(make_rig):
    generous = make_rig(masters=1, front=("valkey",), twin="no_cap_without_redis", environ=RATED)
    assert_red(generous, lambda rig: creates_are_capped(rig, None))
