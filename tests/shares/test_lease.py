"""Fetching under a lease: any range, for that claimant alone, as long as the lease allows."""

import secrets
from datetime import timedelta

import pytest
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from shares.errors import LeaseOver, ShareUnknown
from shares.models import Lease, ServerHalf
from shares.services import fetch as fetching
from shares.services.burn import burn, end, revoke
from shares.services.claim import claim
from shares.services.fetch import fetch, sealed_bytes
from shares.services.sweep import sweep
from shares.values import State
from tests.builders import a_claim_of, a_large_share, nothing_changes

pytestmark = pytest.mark.django_db


def claimed_share(**terms):
    """A large share with one claim on it, and that claim's lease secret."""
    sent = a_large_share(**terms)
    return sent, another_claim(sent)


def another_claim(sent, **changes):
    secret = secrets.token_bytes(32)
    claim(a_claim_of(sent, secret, **changes))
    return secret


def seconds_left():
    """How long the one lease still runs, by Postgres' clock."""
    left = ExpressionWrapper(F("ends_at") - Now(), output_field=DurationField())
    return Lease.objects.annotate(left=left).get().left.total_seconds()


def has_half(sent):
    return ServerHalf.objects.filter(pk=sent.id).exists()


def lapse(sent, secret):
    lease = Lease.objects.get(share=sent.id, verifier=a_claim_of(sent, secret).lease_verifier)
    Lease.objects.filter(pk=lease.pk).update(ends_at=Now())


@pytest.mark.parametrize(("start", "stop"), [(0, 70_000), (0, 1), (69_999, 70_000), (16, 65_568)])
def test_any_range_of_the_blob_comes_as_it_was_sent(start, stop):
    sent, secret = claimed_share()

    data = b"".join(sealed_bytes(fetch(sent.id, secret), start, stop))

    assert data == sent.blob[start:stop]


def test_the_same_bytes_come_again_as_often_as_the_line_breaks():
    sent, secret = claimed_share()

    for _ in range(3):
        assert b"".join(sealed_bytes(fetch(sent.id, secret), 0, 70_000)) == sent.blob


@pytest.mark.parametrize("token", ["link", "manage", "nothing"])
def test_only_the_lease_secret_fetches(token):
    sent, _ = claimed_share()
    wrong = {"link": sent.link_token, "manage": sent.manage_token, "nothing": b""}[token]

    with nothing_changes(sent), pytest.raises(ShareUnknown):
        fetch(sent.id, wrong)


def test_a_lease_secret_opens_no_other_share():
    _, secret = claimed_share()
    other, _ = claimed_share()

    with nothing_changes(other), pytest.raises(ShareUnknown):
        fetch(other.id, secret)


def test_a_fetch_moves_the_end_of_the_lease():
    sent, secret = claimed_share()
    Lease.objects.update(ends_at=Now() + timedelta(seconds=5))

    fetch(sent.id, secret)

    assert 890 < seconds_left() <= 900


def test_a_fetch_never_moves_the_lease_past_its_hard_end():
    sent, secret = claimed_share()
    Lease.objects.update(hard_end=Now() + timedelta(seconds=60))

    fetch(sent.id, secret)

    lease = Lease.objects.get()
    assert lease.ends_at == lease.hard_end


def test_at_its_hard_end_a_lease_is_over_for_good():
    sent, secret = claimed_share()
    fetch(sent.id, secret)
    Lease.objects.update(hard_end=Now(), ends_at=Now())

    with nothing_changes(sent), pytest.raises(LeaseOver):
        fetch(sent.id, secret)


@pytest.mark.parametrize("state", [State.REVOKED, State.REMOVED])
def test_a_share_that_has_ended_is_not_fetched_any_more(state):
    sent, secret = claimed_share()
    end(sent.id, state)

    with nothing_changes(sent), pytest.raises(LeaseOver):
        fetch(sent.id, secret)


def test_a_claimant_who_said_that_it_has_all_fetches_no_more():
    sent, secret = claimed_share(claims=2)
    burn(sent.id, secret)

    with nothing_changes(sent), pytest.raises(LeaseOver):
        fetch(sent.id, secret)


def test_the_first_fetch_of_the_last_claimant_erases_the_server_half():
    sent, secret = claimed_share()
    assert has_half(sent)

    fetch(sent.id, secret)

    assert not has_half(sent)
    assert sent.row.state == State.CLAIMED


def test_the_server_half_stays_while_something_is_left_to_claim():
    sent, secret = claimed_share(claims=2)

    fetch(sent.id, secret)

    assert has_half(sent)


def test_the_server_half_stays_until_every_claimant_has_begun_to_fetch():
    sent, first = claimed_share(claims=2)
    second = another_claim(sent)

    fetch(sent.id, second)
    assert has_half(sent)

    fetch(sent.id, first)
    assert not has_half(sent)


def test_a_lease_that_keeps_the_half_keeps_it_until_it_ends():
    sent = a_large_share(claims=2)
    keeping, plain = another_claim(sent, keeps_half=True), another_claim(sent)
    fetch(sent.id, keeping)
    fetch(sent.id, plain)
    assert has_half(sent)

    burn(sent.id, keeping)

    assert not has_half(sent)
    assert sent.row.state == State.CLAIMED


def test_the_half_goes_when_the_one_who_never_fetched_says_that_it_is_done():
    sent, silent = claimed_share(claims=2)
    fetching_now = another_claim(sent)
    fetch(sent.id, fetching_now)
    assert has_half(sent)

    burn(sent.id, silent)

    assert not has_half(sent)


def test_the_half_goes_with_the_sweep_that_ends_the_lease_of_one_who_never_fetched():
    sent, silent = claimed_share(claims=2)
    fetch(sent.id, another_claim(sent))
    lapse(sent, silent)

    sweep()

    assert not has_half(sent)
    assert sent.row.state == State.CLAIMED


def test_a_running_answer_breaks_off_once_the_share_is_revoked(monkeypatch):
    sent, secret = claimed_share()
    monkeypatch.setattr(fetching, "LOOK_BYTES", 10_000)
    found = fetch(sent.id, secret)
    blocks = fetching.under_lease(found.lease_id, (bytes(10_000) for _ in range(7)))
    next(blocks)

    revoke(sent.id, sent.manage_token)

    with pytest.raises(LeaseOver):
        list(blocks)


@pytest.mark.parametrize("piece", [1024**2, 1024**2 - 1, 256 * 1024])
def test_no_more_than_8_mib_go_out_after_a_lease_has_ended(piece):
    sent, secret = claimed_share()
    found = fetch(sent.id, secret)
    revoke(sent.id, sent.manage_token)
    blocks, came = fetching.under_lease(found.lease_id, (bytes(piece) for _ in range(100))), []

    with pytest.raises(LeaseOver):
        came.extend(map(len, blocks))

    assert 7 * 1024**2 < sum(came) <= 8 * 1024**2
    assert fetching.LOOK_SECONDS == 5


def test_a_slow_answer_keeps_its_lease_open_while_bytes_flow(monkeypatch):
    sent, secret = claimed_share()
    monkeypatch.setattr(fetching, "LOOK_BYTES", 10_000)
    monkeypatch.setattr(fetching, "EXTEND_SECONDS", 0)
    found = fetch(sent.id, secret)
    blocks = fetching.under_lease(found.lease_id, (bytes(10_000) for _ in range(7)))
    next(blocks)
    Lease.objects.update(ends_at=Now() + timedelta(seconds=5))

    next(blocks)

    assert 890 < seconds_left() <= 900
