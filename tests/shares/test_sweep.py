"""The purge sweep over rows: what is due goes, what is not stays; dry, twice at once, in batches."""

import secrets
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from shares.models import Event, Lease, Part, ServerHalf, Share, Sweep
from shares.redis_line import cache
from shares.services.burn import revoke
from shares.services.claim import claim
from shares.services.fetch import fetch
from shares.services.sweep import Sweeper, sweep
from shares.storage import share_storage
from shares.values import State
from tests.builders import (
    a_claim_of,
    a_large_share,
    a_waiting_share,
    an_upload,
    everything_about,
    nothing_changes,
    race,
    send_part,
)

pytestmark = pytest.mark.django_db


def did(counts):
    return {name: count for name, count in counts.items() if count}


def blobs():
    return sorted([*share_storage().list_names(), *share_storage().list_unfinished()])


def an_expired_share(**terms):
    sent = a_waiting_share(**terms)
    sent.move(expires_at=timedelta(seconds=-1))
    return sent


def a_share_with_lapsed_lease(**terms):
    sent = a_waiting_share(**terms)
    claim(a_claim_of(sent))
    Lease.objects.filter(share=sent.id).update(ends_at=Now())
    return sent


def an_abandoned_upload():
    sent = an_upload()
    send_part(sent, 0)
    sent.move(touched_at=timedelta(hours=-24))
    return sent


def test_nothing_due_means_nothing_done():
    kept = [a_waiting_share(), an_upload(), a_large_share()]
    claim(a_claim_of(kept[0]))
    before = [everything_about(sent.id) for sent in kept]

    counts = sweep()

    assert did(counts) == {}
    assert [everything_about(sent.id) for sent in kept] == before
    assert len(blobs()) == 3


def test_a_share_past_its_time_expires_and_its_bytes_go():
    sent = an_expired_share()

    counts = sweep()

    assert did(counts) == {"expired": 1, "blobs_removed": 1}
    assert (sent.row.state, sent.row.storage_name) == (State.EXPIRED, "")
    assert sent.events[-1] == "expired"
    assert not ServerHalf.objects.exists()
    assert blobs() == []


def test_a_locked_share_expires_like_any_other():
    sent = an_expired_share(guarded=True)
    Share.objects.filter(pk=sent.id).update(attempts=5)

    sweep()

    assert sent.row.state == State.EXPIRED


def test_a_lapsed_lease_ends_and_burns_its_share_in_the_same_pass():
    sent = a_share_with_lapsed_lease()

    counts = sweep()

    assert did(counts) == {"leases_ended": 1, "burned": 1, "blobs_removed": 1}
    assert sent.row.state == State.BURNED
    assert sent.events[-2:] == ["lease_ended", "burned"]
    assert blobs() == []


def test_a_lapsed_lease_is_not_given_back():
    sent = a_share_with_lapsed_lease(claims=2)

    sweep()

    assert (sent.row.state, sent.row.claims_left) == (State.READY, 1)
    assert Lease.objects.get().closed_at is not None


def test_a_share_past_its_time_waits_for_the_one_who_is_still_fetching():
    sent = a_large_share(claims=2)
    secret = secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))
    sent.move(expires_at=timedelta(seconds=-1))

    counts = sweep()

    assert did(counts) == {"claims_closed": 1}
    assert (sent.row.state, sent.row.claims_left) == (State.CLAIMED, 0)
    assert fetch(sent.id, secret).size_bytes == len(sent.blob)


def test_every_edge_the_sweep_takes_writes_one_event():
    sent = a_large_share(claims=2)
    claim(a_claim_of(sent))
    sent.move(expires_at=timedelta(seconds=-1))
    sweep()
    Lease.objects.update(ends_at=Now())

    sweep()

    assert sent.events == ["created", "ready", "claimed", "closed", "lease_ended", "burned"]


def test_an_upload_nobody_went_on_with_for_a_day_is_dropped():
    sent = an_abandoned_upload()

    counts = sweep()

    assert did(counts) == {"uploads_dropped": 1, "blobs_removed": 1}
    assert sent.row.state == State.EXPIRED
    assert not Part.objects.exists()
    assert blobs() == []


def test_an_upload_with_a_part_from_the_last_day_stays():
    sent = an_upload()
    sent.move(touched_at=timedelta(hours=-23, minutes=-59))

    with nothing_changes(sent):
        sweep()


def test_a_tombstone_goes_after_thirty_days_with_its_events_and_leases():
    old, young = a_waiting_share(), a_waiting_share()
    for sent, days in ((old, -30), (young, -29)):
        claim(a_claim_of(sent))
        revoke(sent.id, sent.manage_token)
        sent.move(ended_at=timedelta(days=days))

    counts = sweep()

    assert did(counts) == {"tombstones_removed": 1}
    assert list(Share.objects.values_list("pk", flat=True)) == [young.id]
    assert set(Event.objects.values_list("share", flat=True)) == {young.id}
    assert Lease.objects.count() == 1


def test_a_tombstone_whose_blob_is_still_there_stays_until_the_blob_is_gone():
    sent = a_waiting_share()
    name = sent.row.storage_name
    revoke(sent.id, sent.manage_token)
    Share.objects.filter(pk=sent.id).update(storage_name=name)
    sent.move(ended_at=timedelta(days=-31))

    assert Share.objects.old_tombstones().count() == 0
    counts = sweep()

    assert did(counts) == {"blobs_removed": 1, "tombstones_removed": 1}


def test_a_dry_run_counts_and_touches_nothing():
    due = [an_expired_share(), a_share_with_lapsed_lease(), an_abandoned_upload()]
    before, bytes_before = [everything_about(sent.id) for sent in due], blobs()

    counts = sweep(dry_run=True)

    assert did(counts) == {"expired": 1, "leases_ended": 1, "burned": 1, "uploads_dropped": 1}
    assert [everything_about(sent.id) for sent in due] == before
    assert blobs() == bytes_before
    assert not Sweep.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_seven_due_shares_in_batches_of_two_are_all_cleared():
    due = [an_expired_share() for _ in range(7)]

    counts = sweep(batch=2)

    assert counts["expired"] == counts["blobs_removed"] == 7
    assert {sent.row.state for sent in due} == {State.EXPIRED}


def test_no_batch_is_larger_than_a_thousand():
    assert Sweeper(batch=10**6).batch == 1000


def test_when_its_time_is_over_it_begins_no_further_batch():
    due = [an_expired_share() for _ in range(3)]

    counts = sweep(batch=1, max_seconds=-1)

    assert did(counts) == {}
    assert {sent.row.state for sent in due} == {State.READY}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_clear_everything_once():
    due = [an_expired_share() for _ in range(12)] + [a_share_with_lapsed_lease() for _ in range(4)]

    first, second = race(lambda: sweep(batch=2), lambda: sweep(batch=2))
    sweep()

    assert first["expired"] + second["expired"] <= 12
    assert {sent.row.state for sent in due} == {State.EXPIRED, State.BURNED}
    for sent in due:
        assert sent.events.count("expired") + sent.events.count("burned") == 1
    assert blobs() == []


@pytest.mark.django_db(transaction=True)
def test_a_row_that_someone_holds_is_left_for_the_next_sweep():
    held, free = an_expired_share(), an_expired_share()
    swept = []

    with transaction.atomic():
        Share.objects.lock(held.id)
        beside = threading.Thread(target=lambda: (swept.append(sweep()), connection.close()))
        beside.start()
        beside.join(timeout=20)

    assert swept[0]["expired"] == 1
    assert (held.row.state, free.row.state) == (State.READY, State.EXPIRED)


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_is_moved_on_at_the_last_moment_is_not_ended():
    sent = a_large_share()
    secret = secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))
    Lease.objects.update(ends_at=Now() + timedelta(seconds=0.2))
    extended = threading.Event()

    def extends_slowly():
        with transaction.atomic():
            assert Lease.objects.extend(Lease.objects.get().pk)
            extended.set()
            time.sleep(0.5)
        connection.close()

    fetching = threading.Thread(target=extends_slowly)
    fetching.start()
    extended.wait(timeout=10)
    time.sleep(0.3)
    sweep()
    fetching.join(timeout=10)

    assert Lease.objects.get().closed_at is None
    assert fetch(sent.id, secret).size_bytes == len(sent.blob)


@pytest.mark.django_db(transaction=True)
def test_a_swept_share_is_forgotten_by_redis():
    sent = an_expired_share()
    assert cache.get(f"share:{sent.id}") is not None

    sweep()

    assert cache.get(f"share:{sent.id}") is None


def test_a_sweep_that_succeeded_is_noted_in_postgres_and_redis():
    an_expired_share()

    sweep()

    assert 0 <= Sweep.objects.seconds_since() < 10
    assert Sweep.objects.get().counts["expired"] == 1
    assert cache.get("sweep:last")
