"""Every refusal of a claim, in the order of the law; and that nothing, or exactly the attempt, was spent."""

from datetime import timedelta

import pytest

from sealing.encoding import encode
from shares.errors import (
    NotReady,
    PasswordMissing,
    ShareGone,
    ShareLocked,
    ShareUnknown,
    WrongPassword,
)
from shares.models import Share
from shares.services.burn import end
from shares.services.claim import claim
from shares.services.status import unlock
from shares.services.upload import complete
from shares.values import State
from tests.builders import a_claim_of, a_waiting_share, an_upload, nothing_changes, race, send_part

pytestmark = pytest.mark.django_db


def locked_share():
    sent = a_waiting_share(guarded=True)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            claim(a_claim_of(sent, password_token=bytes(32)))
    return sent


def ended(state):
    sent = a_waiting_share(guarded=True)
    end(sent.id, state)
    return sent


def expired():
    sent = a_waiting_share(guarded=True)
    sent.move(expires_at=timedelta(0))
    return sent


def claimed():
    sent = a_waiting_share(guarded=True)
    claim(a_claim_of(sent))
    return sent


EVERY_KIND = {
    "uploading": lambda: an_upload(guarded=True),
    "ready": lambda: a_waiting_share(guarded=True),
    "unguarded": a_waiting_share,
    "locked": locked_share,
    "claimed": claimed,
    "expired": expired,
    **{state.value: lambda state=state: ended(state) for state in (State.REVOKED, State.REMOVED)},
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_without_the_link_nobody_learns_or_spends_anything(kind):
    sent = EVERY_KIND[kind]()

    with nothing_changes(sent), pytest.raises(ShareUnknown):
        claim(a_claim_of(sent, link_token=bytes(32)))
    with nothing_changes(sent), pytest.raises(ShareUnknown):
        claim(a_claim_of(sent, link_token=sent.manage_token, password_token=bytes(32)))


def test_an_id_that_never_was_is_unknown():
    sent = a_waiting_share()

    with nothing_changes(sent), pytest.raises(ShareUnknown):
        claim(a_claim_of(sent, share_id=encode(bytes(10))))


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("uploading", NotReady),
        ("locked", ShareLocked),
        ("claimed", ShareGone),
        ("expired", ShareGone),
        ("revoked", ShareGone),
        ("removed", ShareGone),
    ],
)
@pytest.mark.parametrize("knows_password", [True, False])
def test_what_cannot_be_claimed_spends_no_attempt_whatever_the_password(kind, refusal, knows_password):
    sent = EVERY_KIND[kind]()
    token = sent.password_token if knows_password else bytes(32)

    with nothing_changes(sent), pytest.raises(refusal):
        claim(a_claim_of(sent, password_token=token))


def test_an_upload_that_becomes_ready_while_it_is_claimed_is_not_taken_without_its_key(monkeypatch):
    sent = an_upload()
    send_part(sent, 0)
    asked, find = a_claim_of(sent), Share.objects.find

    def ready_behind(*proof):
        found = find(*proof)
        complete(sent.id, sent.manage_token)
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Share.objects, "find", ready_behind)
        with pytest.raises(NotReady):
            claim(asked)

    assert sent.row.state == State.READY
    assert claim(asked).wrapped_key == sent.deposit.wrapped_key


def test_a_missing_password_spends_no_attempt():
    sent = a_waiting_share(guarded=True)

    with nothing_changes(sent), pytest.raises(PasswordMissing):
        claim(a_claim_of(sent, password_token=None))


def test_a_wrong_password_spends_exactly_one_attempt_and_says_how_many_are_left():
    sent = a_waiting_share(guarded=True)

    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongPassword) as refusal:
            claim(a_claim_of(sent, password_token=bytes(32)))
        assert refusal.value.attempts_left == left
        assert sent.row.attempts == 5 - left

    assert (sent.row.state, sent.row.claims_left) == (State.READY, 1)
    assert sent.events[2:] == ["wrong_password"] * 5 + ["locked"]


def test_a_password_for_a_share_that_has_none_does_no_harm():
    sent = a_waiting_share()

    lease = claim(a_claim_of(sent, password_token=bytes(32)))

    assert lease.blob == sent.blob


def test_a_lock_is_told_before_anybody_is_asked_for_a_password():
    sent = locked_share()

    with nothing_changes(sent), pytest.raises(ShareLocked):
        claim(a_claim_of(sent, password_token=None))


def test_past_its_time_neither_a_claim_nor_an_attempt_is_counted_whatever_was_seen_before():
    sent = expired()

    with nothing_changes(sent):
        assert Share.objects.take_one(sent.id, attempt_back=False) is False
        assert Share.objects.pay_attempt(sent.id) is None


@pytest.mark.django_db(transaction=True)
def test_of_payers_at_once_each_gets_a_number_of_its_own():
    for _ in range(10):
        sent = a_waiting_share(guarded=True)

        numbers = race(lambda sent=sent: Share.objects.pay_attempt(sent.id), times=5)

        assert sorted(numbers) == [1, 2, 3, 4, 5]


def test_a_lock_does_not_open_by_itself_not_even_for_the_right_password():
    sent = locked_share()
    sent.move(created_at=timedelta(days=-20), ready_at=timedelta(days=-20))

    with nothing_changes(sent), pytest.raises(ShareLocked):
        claim(a_claim_of(sent))


def test_an_unlocked_share_takes_the_right_password():
    sent = locked_share()
    unlock(sent.id, sent.manage_token)

    lease = claim(a_claim_of(sent))

    assert lease.blob == sent.blob


def test_one_locked_share_locks_no_other():
    other = a_waiting_share(guarded=True)
    locked_share()

    lease = claim(a_claim_of(other))

    assert lease.blob == other.blob


@pytest.mark.parametrize("state", [State.REVOKED, State.REMOVED])
def test_a_share_that_has_ended_says_when_and_whether_it_was_opened(state):
    sent = ended(state)

    with pytest.raises(ShareGone) as refusal:
        claim(a_claim_of(sent))

    assert (refusal.value.state, refusal.value.opened_at) == (state, None)
    assert refusal.value.ended_at == sent.row.ended_at
