"""All parts are there: the share becomes ready once, whatever crashes, races or ends on the way."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.db.models.functions import Now

from accounts.models import User
from sealing.keys import manage_token
from shares.errors import (
    Banned,
    Incomplete,
    NotReady,
    PartConflict,
    ShareGone,
    SignInNeeded,
)
from shares.models import Ban, Part, Share
from shares.services.burn import revoke
from shares.services.claim import claim
from shares.services.deposit import deposit
from shares.services.seal import sealing
from shares.services.upload import complete, put_part, received
from shares.storage import share_storage
from shares.values import PART_BYTES, Sender, State
from tests.builders import (
    Bytes,
    a_claim_of,
    a_large_share,
    an_envelope,
    an_upload,
    names_of,
    nothing_changes,
    race,
    send_part,
)

THREE_PARTS = 2 * PART_BYTES + 1000
pytestmark = pytest.mark.django_db


def stored(sent):
    share = sent.row
    return b"".join(share_storage().read(share.storage_name, 0, share.size))


def test_complete_names_the_parts_that_are_missing_and_takes_more():
    sent = an_upload(size=THREE_PARTS)
    send_part(sent, 1)

    with nothing_changes(sent), pytest.raises(Incomplete) as refusal:
        complete(sent.id, sent.manage_token)

    assert refusal.value.missing == [0, 2]
    send_part(sent, 0)


def test_complete_makes_it_ready_once_however_often_it_is_asked():
    sent = an_upload()
    send_part(sent, 0)

    first = complete(sent.id, sent.manage_token)
    second = complete(sent.id, sent.manage_token)

    assert first.state == second.state == State.READY
    assert first.expires_at == second.expires_at
    assert sent.events == ["created", "ready"]
    assert not Part.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_completes_at_once_make_it_ready_once():
    sent = an_upload()
    send_part(sent, 0)

    outcomes = race(lambda: complete(sent.id, sent.manage_token), times=8)

    assert names_of(outcomes) == ["Share"] * 8
    assert sent.events == ["created", "ready"]


def test_complete_goes_on_after_a_crash_behind_its_first_step():
    sent = an_upload()
    send_part(sent, 0)
    Share.objects.filter(pk=sent.id).update(closing=True)

    complete(sent.id, sent.manage_token)

    assert stored(sent) == sent.blob


def test_complete_goes_on_after_a_crash_behind_its_second_step():
    sent = an_upload()
    send_part(sent, 0)
    Share.objects.filter(pk=sent.id).update(closing=True)
    share_storage().complete(sent.row.storage_name, len(sent.blob))

    complete(sent.id, sent.manage_token)

    assert stored(sent) == sent.blob


def test_no_part_is_written_once_completing_has_begun():
    sent = an_upload(size=THREE_PARTS)
    send_part(sent, 0)
    Share.objects.filter(pk=sent.id).update(closing=True)

    with nothing_changes(sent), pytest.raises(PartConflict):
        send_part(sent, 1)


def test_a_part_that_was_on_its_way_when_completing_began_counts_for_nothing():
    sent = an_upload()

    def closes():
        Share.objects.filter(pk=sent.id).update(closing=True)

    digest = hashlib.sha256(sent.blob).digest()
    with pytest.raises(PartConflict):
        put_part(sent.id, sent.manage_token, 0, len(sent.blob), digest, Bytes(sent.blob, before=closes))

    assert received(sent.id, sent.manage_token)[1] == []


def test_no_part_is_written_into_a_share_that_is_ready():
    sent = a_large_share()

    with nothing_changes(sent), pytest.raises(PartConflict):
        send_part(sent, 0)


def test_a_part_that_was_on_its_way_when_the_share_was_revoked_counts_for_nothing():
    sent = an_upload()
    revoked = Bytes(sent.blob, before=lambda: revoke(sent.id, sent.manage_token))

    with pytest.raises(PartConflict):
        put_part(sent.id, sent.manage_token, 0, len(sent.blob), hashlib.sha256(sent.blob).digest(), revoked)

    assert sent.row.state == State.REVOKED
    assert not Part.objects.exists()
    assert list(share_storage().list_unfinished()) == []


def test_completing_a_share_that_has_ended_tells_how_it_ended():
    sent = an_upload()
    send_part(sent, 0)
    revoke(sent.id, sent.manage_token)

    with nothing_changes(sent), pytest.raises(ShareGone) as refusal:
        complete(sent.id, sent.manage_token)

    assert refusal.value.state is State.REVOKED


@pytest.mark.parametrize("revoked_first", [True, False])
def test_a_share_revoked_while_it_is_being_completed_is_gone_and_not_ready(monkeypatch, revoked_first):
    sent = an_upload()
    send_part(sent, 0)
    storage = share_storage()
    complete_blob = storage.complete

    def revoked_meanwhile(*args):
        if revoked_first:
            revoke(sent.id, sent.manage_token)
        complete_blob(*args)
        if not revoked_first:
            revoke(sent.id, sent.manage_token)

    monkeypatch.setattr(storage, "complete", revoked_meanwhile)

    with pytest.raises(ShareGone):
        complete(sent.id, sent.manage_token)

    assert sent.row.state == State.REVOKED
    assert sent.events == ["created", "revoked"]


def test_what_a_request_of_ours_streams_cannot_be_completed_by_a_call():
    with sealing() as sealed:
        token = manage_token(sealed._manage_secret, sealed._id)

        with pytest.raises(NotReady):
            complete(sealed.share_id, token)
        sealed.abandon(ConnectionResetError())


def test_a_claim_before_it_is_complete_is_told_to_wait():
    sent = an_upload()

    with nothing_changes(sent), pytest.raises(NotReady):
        claim(a_claim_of(sent))


@pytest.mark.parametrize("whom", ["network", "account", "inactive"])
def test_who_may_not_any_more_does_not_finish_an_upload(whom):
    owner, sent = (
        User.objects.create_user("ann@example.org", "x" * 20),
        an_envelope(size=70_000, inline=False),
    )
    deposit(sent.deposit, Sender("198.51.100.0/24", owner.pk))
    put_part(sent.id, sent.manage_token, 0, 70_000, hashlib.sha256(sent.blob).digest(), BytesIO(sent.blob))
    if whom == "inactive":
        User.objects.update(is_active=False)
    else:
        whom = {"network": "198.51.100.0/24"} if whom == "network" else {"account": owner}
        Ban.objects.create(until=Now() + timedelta(days=1), **whom)

    with pytest.raises((Banned, SignInNeeded)):
        complete(sent.id, sent.manage_token, network="198.51.100.0/24")

    assert sent.row.state == State.UPLOADING
    Ban.objects.all().delete()
    User.objects.update(is_active=True)
    assert complete(sent.id, sent.manage_token, network="198.51.100.0/24").state == State.READY
