"""Taking a share: who gets it, what a repeat gets, and what the database remembers of it."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from sealing.keys import verifier
from shares.errors import BlobMissing, LeaseOver, ShareGone, StoreAway, WrongPassword
from shares.models import Lease, Share
from shares.redis_line import cache
from shares.services.burn import end, revoke
from shares.services.claim import claim, pay_before_guessing
from shares.services.fetch import fetch
from shares.storage import share_storage
from shares.values import State
from tests.builders import (
    a_claim_of,
    a_large_share,
    a_waiting_share,
    names_of,
    nothing_changes,
    race,
)

pytestmark = pytest.mark.django_db


def test_a_claim_gives_the_envelope_as_it_was_left():
    sent = a_waiting_share()

    lease = claim(a_claim_of(sent))

    assert (lease.wrapped_key, lease.meta, lease.blob) == (
        sent.deposit.wrapped_key,
        sent.deposit.meta,
        sent.blob,
    )
    assert (lease.size_bytes, lease.kdf) == (len(sent.blob), 0)
    assert sent.row.state == State.CLAIMED
    assert sent.events == ["created", "ready", "claimed"]


def test_a_large_envelope_comes_without_its_blob():
    sent = a_large_share()

    lease = claim(a_claim_of(sent))

    assert lease.blob is None
    assert lease.wrapped_key == sent.deposit.wrapped_key


def test_the_lease_ends_a_quarter_of_an_hour_later_by_the_databases_clock():
    sent = a_waiting_share()

    lease = claim(a_claim_of(sent))

    row = Lease.objects.get(share=sent.id)
    assert lease.lease_expires_at == row.ends_at
    assert timedelta(seconds=899) < row.ends_at - row.made_at <= timedelta(seconds=900)
    assert timedelta(seconds=3599) < row.hard_end - row.made_at <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("size", "hard_end"), [(10**9, timedelta(seconds=10_000)), (10**12, timedelta(hours=24))]
)
def test_a_large_share_has_as_long_as_a_slow_line_needs_but_at_most_a_day(size, hard_end):
    sent = a_large_share()
    Share.objects.filter(pk=sent.id).update(size=size)

    claim(a_claim_of(sent))

    row = Lease.objects.get(share=sent.id)
    assert abs(row.hard_end - row.made_at - hard_end) < timedelta(seconds=1)


def test_the_same_lease_secret_gets_the_same_answer_again_and_costs_nothing():
    sent = a_waiting_share()
    asked = a_claim_of(sent)
    first = claim(asked)

    with nothing_changes(sent):
        second = claim(asked)

    assert second == first


def test_a_lost_answer_can_be_asked_for_again_without_the_password():
    sent = a_waiting_share(guarded=True)
    secret = secrets.token_bytes(32)
    first = claim(a_claim_of(sent, secret))

    with nothing_changes(sent):
        second = claim(a_claim_of(sent, secret, password_token=None))

    assert second == first


def test_another_lease_secret_gets_nothing_once_the_share_is_claimed():
    sent = a_waiting_share()
    claim(a_claim_of(sent))

    with nothing_changes(sent), pytest.raises(ShareGone) as refusal:
        claim(a_claim_of(sent))

    assert refusal.value.state is State.CLAIMED
    assert refusal.value.opened_at == sent.row.opened_at


@pytest.mark.django_db(transaction=True)
def test_of_twenty_claims_at_once_exactly_one_gets_the_envelope():
    sent = a_waiting_share()

    outcomes = race(lambda: claim(a_claim_of(sent)), times=20)

    assert names_of(outcomes) == ["Lease"] + ["ShareGone"] * 19
    assert sent.events.count("claimed") == 1
    assert Lease.objects.filter(share=sent.id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_claims_at_once_are_one_lease():
    sent = a_waiting_share(guarded=True)
    asked = a_claim_of(sent)

    outcomes = race(lambda: claim(asked), times=20)

    assert names_of(outcomes) == ["Lease"] * 20
    assert {outcome.blob for outcome in outcomes} == {sent.blob}
    assert sent.events.count("claimed") == 1
    assert sent.row.attempts == 0


@pytest.mark.django_db(transaction=True)
def test_a_share_for_three_is_given_out_three_times_in_a_rush_of_twelve():
    sent = a_waiting_share(claims=3)

    outcomes = race(lambda: claim(a_claim_of(sent)), times=12)

    assert names_of(outcomes) == ["Lease"] * 3 + ["ShareGone"] * 9
    assert (sent.row.state, sent.row.claims_left) == (State.CLAIMED, 0)


def test_a_share_for_two_stays_ready_until_its_last_claim():
    sent = a_waiting_share(claims=2)

    claim(a_claim_of(sent))
    assert (sent.row.state, sent.row.claims_left) == (State.READY, 1)

    claim(a_claim_of(sent))
    assert (sent.row.state, sent.row.claims_left) == (State.CLAIMED, 0)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_wrong_guesses_at_once_only_five_are_looked_at():
    sent = a_waiting_share(guarded=True)

    outcomes = race(lambda: claim(a_claim_of(sent, password_token=secrets.token_bytes(32))), times=20)

    assert names_of(outcomes) == ["ShareLocked"] * 15 + ["WrongPassword"] * 5
    told = sorted(outcome.attempts_left for outcome in outcomes if isinstance(outcome, WrongPassword))
    assert told == [0, 1, 2, 3, 4]
    assert sent.events.count("wrong_password") == 5
    assert sent.events.count("locked") == 1


def test_the_right_password_gives_its_attempt_back():
    sent = a_waiting_share(guarded=True, claims=2)
    with pytest.raises(WrongPassword):
        claim(a_claim_of(sent, password_token=bytes(32)))

    claim(a_claim_of(sent))

    assert sent.row.attempts == 1


def test_a_form_that_comes_twice_at_once_costs_no_attempt():
    sent = a_waiting_share(guarded=True, claims=2)
    asked = a_claim_of(sent)
    both = [pay_before_guessing(sent.id, sent.link_token) for _ in range(2)]

    for paid in both:
        claim(replace(asked, paid_attempt=paid))

    assert (sent.row.attempts, sent.row.claims_left) == (0, 1)


@pytest.mark.parametrize("ended_as", [State.REVOKED, State.REMOVED])
def test_a_lease_ends_with_its_share_also_for_a_repeat(ended_as):
    sent = a_waiting_share()
    asked = a_claim_of(sent)
    claim(asked)
    end(sent.id, ended_as)

    with pytest.raises(ShareGone) as refusal:
        claim(asked)

    assert refusal.value.state is ended_as


def test_a_repeat_after_the_lease_has_lapsed_gets_nothing():
    sent = a_waiting_share()
    asked = a_claim_of(sent)
    claim(asked)
    Lease.objects.update(ends_at=sent.row.opened_at)

    with nothing_changes(sent), pytest.raises(ShareGone):
        claim(asked)


def test_a_lapsed_claimant_of_a_share_for_two_is_not_told_that_it_is_gone():
    sent = a_waiting_share(claims=2)
    asked = a_claim_of(sent)
    claim(asked)
    Lease.objects.update(ends_at=sent.row.opened_at)

    with nothing_changes(sent), pytest.raises(LeaseOver):
        claim(asked)


def test_a_repeat_after_the_fetch_has_begun_carries_no_key_any_more():
    sent = a_large_share()
    secret = secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))
    fetch(sent.id, secret)

    repeated = claim(a_claim_of(sent, secret))

    assert (repeated.wrapped_key, repeated.meta) == (None, None)
    assert repeated.size_bytes == len(sent.blob)


def test_a_share_past_its_time_cannot_be_claimed_though_no_sweep_came_by():
    sent = a_waiting_share()
    sent.move(expires_at=timedelta(0))

    with nothing_changes(sent), pytest.raises(ShareGone) as refusal:
        claim(a_claim_of(sent))

    assert refusal.value.state is State.EXPIRED
    assert refusal.value.ended_at == sent.row.expires_at


def test_a_share_that_ends_while_a_claim_reads_it_is_gone_and_not_a_broken_store(monkeypatch):
    sent = a_waiting_share()
    storage = share_storage()
    read = storage.read

    def revoked_before(*args):
        revoke(sent.id, sent.manage_token)
        return read(*args)

    monkeypatch.setattr(storage, "read", revoked_before)

    with pytest.raises(ShareGone):
        claim(a_claim_of(sent))


def test_a_store_that_fails_fails_before_anything_is_taken():
    sent = a_waiting_share(guarded=True)
    share_storage().delete(sent.row.storage_name)

    with nothing_changes(sent), pytest.raises(BlobMissing):
        claim(a_claim_of(sent))


def test_a_lost_key_file_fails_before_anything_is_taken(settings):
    sent = a_waiting_share(guarded=True)
    for path in settings.SEAL_KEYS_DIR.glob("*.key"):
        path.unlink()

    with nothing_changes(sent), pytest.raises(StoreAway):
        claim(a_claim_of(sent, password_token=bytes(32)))


def test_redis_never_grants_what_postgres_refuses():
    sent = a_waiting_share()
    claim(a_claim_of(sent))
    cache.set(f"share:{sent.id}", {"seconds": 3600}, 3600)

    with pytest.raises(ShareGone):
        claim(a_claim_of(sent))


def test_emptying_redis_neither_revives_nor_loses_anything():
    taken, waiting = a_waiting_share(), a_waiting_share(guarded=True)
    claim(a_claim_of(taken))
    for _ in range(4):
        with pytest.raises(WrongPassword):
            claim(a_claim_of(waiting, password_token=bytes(32)))
    cache.clear()

    with pytest.raises(ShareGone):
        claim(a_claim_of(taken))
    with pytest.raises(WrongPassword) as last:
        claim(a_claim_of(waiting, password_token=bytes(32)))

    assert last.value.attempts_left == 0


def test_only_the_digest_of_a_lease_secret_is_kept():
    sent = a_waiting_share()
    secret = secrets.token_bytes(32)

    claim(a_claim_of(sent, secret))

    assert bytes(Lease.objects.get().verifier) == verifier(secret)
