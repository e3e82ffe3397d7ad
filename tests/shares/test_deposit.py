"""Leaving an envelope: what is written, what a repeat gets, and what is refused without a trace."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from shares.errors import IdTaken, StoreAway, StoreFull
from shares.models import Event, ServerHalf, Share
from shares.services.burn import revoke
from shares.services.deposit import deposit
from shares.storage import share_storage
from shares.values import PART_BYTES, State, Terms
from tests.builders import a_waiting_share, an_envelope, an_upload, names_of, race

pytestmark = pytest.mark.django_db


def test_a_small_envelope_is_ready_at_once_and_its_blob_lies_in_storage():
    sent = an_envelope()

    answer = deposit(sent.deposit)

    share = sent.row
    assert (answer.state, answer.parts, answer.expires_at) == (State.READY, 0, share.expires_at)
    assert b"".join(share_storage().read(share.storage_name, 0, share.size)) == sent.blob
    assert sent.events == ["created", "ready"]


def test_the_lifetime_runs_from_the_moment_the_share_is_ready():
    sent = a_waiting_share()

    share = sent.row
    assert share.expires_at - share.ready_at == timedelta(seconds=3600)


def test_the_wrapped_key_rests_sealed_and_never_as_it_came():
    sent = a_waiting_share(guarded=True)

    half = ServerHalf.objects.get(pk=sent.id)
    assert sent.deposit.wrapped_key not in bytes(half.sealed)
    assert sent.deposit.password_verifier not in bytes(sent.row.password_verifier)
    assert bytes(half.meta) == sent.deposit.meta


def test_neither_token_nor_blob_is_written_into_any_table():
    sent = a_waiting_share(guarded=True)

    written = str(list(Share.objects.values())) + str(list(ServerHalf.objects.values()))
    for secret in (sent.link_token, sent.manage_token, sent.password_token, sent.blob):
        assert secret.hex() not in written
        assert str(secret)[2:-1] not in written


def test_a_large_envelope_is_told_how_many_parts_it_has():
    sent = an_envelope(size=PART_BYTES + 100, inline=False)

    answer = deposit(sent.deposit)

    assert (answer.state, answer.part_bytes, answer.parts) == (State.UPLOADING, PART_BYTES, 2)
    assert answer.expires_at is None
    assert sent.events == ["created"]


def test_the_same_deposit_again_gets_the_present_answer_and_adds_nothing():
    sent = an_envelope()

    first, second = deposit(sent.deposit), deposit(sent.deposit)

    assert first == second
    assert sent.events == ["created", "ready"]
    assert len(list(share_storage().list_names())) == 1


def test_the_same_deposit_of_an_upload_that_lost_its_file_can_go_on():
    sent = an_upload()
    share_storage().delete(sent.row.storage_name)

    deposit(sent.deposit)

    assert list(share_storage().list_unfinished()) == [sent.row.storage_name]


@pytest.mark.parametrize(
    "other",
    [
        {"terms": Terms(3601)},
        {"terms": Terms(3600, 2)},
        {"meta": bytes(288)},
        {"wrapped_key": bytes(48)},
        {"blob": bytes(100)},
        {"blob": None},
        {"link_verifier": bytes(32)},
        {"manage_verifier": bytes(32)},
        {"size_bytes": 101, "blob": bytes(101)},
    ],
    ids=lambda other: "+".join(other),
)
def test_another_deposit_under_the_same_id_is_refused_and_changes_nothing(other):
    sent = a_waiting_share()
    before = Share.objects.values().get(pk=sent.id)

    with pytest.raises(IdTaken):
        deposit(replace(sent.deposit, **other))

    assert Share.objects.values().get(pk=sent.id) == before
    assert list(share_storage().list_names()) == [before["storage_name"]]


def test_an_id_stays_taken_after_its_share_has_ended_even_for_the_same_deposit():
    sent = a_waiting_share()
    revoke(sent.id, sent.manage_token)

    with pytest.raises(IdTaken):
        deposit(sent.deposit)

    assert sent.row.state == State.REVOKED


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_deposits_at_once_leave_one_share_and_one_blob():
    sent = an_envelope()

    outcomes = race(lambda: deposit(sent.deposit), times=20)

    assert names_of(outcomes) == ["Deposited"] * 20
    assert sent.events == ["created", "ready"]
    assert list(share_storage().list_names()) == [sent.row.storage_name]
    assert list(share_storage().list_unfinished()) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_different_deposits_at_once_one_loses_and_its_blob_goes():
    one = an_envelope()
    other = replace(one.deposit, blob=bytes(100))

    outcomes = race(lambda: deposit(one.deposit), lambda: deposit(other))

    assert names_of(outcomes) == ["Deposited", "IdTaken"]
    assert list(share_storage().list_names()) == [one.row.storage_name]


def test_uploads_may_not_announce_more_bytes_than_there_is_room(monkeypatch):
    storage = share_storage()
    # Gigabytes, so that whatever else writes to this disk meanwhile makes no difference.
    monkeypatch.setattr(storage, "reserve_bytes", storage.free_bytes() - 3 * 10**9)
    first, second = (replace(an_envelope(inline=False).deposit, size_bytes=2 * 10**9) for _ in range(2))
    deposit(first)

    with pytest.raises(StoreFull):
        deposit(second)

    assert not Share.objects.filter(pk=second.share_id).exists()
    # What is announced and not sent holds the room for a while only.
    Share.objects.update(touched_at=Now() - timedelta(minutes=14))
    with pytest.raises(StoreFull):
        deposit(second)
    Share.objects.update(touched_at=Now() - timedelta(minutes=16))
    deposit(second)


def test_a_small_envelope_may_use_the_reserve_that_uploads_must_leave(monkeypatch):
    storage = share_storage()
    monkeypatch.setattr(storage, "reserve_bytes", storage.free_bytes() + 10**9)

    a_waiting_share()

    with pytest.raises(StoreFull):
        deposit(an_envelope(size=70_000, inline=False).deposit)


def test_a_blob_that_cannot_be_written_leaves_no_row(monkeypatch):
    share_storage().free_bytes()
    (share_storage().root / "incoming").write_text("a file where the folder should be")
    sent = an_envelope()

    with pytest.raises(StoreAway):
        deposit(sent.deposit)

    assert not Share.objects.exists()
    assert not Event.objects.exists()


def test_an_upload_whose_file_cannot_be_made_leaves_no_row_and_its_id_free():
    share_storage().free_bytes()
    in_the_way = share_storage().root / "incoming"
    in_the_way.write_text("a file where the folder should be")
    sent = an_envelope(size=70_000, inline=False)
    with pytest.raises(StoreAway):
        deposit(sent.deposit)
    assert not Share.objects.exists()

    in_the_way.unlink()
    answer = deposit(sent.deposit)

    assert answer.state is State.UPLOADING


def test_a_repeat_on_a_full_disk_leaves_the_upload_that_was_acknowledged(monkeypatch):
    sent = an_upload(size=100_000)
    storage = share_storage()
    monkeypatch.setattr(storage, "reserve_bytes", storage.free_bytes() + 10**9)

    with pytest.raises(StoreFull):
        deposit(sent.deposit)

    assert sent.row.state == State.UPLOADING
