"""Parts of a large blob: any order, several at once, the same again; and what becomes of the share."""

import hashlib
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from shares.errors import (
    BadPart,
    PartBusy,
    PartConflict,
    ShareUnknown,
)
from shares.models import Part
from shares.services.upload import complete, put_part, received
from shares.storage import share_storage
from shares.values import PART_BYTES
from tests.builders import (
    Bytes,
    an_upload,
    nothing_changes,
    part_of,
    race,
    send_part,
)

THREE_PARTS = 2 * PART_BYTES + 1000
pytestmark = pytest.mark.django_db


def stored(sent):
    share = sent.row
    return b"".join(share_storage().read(share.storage_name, 0, share.size))


def test_parts_in_any_order_make_the_blob_that_was_sent():
    sent = an_upload(size=THREE_PARTS)

    for n in (2, 0, 1):
        send_part(sent, n)
    complete(sent.id, sent.manage_token)

    assert stored(sent) == sent.blob
    assert sent.events == ["created", "ready"]


@pytest.mark.django_db(transaction=True)
def test_parts_sent_all_at_once_make_the_blob_that_was_sent():
    sent = an_upload(size=THREE_PARTS)

    outcomes = race(*(lambda n=n: send_part(sent, n) for n in range(3)))
    complete(sent.id, sent.manage_token)

    assert outcomes == [None] * 3
    assert stored(sent) == sent.blob


def test_what_is_received_tells_where_to_go_on():
    sent = an_upload(size=THREE_PARTS)

    send_part(sent, 2)
    send_part(sent, 0)

    assert received(sent.id, sent.manage_token)[1] == [0, 2]


def test_the_same_part_again_is_harmless():
    sent = an_upload()
    send_part(sent, 0)

    with nothing_changes(sent):
        send_part(sent, 0)


def test_other_bytes_for_a_part_that_is_done_are_refused_and_not_written():
    sent = an_upload()
    send_part(sent, 0)

    with nothing_changes(sent), pytest.raises(PartConflict):
        send_part(sent, 0, bytes(len(sent.blob)))

    complete(sent.id, sent.manage_token)
    assert stored(sent) == sent.blob


@pytest.mark.parametrize(("n", "length"), [(0, 69_999), (0, 70_001), (1, 1), (-1, 70_000), (2**31, 1)])
def test_a_part_of_another_number_or_length_is_refused_unread(n, length):
    sent = an_upload()
    body = Bytes(b"", before=lambda: pytest.fail("the body was read"))

    with nothing_changes(sent), pytest.raises(BadPart):
        put_part(sent.id, sent.manage_token, n, length, bytes(32), body)


def test_a_part_that_does_not_match_its_digest_can_be_sent_again():
    sent = an_upload()

    with nothing_changes(sent), pytest.raises(BadPart):
        send_part(sent, 0, digest=bytes(32))

    send_part(sent, 0)
    assert received(sent.id, sent.manage_token)[1] == [0]


def test_a_part_that_ends_early_can_be_sent_again():
    sent = an_upload()

    with nothing_changes(sent), pytest.raises(BadPart):
        put_part(sent.id, sent.manage_token, 0, len(sent.blob), bytes(32), Bytes(sent.blob[:-1]))

    send_part(sent, 0)


def test_a_second_writer_waits_until_the_first_has_been_silent_for_a_minute():
    sent = an_upload()

    def second():
        with pytest.raises(PartBusy):
            send_part(sent, 0)

    digest = hashlib.sha256(sent.blob).digest()
    put_part(sent.id, sent.manage_token, 0, len(sent.blob), digest, Bytes(sent.blob, before=second))

    assert received(sent.id, sent.manage_token)[1] == [0]


def test_after_a_minute_the_second_writer_takes_over_and_the_first_cannot_finish():
    sent = an_upload()

    def takes_over():
        Part.objects.filter(share=sent.id).update(written_since=Now() - timedelta(seconds=60))
        send_part(sent, 0)

    slow = Bytes(sent.blob, before=takes_over)
    with pytest.raises(PartBusy):
        put_part(sent.id, sent.manage_token, 0, len(sent.blob), hashlib.sha256(sent.blob).digest(), slow)

    assert received(sent.id, sent.manage_token)[1] == [0]
    complete(sent.id, sent.manage_token)
    assert stored(sent) == sent.blob


def test_a_taken_over_writer_that_fails_leaves_the_part_of_the_one_who_took_over():
    sent = an_upload()

    def takes_over():
        Part.objects.filter(share=sent.id).update(written_since=Now() - timedelta(seconds=60))
        send_part(sent, 0)

    with pytest.raises(BadPart):
        put_part(sent.id, sent.manage_token, 0, len(sent.blob), bytes(32), Bytes(sent.blob, takes_over))

    assert received(sent.id, sent.manage_token)[1] == [0]


def test_a_part_moves_the_end_of_the_upload_by_a_day():
    sent = an_upload(size=THREE_PARTS)
    sent.move(touched_at=timedelta(hours=-23))
    before = sent.row.touched_at

    send_part(sent, 0)

    assert sent.row.touched_at - before >= timedelta(hours=23)


def test_nobody_without_the_manage_token_may_send_list_or_complete():
    sent = an_upload()
    body = Bytes(b"", before=lambda: pytest.fail("the body was read"))

    with nothing_changes(sent):
        with pytest.raises(ShareUnknown):
            put_part(sent.id, sent.link_token, 0, len(sent.blob), bytes(32), body)
        with pytest.raises(ShareUnknown):
            received(sent.id, sent.link_token)
        with pytest.raises(ShareUnknown):
            complete(sent.id, sent.link_token)


def test_part_of_cuts_the_blob_where_the_law_says():
    sent = an_upload(size=THREE_PARTS)

    assert [len(part_of(sent, n)) for n in range(4)] == [PART_BYTES, PART_BYTES, 1000, 0]
