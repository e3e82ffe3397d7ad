"""Parts that go past this server: what it signs, and what it believes of what came."""

import hashlib
from base64 import b64encode

import pytest

from shares.models import Part
from shares.storage import s3client, share_storage
from shares.values import State
from tests.builders import part_of
from tests.shares.direct import SIZE, ask, complete, digest_of, is_stale, left, put, send_past_us
from tests.shares.exchange import API, call, put_part, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(s3):
    return left()


def test_a_part_can_come_either_way(s3, sent):
    leave = ask(sent).json()

    assert put_part(sent, 0).status_code == 204  # who has the leave for these bytes need not use it
    assert ask(sent).json()["url"] is None
    assert put(leave, part_of(sent, 0)) == 200  # too late, and the same

    assert complete(sent).status_code == 200
    assert sent.row.state == State.READY


@pytest.mark.parametrize(
    "spoil", [lambda data: bytes([data[0] ^ 1]) + data[1:], lambda data: data[:-1], lambda data: data + b"x"]
)
def test_nothing_but_the_part_that_was_asked_for_goes_in(sent, spoil):
    leave = ask(sent).json()

    assert put(leave, spoil(part_of(sent, 0))) in (400, 403)

    assert ask(sent).json()["url"]
    assert not Part.objects.filter(done=True).exists()


def test_length_and_checksum_are_signed_and_cannot_be_left_out_or_be_others(sent):
    leave, data = ask(sent).json(), bytes(SIZE)
    assert "&X-Amz-SignedHeaders=content-length%3Bhost%3Bx-amz-checksum-sha256&" in leave["url"]
    other = {"x-amz-checksum-sha256": b64encode(hashlib.sha256(data).digest()).decode()}

    assert put({**leave, "headers": {}}, data) == 403
    assert put({**leave, "headers": other}, data) == 403


def test_a_part_counts_when_s3_says_that_it_has_it_and_not_when_its_sender_does(sent):
    ask(sent)

    assert ask(sent).json()["url"]
    assert refused(complete(sent), 409, "incomplete")["missing"] == [0]


def test_s3_that_tells_no_checksum_is_not_believed(sent, monkeypatch):
    put(ask(sent).json(), part_of(sent, 0))
    s3 = s3client.client(share_storage()._place)
    plain = s3.list_parts

    def silent(**asked):
        found = plain(**asked)
        for part in found["Parts"]:
            part.pop("ChecksumSHA256")
        return found

    monkeypatch.setattr(s3, "list_parts", silent)

    assert ask(sent).json()["url"]
    assert not Part.objects.filter(done=True).exists()


def test_a_part_with_another_digest_is_refused_while_the_first_may_come(sent):
    ask(sent)

    assert refused(ask(sent, digest=bytes(32)), 409, "part_busy")
    is_stale()
    assert ask(sent, digest=bytes(32)).json()["url"]
    assert refused(put_part(sent, 0), 409, "part_busy")


def test_what_came_late_under_an_older_leave_is_never_made_part_of_the_blob(sent):
    other = bytes(SIZE)
    late = ask(sent, digest=hashlib.sha256(other).digest()).json()
    is_stale()
    send_past_us(sent)
    assert put(late, other) == 200

    assert refused(complete(sent), 503, "store_away")
    assert sent.row.state == State.UPLOADING


def test_a_part_that_another_request_writes_is_busy(sent):
    Part.objects.create(share_id=sent.id, n=0, size=SIZE, digest=digest_of(sent, 0), writer="0" * 32)

    assert refused(ask(sent), 409, "part_busy")


def test_an_address_ends_after_a_minute_and_another_is_given(s3, sent):
    leave = ask(sent).json()

    s3.passes(61)
    assert put(leave, part_of(sent, 0)) == 403
    s3.passes(0)

    send_past_us(sent)


def test_what_is_sent_through_us_is_compared_by_s3_as_well(sent):
    assert refused(put_part(sent, 0, data=b"x" * SIZE, digest=bytes(32)), 400, "bad_part")
    assert put_part(sent, 0).status_code == 204


def test_a_revoked_upload_takes_nothing_more(s3, sent):
    leave = ask(sent).json()
    call("POST", f"{API}/{sent.id}/burn", sent.manage_token)

    assert refused(ask(sent), 409, "part_conflict")
    assert put(leave, part_of(sent, 0)) in (403, 404, 500)  # moto answers with the last
    assert s3.keys() + s3.uploads() == []
