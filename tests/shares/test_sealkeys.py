"""The daily key files: who may read them, which day they are for, and what an erased one leaves."""

import secrets
import stat
from datetime import UTC, datetime, timedelta

import pytest

from shares import sealkeys
from shares.errors import StoreAway
from shares.models import ServerHalf
from shares.querysets import database_now
from shares.services.claim import claim
from tests.builders import a_claim_of, a_waiting_share, race

DAY = 20_000
SHARE = bytes(10)
WRAPPED = bytes(range(48))


def files(settings):
    return sorted(path.name for path in settings.SEAL_KEYS_DIR.iterdir())


def test_what_is_sealed_is_opened_and_does_not_show_what_it_holds():
    sealed = sealkeys.seal(DAY, SHARE, WRAPPED)

    assert sealkeys.open_sealed(DAY, SHARE, sealed) == WRAPPED
    assert WRAPPED not in sealed
    assert int.from_bytes(sealed[:4], "big") == DAY


def test_the_same_half_is_sealed_differently_each_time():
    assert sealkeys.seal(DAY, SHARE, WRAPPED) != sealkeys.seal(DAY, SHARE, WRAPPED)


def test_a_record_opens_for_its_own_share_and_day_only():
    sealed = sealkeys.seal(DAY, SHARE, WRAPPED)
    sealkeys.seal(DAY + 1, SHARE, WRAPPED)

    for number, share in ((DAY, bytes(9) + b"\1"), (DAY + 1, SHARE)):
        with pytest.raises(StoreAway):
            sealkeys.open_sealed(number, share, sealed)


def test_a_damaged_record_is_refused():
    sealed = bytearray(sealkeys.seal(DAY, SHARE, WRAPPED))
    sealed[20] ^= 1

    for record in (bytes(sealed), b"", bytes(sealed[:30])):
        with pytest.raises(StoreAway):
            sealkeys.open_sealed(DAY, SHARE, record)


def test_a_key_file_is_for_its_owner_alone_and_nothing_else_stays(settings):
    sealkeys.seal(DAY, SHARE, WRAPPED)

    assert files(settings) == [f"{DAY}.key"]
    path = settings.SEAL_KEYS_DIR / f"{DAY}.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.SEAL_KEYS_DIR.stat().st_mode) == 0o700
    assert len(path.read_bytes()) == 32


def test_twelve_who_make_a_days_key_at_once_use_the_same_one(settings):
    sealed = race(lambda: sealkeys.seal(DAY, SHARE, WRAPPED), times=12)

    assert [sealkeys.open_sealed(DAY, SHARE, record) for record in sealed] == [WRAPPED] * 12
    assert files(settings) == [f"{DAY}.key"]


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), 20780),
        (datetime(2026, 11, 24, tzinfo=UTC), 20781),
    ],
)
def test_a_key_is_numbered_by_its_utc_day(moment, number):
    assert sealkeys.key_no_for(moment) == number


@pytest.mark.django_db
def test_a_share_rests_under_the_key_of_the_day_on_which_it_expires():
    sent = a_waiting_share()

    number = ServerHalf.objects.get(pk=sent.id).key_no
    assert number == sealkeys.key_no_for(sent.row.expires_at)


def test_an_erased_key_opens_nothing_and_is_not_made_again_by_looking(settings):
    sealed = sealkeys.seal(DAY, SHARE, WRAPPED)

    sealkeys.erase(DAY)

    with pytest.raises(StoreAway):
        sealkeys.open_sealed(DAY, SHARE, sealed)
    assert files(settings) == []


def test_an_erased_key_is_overwritten_before_its_name_goes(settings):
    sealkeys.seal(DAY, SHARE, WRAPPED)
    path = settings.SEAL_KEYS_DIR / f"{DAY}.key"
    key = path.read_bytes()
    other_name = settings.SEAL_KEYS_DIR / "kept-by-a-thief"
    other_name.hardlink_to(path)

    sealkeys.erase(DAY)

    assert other_name.read_bytes() != key


def test_erasing_what_is_not_there_is_no_error():
    sealkeys.erase(DAY)


def test_a_key_that_cannot_be_erased_is_a_store_that_is_away(settings):
    (settings.SEAL_KEYS_DIR / f"{DAY}.key").mkdir(parents=True)

    with pytest.raises(StoreAway):
        sealkeys.erase(DAY)


def test_only_key_files_more_than_two_days_past_their_day_are_old(settings):
    today = datetime(2026, 11, 23, 12, tzinfo=UTC)
    newest = sealkeys.key_no_for(today)
    for number in range(newest - 5, newest + 2):
        sealkeys.seal(number, SHARE, WRAPPED)
    (settings.SEAL_KEYS_DIR / "notes.key").write_text("not ours")

    assert sorted(sealkeys.old_key_numbers(today)) == [newest - 5, newest - 4, newest - 3]


def test_a_folder_of_keys_that_cannot_be_used_is_a_store_that_is_away(settings):
    settings.SEAL_KEYS_DIR.write_text("a file where the folder should be")

    with pytest.raises(StoreAway):
        sealkeys.seal(DAY, SHARE, WRAPPED)


@pytest.mark.django_db
def test_one_key_from_the_environment_seals_everything_and_writes_no_file(settings):
    settings.SEAL_KEY = secrets.token_hex(32)

    sent = a_waiting_share(guarded=True)

    assert claim(a_claim_of(sent)).wrapped_key == sent.deposit.wrapped_key
    assert sealkeys.key_no_for(database_now() + timedelta(days=9)) == 0
    assert not settings.SEAL_KEYS_DIR.exists()
