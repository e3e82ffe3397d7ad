"""Leases in the last moment: one taken while the sweep looks, one that ends as its share does."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from shares.models import Event, Lease, Share
from shares.values import State

LOOK_SECONDS = 0.6


@pytest.fixture
def two_opens_at_the_end(transactional_db):
    """Ready, past its time by a moment, one of two claims left; its first claim is being committed."""
    return Share.objects.create(
        id="aaaaaaaaaaaaaaaa",
        state=State.READY,
        kdf=0,
        size=32,
        lifetime=timedelta(hours=1),
        max_claims=2,
        claims_left=2,
        link_verifier=bytes(32),
        manage_verifier=bytes(32),
        ready_at=Now(),
        expires_at=Now() - timedelta(milliseconds=1),
    )


def commit_a_lease(share):
    try:
        with transaction.atomic():
            Share.objects.lock(share.pk)
            Share.objects.filter(pk=share.pk).update(claims_left=1)
            later = Now() + timedelta(hours=1)
            Lease.objects.create(share=share, verifier=bytes(32), ends_at=later, hard_end=later)
            time.sleep(LOOK_SECONDS / 2)
    finally:
        connection.close()


def test_a_lease_committed_while_the_sweep_looks_keeps_its_share(two_opens_at_the_end):
    claimant = threading.Thread(target=commit_a_lease, args=(two_opens_at_the_end,))
    # The look takes long, as it does over a thousand rows.
    looked = RawSQL("pg_sleep(%s)::text", [LOOK_SECONDS])
    due = Share.objects.expired().without_open_lease().annotate(looked=looked).filter(looked="")
    claimant.start()
    time.sleep(LOOK_SECONDS / 4)

    with transaction.atomic():
        batch = due.lock_some(10)
    claimant.join()

    assert Lease.objects.still_open().count() == 1
    assert batch == []


def test_a_lease_that_lapsed_just_before_its_share_was_ended_is_told(two_opens_at_the_end):
    now = Now()
    Lease.objects.create(share=two_opens_at_the_end, verifier=bytes(32), ends_at=now, hard_end=now)

    with transaction.atomic():
        Share.objects.filter(pk=two_opens_at_the_end.pk).end(State.BURNED)

    assert list(Event.objects.values_list("what", flat=True)) == ["lease_ended", "burned"]


def test_a_lease_that_is_cut_off_is_not_told_as_lapsed(two_opens_at_the_end):
    later = Now() + timedelta(hours=1)
    Lease.objects.create(share=two_opens_at_the_end, verifier=bytes(32), ends_at=later, hard_end=later)

    with transaction.atomic():
        Share.objects.filter(pk=two_opens_at_the_end.pk).end(State.REVOKED)

    assert list(Event.objects.values_list("what", flat=True)) == ["revoked"]
    assert not Lease.objects.filter(closed_at=None).exists()
