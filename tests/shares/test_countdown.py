"""Redis: every key runs out by itself, holds no secret, and may be lost at any moment."""

import secrets
from datetime import UTC, datetime

import pytest
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from shares import countdown, redis_line
from shares.errors import ShareGone
from shares.redis_line import cache
from shares.services.burn import burn, revoke
from shares.services.claim import claim
from shares.services.fetch import fetch
from shares.services.status import receipt, status
from shares.services.sweep import sweep
from shares.values import State
from tests.builders import a_claim_of, a_large_share, a_waiting_share

pytestmark = pytest.mark.django_db


def everything():
    """Every raw key of this test's Redis with its seconds to live."""
    line = cache.client.get_client()
    return {key.decode(): line.ttl(key) for key in line.scan_iter()}


def test_every_key_has_a_time_to_live(settings):
    settings.RATE_CREATE = settings.RATE_CLAIM = settings.RATE_READ = "100/m"
    client = Client()
    client.put("/notes.txt", b"content", content_type="text/plain")
    client.post("/s/aaaqeayeaudaocaj", {"link": "nonsense"})
    gone, waiting = a_waiting_share(), a_waiting_share()
    claim(a_claim_of(waiting, network="192.0.2.0/24"))
    revoke(gone.id, gone.manage_token)
    sweep()

    keys = everything()

    assert len(keys) >= 6
    assert {name: left for name, left in keys.items() if left < 0} == {}
    assert max(keys.values()) <= 2 * 86400


def test_a_waiting_share_counts_down_from_its_lifetime():
    sent = a_waiting_share()

    assert 3590 <= countdown.seconds_left(sent.id) <= 3600


def test_what_is_not_known_is_not_made_up():
    assert countdown.seconds_left("aaaqeayeaudaocaj") is None
    assert countdown.gone("aaaqeayeaudaocaj", bytes(32)) is None


def test_no_token_is_written_into_redis():
    sent = a_waiting_share(guarded=True)
    secret = secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))
    burn(sent.id, secret)
    line = cache.client.get_client()

    written = b"".join(key + (line.get(key) or b"") for key in line.scan_iter(match="*share*"))

    assert sent.id.encode() in written
    for token in (sent.link_token, sent.manage_token, sent.password_token, secret, sent.blob):
        assert token not in written
        assert token.hex().encode() not in written


def test_the_end_of_a_share_is_remembered_for_a_day():
    sent = a_waiting_share()

    revoke(sent.id, sent.manage_token)

    assert 86390 <= cache.ttl(f"share:{sent.id}") <= 86400


@pytest.mark.parametrize("step", range(5))
def test_redis_emptied_after_any_step_loses_nothing(step):
    def emptied_at(number):
        if number == step:
            cache.clear()

    sent = a_large_share(guarded=True)
    emptied_at(0)
    assert status(sent.id, sent.link_token).state is State.READY
    emptied_at(1)
    secret = secrets.token_bytes(32)
    lease = claim(a_claim_of(sent, secret))
    emptied_at(2)
    assert claim(a_claim_of(sent, secret)) == lease
    fetch(sent.id, secret)
    emptied_at(3)
    burn(sent.id, secret)
    emptied_at(4)

    with pytest.raises(ShareGone) as refusal:
        claim(a_claim_of(sent))
    assert refusal.value.state is State.BURNED
    assert receipt(sent.id, sent.manage_token).status.state is State.BURNED


def test_the_same_network_has_the_same_digest_within_a_day_and_no_other_one():
    one, again, other = map(countdown.network_digest, ("192.0.2.0/24", "192.0.2.0/24", "198.51.100.0/24"))

    assert one == again != other
    assert len(one) == 16
    assert 2 * 86400 - 10 <= cache.ttl(f"salt:{datetime.now(UTC).date()}") <= 2 * 86400


def test_two_processes_share_a_days_salt(monkeypatch):
    first = countdown.network_digest("192.0.2.0/24")

    monkeypatch.setattr(countdown, "_salt", ("", b""))  # as in a process that has just started

    assert countdown.network_digest("192.0.2.0/24") == first


def test_with_redis_away_nothing_is_known_nothing_fails_and_nobody_asks_again_for_a_second(monkeypatch):
    calls = []

    def refuses(*args, **named):
        calls.append(args)
        raise RedisConnectionError

    for name in ("get", "set", "ttl", "delete_many", "get_or_set"):
        monkeypatch.setattr(cache, name, refuses, raising=False)

    sent = a_waiting_share()
    lease = claim(a_claim_of(sent))
    revoke(sent.id, sent.manage_token)

    assert lease.blob == sent.blob
    assert countdown.seconds_left(sent.id) is None
    assert countdown.network_digest("192.0.2.0/24") == ""
    assert len(calls) == 1
    monkeypatch.setattr(redis_line, "_rest_until", 0.0)
    countdown.seconds_left(sent.id)
    assert len(calls) == 2
