"""The purge sweep over bytes: orphans go, nothing that lives does; dead streams; keys nobody names."""

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shares import sealkeys
from shares.errors import StoreAway
from shares.models import ServerHalf, Share, Sweep
from shares.querysets import database_now
from shares.services import sweep as sweeping
from shares.services.burn import revoke
from shares.services.deposit import deposit
from shares.services.seal import sealing
from shares.services.sweep import Sweeper, sweep
from shares.storage import share_storage
from shares.values import State
from tests.builders import (
    a_large_share,
    a_sealed_text,
    a_waiting_share,
    an_envelope,
    an_upload,
    send_part,
)

pytestmark = pytest.mark.django_db


def orphan(*, finished=True):
    """A blob without a row, as a crash between the two leaves it."""
    storage = share_storage()
    name = storage.new_name()
    storage.begin(name, 100)
    if finished:
        storage.complete(name, 0)
    return name


def blobs():
    return sorted([*share_storage().list_names(), *share_storage().list_unfinished()])


def old_key(days=4):
    """The number of a key file of so many days ago, which now exists."""
    number = sealkeys.key_no_for(database_now() - timedelta(days=days))
    sealkeys.seal(number, bytes(10), bytes(48))
    return number


def key_files(settings):
    return sorted(int(path.stem) for path in settings.SEAL_KEYS_DIR.glob("*.key"))


@pytest.mark.parametrize("finished", [True, False])
def test_a_blob_without_a_row_goes(finished):
    orphan(finished=finished)

    counts = sweep()

    assert counts["orphans_removed"] == 1
    assert blobs() == []


def test_no_blob_of_a_living_share_is_an_orphan():
    upload = an_upload()
    send_part(upload, 0)
    kept = [upload, an_upload(), a_waiting_share(), a_large_share()]

    counts = sweep()

    assert counts["orphans_removed"] == 0
    assert blobs() == sorted(sent.row.storage_name for sent in kept)


@pytest.mark.django_db(transaction=True)
def test_a_small_blob_whose_row_is_not_committed_yet_is_no_orphan(monkeypatch):
    sent = an_envelope()
    begin = share_storage().complete

    def swept_before_the_row(*args):
        begin(*args)
        beside = threading.Thread(target=lambda: (counts.append(sweep()), connection.close()))
        beside.start()
        beside.join(timeout=20)

    counts = []
    monkeypatch.setattr(share_storage(), "complete", swept_before_the_row)

    deposit(sent.deposit)

    assert counts[0]["orphans_removed"] == 0
    assert blobs() == [sent.row.storage_name]


def test_a_blob_that_got_its_row_after_the_first_look_stays():
    sent = a_waiting_share()
    sweeper = Sweeper()

    sweeper._remove_orphan(sent.row.storage_name)

    assert sweeper.counts["orphans_removed"] == 0
    assert blobs() == [sent.row.storage_name]


def test_a_dry_run_counts_orphans_and_leaves_them():
    orphan()
    orphan(finished=False)

    counts = sweep(dry_run=True)

    assert counts["orphans_removed"] == 2
    assert len(blobs()) == 2


def test_orphans_among_more_names_than_one_sweep_looks_through_are_found_in_turn(monkeypatch):
    monkeypatch.setattr(sweeping, "NAMES_A_SWEEP", 2)
    kept = [a_waiting_share() for _ in range(3)]
    for _ in range(3):
        orphan()

    for _ in range(5):
        sweep()

    assert blobs() == sorted(sent.row.storage_name for sent in kept)


def test_when_its_time_is_over_no_orphan_is_looked_at_and_the_walk_goes_on_there_later(monkeypatch):
    monkeypatch.setattr(sweeping, "NAMES_A_SWEEP", 2)
    names = sorted(orphan() for _ in range(3))
    a_waiting_share()
    Sweep.objects.set_cursor(names[0])

    sweep(max_seconds=-1)

    assert set(names) <= set(blobs())
    assert Sweep.objects.cursor() == names[0]


def test_a_stream_whose_request_died_is_dropped():
    dead = Share.objects.create(
        id="aaaqeayeaudaocaj",
        state=State.UPLOADING,
        kdf=0,
        size=0,
        lifetime=timedelta(),
        max_claims=0,
        claims_left=0,
        link_verifier=bytes(32),
        manage_verifier=bytes(32),
        storage_name=orphan(finished=False),
    )

    counts = sweep()

    dead.refresh_from_db()
    assert (dead.state, counts["uploads_dropped"], blobs()) == (State.EXPIRED, 1, [])


def test_a_stream_whose_request_lives_stays():
    with sealing() as sealed:
        sealed.write(b"half of it")

        counts = sweep()

        assert (counts["uploads_dropped"], counts["orphans_removed"]) == (0, 0)
        assert Share.objects.get().state == State.UPLOADING
        sealed.abandon(ConnectionResetError())


def test_a_stream_that_is_finished_stays():
    a_sealed_text()

    counts = sweep()

    assert counts["uploads_dropped"] == counts["orphans_removed"] == 0


def test_a_stream_that_breaks_off_leaves_no_bytes():
    def breaks_off():
        with sealing() as sealed:
            sealed.write(bytes(200_000))
            raise ConnectionError

    with pytest.raises(ConnectionError):
        breaks_off()

    assert blobs() == []
    assert Share.objects.get().state == State.EXPIRED


def test_a_key_file_that_no_half_names_is_erased_two_days_after_its_day(settings):
    numbers = [old_key(days) for days in (4, 3, 2, 1, 0)]

    counts = sweep()

    assert counts["keys_erased"] == 2
    assert key_files(settings) == sorted(numbers[2:])


def test_a_key_file_that_a_half_still_names_stays_however_old_it_is(settings):
    sent = an_upload()
    named = old_key(9)
    ServerHalf.objects.filter(pk=sent.id).update(key_no=named)

    sweep()
    assert named in key_files(settings)

    revoke(sent.id, sent.manage_token)
    sweep()
    assert named not in key_files(settings)


def test_a_dry_run_erases_no_key(settings):
    number = old_key()

    counts = sweep(dry_run=True)

    assert counts["keys_erased"] == 1
    assert key_files(settings) == [number]


def in_the_way(name):
    """A folder where the blob was: no unlink removes it, not even root's."""
    path = share_storage()._final(name)
    path.unlink()
    path.mkdir()
    return path


@pytest.mark.django_db(transaction=True)
def test_a_blob_that_cannot_be_removed_stops_the_command_with_one_line(capsys):
    sent = a_waiting_share()
    path = in_the_way(sent.row.storage_name)
    sent.move(expires_at=timedelta(seconds=-1))

    with pytest.raises(CommandError, match="storage failed"):
        call_command("purge_shares")

    assert sent.row.state == State.EXPIRED
    path.rmdir()
    call_command("purge_shares")
    assert "blobs_removed 1" in capsys.readouterr().out
    assert sent.row.storage_name == ""


@pytest.mark.django_db(transaction=True)
def test_a_blob_that_cannot_be_removed_keeps_nothing_else_alive():
    stubborn, other, lost = a_waiting_share(), a_waiting_share(), orphan()
    in_the_way(stubborn.row.storage_name)
    for sent in (stubborn, other):
        sent.move(expires_at=timedelta(seconds=-1))

    with pytest.raises(CommandError, match="storage failed"):
        call_command("purge_shares")

    assert (stubborn.row.storage_name != "", other.row.storage_name) == (True, "")
    assert not share_storage().exists(lost)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["list_unfinished", "list_names", "remove_orphan"])
def test_orphans_that_cannot_be_looked_for_keep_no_tombstone_and_no_key(monkeypatch, settings, step):
    def away(*args, **kwargs):
        raise StoreAway

    sent = a_waiting_share()
    revoke(sent.id, sent.manage_token)
    sent.move(ended_at=timedelta(days=-31))
    orphan()
    number = old_key()
    monkeypatch.setattr(share_storage(), step, away)

    with pytest.raises(CommandError, match="storage failed"):
        call_command("purge_shares")

    assert number not in key_files(settings)
    assert not Share.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_did_and_dry_what_it_would_do(capsys):
    a_waiting_share().move(expires_at=timedelta(seconds=-1))

    call_command("purge_shares", "--dry-run")
    assert capsys.readouterr().out == "would be: expired 1\n"

    call_command("purge_shares", "--batch-size", "10", "--max-seconds", "20")
    assert capsys.readouterr().out == "blobs_removed 1, expired 1\n"

    call_command("purge_shares")
    assert capsys.readouterr().out == "nothing was due\n"


@pytest.mark.parametrize("size", ["0", "-1"])
def test_the_command_refuses_a_batch_of_nothing(size):
    with pytest.raises(CommandError, match="--batch-size"):
        call_command("purge_shares", "--batch-size", size)
