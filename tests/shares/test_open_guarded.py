"""Passwords at the plain doors: paid first, hashed one at a time, given back when nothing was looked at."""

import secrets

import pytest

from sealing.keys import new_lease_secret
from shares.errors import BlobMissing, Busy, InvalidInput, ShareGone, ShareLocked, StoreAway, WrongPassword
from shares.services import passwords
from shares.services.burn import revoke
from shares.services.claim import claim, pay_before_guessing
from shares.services.open import open_for
from shares.services.status import unlock
from shares.storage import share_storage
from tests.builders import a_claim_of, a_sealed_text, a_waiting_share, nothing_changes, row_of
from tests.elsewhere import by_somebody_else

pytestmark = pytest.mark.django_db


def opened(left, password, lease_secret=None):
    return open_for(left.link, password, lease_secret or new_lease_secret(), keeps_half=True)


def test_the_right_password_opens_and_spends_nothing():
    left = a_sealed_text("the secret", password="geheim")

    found = opened(left, "geheim")

    assert b"".join(found.plain()).rstrip(b"\0") == b"the secret"
    assert row_of(left.link).attempts == 0


def test_a_wrong_password_spends_one_attempt():
    left = a_sealed_text(password="geheim")

    with pytest.raises(WrongPassword) as refusal:
        opened(left, "geheim ")

    assert refusal.value.attempts_left == 4
    assert row_of(left.link).attempts == 1


def test_composed_and_decomposed_letters_are_the_same_password():
    left = a_sealed_text(password="caf\u00e9")

    opened(left, "cafe\u0301")

    assert row_of(left.link).claims_left == 0


@pytest.mark.parametrize("password", ["x" * 1025, "x" * 10_000, "\u00e9" * 513])
def test_what_no_password_can_be_is_refused_before_an_attempt_is_paid(password):
    left = a_sealed_text(password="geheim")

    with pytest.raises(InvalidInput):
        opened(left, password)

    assert row_of(left.link).attempts == 0


def test_a_store_that_fails_fails_before_an_attempt_is_paid():
    left = a_sealed_text(password="geheim")
    share_storage().delete(row_of(left.link).storage_name)

    for password in ("geheim", "wrong"):
        with pytest.raises(BlobMissing):
            opened(left, password)

    assert row_of(left.link).attempts == 0


def test_a_lost_key_file_fails_before_an_attempt_is_paid(settings):
    left = a_sealed_text(password="geheim")
    for path in settings.SEAL_KEYS_DIR.glob("*.key"):
        path.unlink()

    with pytest.raises(StoreAway):
        opened(left, "geheim")

    assert row_of(left.link).attempts == 0


def test_a_lock_refuses_before_anything_is_hashed():
    sent = a_waiting_share(guarded=True)
    for _ in range(5):
        pay_before_guessing(sent.id, sent.link_token)

    with nothing_changes(sent), pytest.raises(ShareLocked):
        pay_before_guessing(sent.id, sent.link_token)


def test_what_ends_between_the_look_and_the_payment_is_told_as_gone_and_not_as_locked(monkeypatch):
    sent = a_waiting_share(guarded=True)
    storage = share_storage()
    read = storage.read

    def revoked_afterwards(*args):
        blocks = list(read(*args))
        revoke(sent.id, sent.manage_token)
        return iter(blocks)

    monkeypatch.setattr(storage, "read", revoked_afterwards)

    with pytest.raises(ShareGone):
        pay_before_guessing(sent.id, sent.link_token)


def test_an_unlock_while_the_fifth_guess_is_being_hashed_does_not_break_the_right_one():
    sent = a_waiting_share(guarded=True)
    for _ in range(5):
        number = pay_before_guessing(sent.id, sent.link_token)
    unlock(sent.id, sent.manage_token)

    lease = claim(a_claim_of(sent, paid_attempt=number))

    assert lease.blob == sent.blob
    assert sent.row.attempts == 0


def test_what_was_paid_beforehand_is_not_paid_again():
    sent = a_waiting_share(guarded=True)
    number = pay_before_guessing(sent.id, sent.link_token)

    with pytest.raises(WrongPassword):
        claim(a_claim_of(sent, paid_attempt=number, password_token=secrets.token_bytes(32)))

    assert sent.row.attempts == 1


def test_without_a_slot_in_time_nothing_is_paid(monkeypatch):
    monkeypatch.setattr(passwords._slot, "patience_seconds", 0.05)
    left = a_sealed_text(password="geheim")

    with by_somebody_else(passwords.hashing_slot), pytest.raises(Busy):
        opened(left, "geheim")

    assert row_of(left.link).attempts == 0


def test_going_back_and_opening_again_within_the_lease_costs_nothing():
    left = a_sealed_text("the secret", password="geheim")
    lease_secret = new_lease_secret()
    opened(left, "geheim", lease_secret)

    again = opened(left, "geheim", lease_secret)

    assert b"".join(again.plain()).rstrip(b"\0") == b"the secret"
    assert row_of(left.link).attempts == 0
