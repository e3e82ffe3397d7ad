"""What the two link holders may know: true in every state, and looking changes nothing."""

import secrets
from datetime import timedelta

import pytest

from shares.errors import NotLocked, NoUnlocksLeft, ShareGone, ShareUnknown, WrongPassword
from shares.models import Share
from shares.redis_line import cache
from shares.services.burn import burn, end, revoke
from shares.services.claim import claim
from shares.services.status import receipt, status, unlock
from shares.services.sweep import sweep
from shares.services.upload import complete
from shares.values import State
from tests.builders import a_claim_of, a_waiting_share, an_upload, names_of, nothing_changes, race

pytestmark = pytest.mark.django_db


def guess_wrong(sent, times=1):
    for _ in range(times):
        with pytest.raises(WrongPassword):
            claim(a_claim_of(sent, password_token=bytes(32)))


def test_a_ready_share_tells_what_its_recipient_must_know():
    sent = a_waiting_share(guarded=True, claims=3)
    guess_wrong(sent, 2)

    known = status(sent.id, sent.link_token)

    assert (known.state, known.size_bytes, known.is_guarded) == (State.READY, 100, True)
    assert (known.attempts_left, known.claims_left, known.max_claims) == (3, 3, 3)
    assert known.expires_at == sent.row.expires_at
    assert (known.opened_at, known.ended_at, known.is_locked) == (None, None, False)


def test_looking_changes_nothing_in_any_state():
    uploading, ready, claimed, revoked = an_upload(), a_waiting_share(), a_waiting_share(), a_waiting_share()
    claim(a_claim_of(claimed))
    revoke(revoked.id, revoked.manage_token)

    for sent in (uploading, ready, claimed, revoked):
        with nothing_changes(sent):
            status(sent.id, sent.link_token)
            receipt(sent.id, sent.manage_token)


def test_the_two_tokens_do_not_stand_in_for_each_other():
    sent = a_waiting_share()

    with pytest.raises(ShareUnknown):
        status(sent.id, sent.manage_token)
    with pytest.raises(ShareUnknown):
        receipt(sent.id, sent.link_token)
    with pytest.raises(ShareUnknown):
        unlock(sent.id, sent.link_token)


def test_an_expired_share_is_told_as_expired_before_any_sweep():
    sent = a_waiting_share()
    sent.move(expires_at=timedelta(0))

    known = status(sent.id, sent.link_token)

    assert (known.state, known.claims_left) == (State.EXPIRED, 0)
    assert known.ended_at == sent.row.expires_at


def test_an_opened_share_tells_when():
    sent = a_waiting_share()
    claim(a_claim_of(sent))

    known = status(sent.id, sent.link_token)

    assert (known.state, known.claims_left, known.opened_at) == (State.CLAIMED, 0, sent.row.opened_at)


def test_the_seconds_left_come_from_redis_and_again_from_postgres_when_it_forgot():
    sent = a_waiting_share()
    from_redis = status(sent.id, sent.link_token).seconds_left
    cache.clear()

    from_postgres = status(sent.id, sent.link_token).seconds_left

    assert 3590 <= from_postgres <= from_redis <= 3600
    assert 3590 <= cache.ttl(f"share:{sent.id}") <= 3600


def test_the_receipt_tells_every_happening_in_its_order():
    sent = a_waiting_share(guarded=True)
    guess_wrong(sent, 5)
    unlock(sent.id, sent.manage_token)
    guess_wrong(sent)
    secret = secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))
    burn(sent.id, secret)

    told = receipt(sent.id, sent.manage_token)

    assert [event.what.value for event in told.happenings] == [
        "created",
        "ready",
        *["wrong_password"] * 5,
        "locked",
        "unlocked",
        "wrong_password",
        "claimed",
        "received",
        "burned",
    ]
    times = [event.at for event in told.happenings]
    assert times == sorted(times)
    assert (told.attempts_used, told.unlocks_left) == (1, 2)
    assert told.status.state is State.BURNED


def test_the_receipt_says_until_when_someone_is_fetching():
    sent = a_waiting_share()
    assert receipt(sent.id, sent.manage_token).fetching_until is None
    secret = secrets.token_bytes(32)

    lease = claim(a_claim_of(sent, secret))
    assert receipt(sent.id, sent.manage_token).fetching_until == lease.lease_expires_at

    burn(sent.id, secret)
    assert receipt(sent.id, sent.manage_token).fetching_until is None


def test_a_locked_share_is_told_as_ready_and_locked():
    sent = a_waiting_share(guarded=True)
    guess_wrong(sent, 5)

    known = status(sent.id, sent.link_token)

    assert (known.state, known.is_locked, known.attempts_left) == (State.READY, True, 0)


def test_a_share_is_unlocked_three_times_and_never_a_fourth():
    sent = a_waiting_share(guarded=True)

    for left in (2, 1, 0):
        guess_wrong(sent, 5)
        told = unlock(sent.id, sent.manage_token)
        assert (told.unlocks_left, told.status.attempts_left) == (left, 5)

    guess_wrong(sent, 5)
    with nothing_changes(sent), pytest.raises(NoUnlocksLeft):
        unlock(sent.id, sent.manage_token)


@pytest.mark.parametrize("wrong", [0, 1, 4])
def test_what_is_not_locked_is_not_unlocked(wrong):
    sent = a_waiting_share(guarded=True)
    guess_wrong(sent, wrong)

    with nothing_changes(sent), pytest.raises(NotLocked):
        unlock(sent.id, sent.manage_token)


@pytest.mark.parametrize("state", [State.REVOKED, State.REMOVED])
def test_a_locked_share_that_has_ended_stays_ended(state):
    sent = a_waiting_share(guarded=True)
    guess_wrong(sent, 5)
    end(sent.id, state)

    with nothing_changes(sent), pytest.raises(NotLocked):
        unlock(sent.id, sent.manage_token)


@pytest.mark.django_db(transaction=True)
def test_eight_unlocks_at_once_are_one():
    sent = a_waiting_share(guarded=True)
    guess_wrong(sent, 5)

    outcomes = race(lambda: unlock(sent.id, sent.manage_token), times=8)

    assert names_of(outcomes) == ["NotLocked"] * 7 + ["Receipt"]
    assert (sent.row.attempts, sent.row.unlocks) == (0, 1)


def test_no_event_holds_a_network_that_could_be_read():
    sent = a_waiting_share()
    claim(a_claim_of(sent, network="203.0.113.0/24"))

    networks = set(Share.objects.filter(pk=sent.id).values_list("events__network", flat=True))

    assert all(len(network) == 16 for network in networks if network)
    assert not any("203" in network and "." in network for network in networks)


def past_its_time(**terms):
    """No sweep has come by."""
    sent = a_waiting_share(**terms)
    sent.move(expires_at=timedelta(seconds=-1))
    return sent


def test_what_its_time_has_ended_is_revoked_no_more():
    sent = past_its_time()

    revoke(sent.id, sent.manage_token)

    assert status(sent.id, sent.link_token).state is State.EXPIRED
    assert sent.events == ["created", "ready", "expired"]


def test_what_its_time_has_ended_is_unlocked_no_more():
    sent = a_waiting_share(guarded=True)
    guess_wrong(sent, 5)
    sent.move(expires_at=timedelta(seconds=-1))

    with nothing_changes(sent), pytest.raises(NotLocked):
        unlock(sent.id, sent.manage_token)


def test_what_its_time_has_ended_is_completed_no_more():
    sent = past_its_time()

    with nothing_changes(sent), pytest.raises(ShareGone):
        complete(sent.id, sent.manage_token)


def test_while_somebody_fetches_a_share_past_its_time_is_claimed_and_not_over():
    sent = a_waiting_share(claims=2)
    claim(a_claim_of(sent))
    sent.move(expires_at=timedelta(seconds=-1))

    before = status(sent.id, sent.link_token)
    sweep()
    after = status(sent.id, sent.link_token)

    assert before.state is after.state is State.CLAIMED
    assert before.claims_left == after.claims_left == 0
