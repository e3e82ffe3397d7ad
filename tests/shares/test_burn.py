"""Ending a share: received, revoked, taken down; repeatable, and true about what was opened."""

import secrets
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from shares import countdown
from shares.errors import ShareUnknown
from shares.models import Lease, Part, ServerHalf
from shares.services.burn import burn, end, revoke
from shares.services.claim import claim
from shares.services.fetch import fetch
from shares.storage import share_storage
from shares.values import State
from tests.builders import (
    a_claim_of,
    a_large_share,
    a_waiting_share,
    an_upload,
    names_of,
    nothing_changes,
    race,
    send_part,
)

pytestmark = pytest.mark.django_db


def claimed_share(**terms):
    sent = a_waiting_share(**terms)
    secret = secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))
    return sent, secret


def blobs():
    return [*share_storage().list_names(), *share_storage().list_unfinished()]


def test_received_and_verified_burns_the_share_at_once():
    sent, secret = claimed_share()

    burn(sent.id, secret)

    share = sent.row
    assert (share.state, share.storage_name, share.ended_at is None) == (State.BURNED, "", False)
    assert not ServerHalf.objects.exists()
    assert blobs() == []
    assert sent.events == ["created", "ready", "claimed", "received", "burned"]


@pytest.mark.parametrize(("fetches", "told"), [(True, "received"), (False, "declined")])
def test_a_large_share_counts_as_received_only_if_it_was_fetched(fetches, told):
    sent = a_large_share()
    secret = secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))
    if fetches:
        fetch(sent.id, secret)

    burn(sent.id, secret)

    assert sent.events == ["created", "ready", "claimed", told, "burned"]


def test_what_is_left_of_a_burned_share_is_a_tombstone():
    sent, secret = claimed_share(guarded=True)

    burn(sent.id, secret)

    share = sent.row
    assert (share.password_verifier, share.create_digest, share.upload_id) == (None, None, "")
    assert bytes(share.link_verifier) == sent.deposit.link_verifier
    assert bytes(share.manage_verifier) == sent.deposit.manage_verifier


def test_burning_again_is_harmless():
    sent, secret = claimed_share()
    burn(sent.id, secret)

    with nothing_changes(sent):
        burn(sent.id, secret)


def test_a_claimant_ends_his_own_lease_and_not_the_others():
    sent, first = claimed_share(claims=2)
    second = secrets.token_bytes(32)
    claim(a_claim_of(sent, second))

    burn(sent.id, first)

    assert sent.row.state == State.CLAIMED
    assert fetch(sent.id, second).size_bytes == len(sent.blob)
    burn(sent.id, second)
    assert sent.row.state == State.BURNED


def test_a_share_with_opens_left_does_not_burn_when_one_claimant_is_done():
    sent, secret = claimed_share(claims=2)

    burn(sent.id, secret)

    assert (sent.row.state, sent.row.claims_left) == (State.READY, 1)
    assert claim(a_claim_of(sent)).blob == sent.blob


def test_a_lapsed_lease_does_not_hold_up_the_burn_of_the_last_claimant():
    sent, lapsed = claimed_share(claims=2)
    Lease.objects.update(ends_at=Now())
    last = secrets.token_bytes(32)
    claim(a_claim_of(sent, last))

    burn(sent.id, last)

    assert sent.row.state == State.BURNED
    with nothing_changes(sent):
        burn(sent.id, lapsed)


@pytest.mark.parametrize("make", [a_waiting_share, an_upload, a_large_share])
def test_the_sender_takes_back_what_nobody_has_opened(make):
    sent = make()

    revoke(sent.id, sent.manage_token)

    assert (sent.row.state, sent.row.opened_at) == (State.REVOKED, None)
    assert not ServerHalf.objects.exists()
    assert blobs() == []
    assert sent.events[-1] == "revoked"


def test_a_revoked_upload_keeps_no_parts():
    sent = an_upload()
    send_part(sent, 0)

    revoke(sent.id, sent.manage_token)

    assert not Part.objects.exists()


def test_a_revoke_after_the_claim_cuts_the_claimant_off_and_says_both():
    sent, secret = claimed_share()

    revoke(sent.id, sent.manage_token)

    assert sent.row.state == State.REVOKED
    assert sent.row.opened_at is not None
    assert Lease.objects.get().closed_at is not None
    with nothing_changes(sent):
        burn(sent.id, secret)


def test_revoking_what_has_ended_changes_nothing():
    sent, secret = claimed_share()
    burn(sent.id, secret)

    with nothing_changes(sent):
        revoke(sent.id, sent.manage_token)

    assert sent.row.state == State.BURNED


@pytest.mark.parametrize("token", [b"", bytes(32), b"?"])
def test_nobody_else_burns_anything(token):
    sent, _ = claimed_share()

    with nothing_changes(sent):
        with pytest.raises(ShareUnknown):
            burn(sent.id, token)
        with pytest.raises(ShareUnknown):
            burn(sent.id, sent.link_token)
        with pytest.raises(ShareUnknown):
            revoke(sent.id, sent.link_token)


def test_a_take_down_ends_any_living_share_once():
    sent = a_waiting_share()

    assert end(sent.id, State.REMOVED) is True
    assert end(sent.id, State.REMOVED) is False

    assert sent.events[-1] == "removed"


def test_a_blob_that_cannot_be_removed_stays_noted_for_the_sweep(monkeypatch):
    sent = a_waiting_share()
    folder = share_storage()._final(sent.row.storage_name).parent
    kept = share_storage()._final(sent.row.storage_name)
    kept.rename(folder / "aside")
    kept.mkdir()  # unlink refuses a folder, also to root

    revoke(sent.id, sent.manage_token)

    assert sent.row.state == State.REVOKED
    assert sent.row.storage_name != ""
    assert not ServerHalf.objects.exists()


def test_the_end_is_told_from_redis_to_the_link_alone():
    sent = a_waiting_share()
    revoke(sent.id, sent.manage_token)

    told = countdown.gone(sent.id, sent.link_token)

    assert (told.state, told.ended_at) == (State.REVOKED, sent.row.ended_at)
    assert countdown.gone(sent.id, sent.manage_token) is None


@pytest.mark.django_db(transaction=True)
def test_a_claim_and_a_revoke_at_once_end_in_one_order_or_the_other():
    for _ in range(10):
        sent = a_waiting_share()

        outcomes = race(
            lambda sent=sent: claim(a_claim_of(sent)),
            lambda sent=sent: revoke(sent.id, sent.manage_token),
        )

        assert names_of(outcomes) in (["Lease", "NoneType"], ["NoneType", "ShareGone"])
        assert sent.row.state == State.REVOKED
        assert (sent.row.opened_at is not None) == ("Lease" in names_of(outcomes))
        assert sent.events.count("revoked") == 1


@pytest.mark.django_db(transaction=True)
def test_revoke_take_down_and_burn_at_once_write_one_end():
    for _ in range(5):
        sent, secret = claimed_share()

        race(
            lambda sent=sent: revoke(sent.id, sent.manage_token),
            lambda sent=sent: end(sent.id, State.REMOVED),
            lambda sent=sent, secret=secret: burn(sent.id, secret),
        )

        ends = [what for what in sent.events if what in ("revoked", "removed", "burned")]
        assert ends == [sent.row.state]
        assert sent.row.ended_at is not None


def test_a_share_past_its_time_burns_when_its_last_claimant_is_done():
    sent, secret = claimed_share()
    sent.move(expires_at=timedelta(seconds=-1))

    burn(sent.id, secret)

    assert sent.row.state == State.BURNED


@pytest.mark.parametrize("state", [State.REVOKED, State.REMOVED])
def test_what_its_time_has_ended_stays_expired_whoever_ends_it_then(state):
    sent = a_waiting_share()
    sent.move(expires_at=timedelta(0))

    assert not end(sent.id, state)

    assert (sent.row.state, sent.events[2:]) == (State.EXPIRED, ["expired"])
    assert blobs() == []
