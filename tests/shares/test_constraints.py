"""What Postgres itself refuses, whatever our code does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from shares.models import Event, Lease, Part, ServerHalf, Share
from shares.services.burn import revoke
from shares.services.claim import claim
from tests.builders import a_claim_of, a_waiting_share, an_upload, send_part

pytestmark = pytest.mark.django_db


def refused(change):
    """The name of the constraint that refused it."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        change()
    return refusal.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"attempts": 6}, "share_attempts_range"),
        ({"attempts": -1}, "share_attempts_range"),
        ({"unlocks": 4}, "share_unlocks_range"),
        ({"unlocks": -1}, "share_unlocks_range"),
        ({"claims_left": -1}, "share_claims_left_range"),
        ({"claims_left": 2}, "share_claims_left_range"),
        ({"state": "lost"}, "share_state_known"),
        ({"state": "claimed"}, "share_claimed_has_none_left"),
        ({"state": "revoked"}, "share_ended_has_time"),
        ({"ended_at": Now()}, "share_ended_has_time"),
        ({"expires_at": None}, "share_ready_has_times"),
        ({"ready_at": None}, "share_ready_has_times"),
        ({"password_verifier": None}, "share_guarded_has_verifier"),
        ({"kdf": 0}, "share_guarded_has_verifier"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_ready_share_takes_no_impossible_values(changes, constraint):
    sent = a_waiting_share(guarded=True)

    assert refused(lambda: Share.objects.filter(pk=sent.id).update(**changes)) == constraint


def test_an_unguarded_share_takes_no_password():
    sent = a_waiting_share()

    def change():
        Share.objects.filter(pk=sent.id).update(password_verifier=bytes(32))

    assert refused(change) == "share_guarded_has_verifier"


def test_a_share_does_not_end_while_its_half_is_there():
    sent = a_waiting_share()

    def change():
        Share.objects.filter(pk=sent.id).update(state="burned", ended_at=Now())

    assert refused(change) == "half_dies_with_its_share"


def test_no_half_is_put_beside_a_share_that_has_ended():
    sent = a_waiting_share()
    half = ServerHalf.objects.get(pk=sent.id)
    revoke(sent.id, sent.manage_token)

    assert refused(lambda: half.save(force_insert=True)) == "half_dies_with_its_share"


def test_no_half_calls_itself_that_of_an_ended_share():
    a_waiting_share()

    assert refused(lambda: ServerHalf.objects.update(ended=True)) == "half_of_a_living_share"


def test_whether_a_share_has_ended_is_the_databases_own_word():
    sent = a_waiting_share()

    with pytest.raises(Exception, match="ended"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE shares_share SET ended = true WHERE id = %s", [sent.id])


def test_an_id_exists_once():
    sent = a_waiting_share()

    assert refused(lambda: sent.row.save(force_insert=True)) == "shares_share_pkey"


def test_a_lease_secret_opens_one_lease_of_a_share():
    sent = a_waiting_share(claims=2)
    claim(a_claim_of(sent))
    lease = Lease.objects.get()
    lease.pk = None

    assert refused(lambda: lease.save(force_insert=True)) == "lease_once"


def test_a_part_exists_once():
    sent = an_upload()
    send_part(sent, 0)
    part = Part.objects.get()
    part.pk = None

    assert refused(lambda: part.save(force_insert=True)) == "part_once"


@pytest.mark.parametrize("model", [Event, Lease, Part])
def test_nothing_hangs_on_a_share_that_is_not_there(model):
    sent = an_upload()
    send_part(sent, 0)
    Share.objects.filter(pk=sent.id).update(part_size=0)
    row = {
        Event: Event(share_id="aaaaaaaaaaaaaaaa", what="created"),
        Part: Part(share_id="aaaaaaaaaaaaaaaa", n=0, size=1, digest=bytes(32), writer="w"),
        Lease: Lease(
            share_id="aaaaaaaaaaaaaaaa",
            verifier=bytes(32),
            ends_at=sent.row.created_at,
            hard_end=sent.row.created_at,
        ),
    }[model]

    def change():
        row.save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert refused(change).startswith(f"shares_{model.__name__.lower()}_share_id")


def test_times_come_from_the_database_and_not_from_this_process():
    sent = a_waiting_share()
    sent.move(created_at=timedelta(0))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_default FROM information_schema.columns"
            " WHERE table_name = 'shares_share' AND column_name IN ('created_at', 'touched_at')"
        )
        assert {default for (default,) in cursor.fetchall()} == {"statement_timestamp()"}
