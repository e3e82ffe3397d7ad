"""Every refusal of every call: its status, its code, one shape; and strangers learn nothing."""

import secrets

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sealing.encoding import b64, encode
from shares import errors
from shares.models import Share
from shares.responses import STATUS
from shares.services.burn import revoke
from shares.storage import share_storage
from tests.builders import (
    a_large_share,
    a_waiting_share,
    an_envelope,
    an_upload,
    everything_about,
    nothing_changes,
    part_of,
)
from tests.shares.exchange import API, CALLS, ask, call, claim, fields_of, put_part, put_to, refused, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("make", [a_waiting_share, an_upload, a_large_share], ids=lambda make: make.__name__)
def test_an_unknown_id_and_a_wrong_token_get_the_same_answer_for_the_same_work(name, make):
    sent = make()
    wrong = secrets.token_bytes(32)

    with CaptureQueriesContext(connection) as for_known, nothing_changes(sent):
        known = ask(name, sent.id, wrong)
    with CaptureQueriesContext(connection) as for_unknown:
        unknown = ask(name, encode(secrets.token_bytes(10)), wrong)

    assert told(known) == told(unknown)
    refused(known, 404, "unknown")
    asked = [query["sql"].split("WHERE")[0] for query in for_known.captured_queries]
    # `nothing_changes` looks five times before and after; what lies between is the call.
    assert asked[5:-5] == [query["sql"].split("WHERE")[0] for query in for_unknown.captured_queries]


def test_a_part_for_an_unknown_id_or_with_a_wrong_token_gets_the_same_answer():
    sent = an_upload()

    with nothing_changes(sent):
        known = put_to(sent.id, secrets.token_bytes(32))
    unknown = put_to(encode(secrets.token_bytes(10)), secrets.token_bytes(32))

    assert told(known) == told(unknown)
    refused(known, 404, "unknown")


def test_a_share_that_has_ended_looks_unknown_to_strangers():
    sent = a_waiting_share()
    revoke(sent.id, sent.manage_token)

    for name in CALLS:
        assert told(ask(name, sent.id, bytes(32))) == told(ask(name, encode(bytes(10)), bytes(32)))


@pytest.mark.parametrize("name", CALLS)
def test_a_call_without_its_token_says_so(name):
    sent = a_waiting_share()

    with nothing_changes(sent):
        refused(ask(name, sent.id, None), 401, "token_missing")


@pytest.mark.parametrize("header", ["Basic QQ==", "bearer-x", b64(bytes(32))])
def test_another_kind_of_authorization_is_none(header):
    sent = a_waiting_share()

    answer = Client().get(f"{API}/{sent.id}", headers={"Authorization": header})

    refused(answer, 401, "token_missing")


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 42, "A" * 44, "A" * 42 + "B", "=" * 43, "A" * 5000])
def test_a_token_that_is_none_is_a_wrong_one(token):
    sent = a_waiting_share()

    with nothing_changes(sent):
        answer = Client().get(f"{API}/{sent.id}", headers={"Authorization": f"Bearer {token}"})

    refused(answer, 404, "unknown")


class Unreadable:
    def read(self, *args):
        pytest.fail("the body was read")

    readline = read


@pytest.mark.parametrize(
    ("method", "path", "length"),
    [
        ("POST", "", 256 * 1024 + 1),
        ("POST", "/aaaqeayeaudaocaj/claim", 256 * 1024 + 1),
        ("PUT", "/aaaqeayeaudaocaj/parts/0", 8 * 1024**2 + 1),
    ],
)
def test_a_body_that_says_it_is_too_large_or_says_nothing_is_not_read(method, path, length):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {b64(bytes(32))}", "wsgi.input": Unreadable()}

    large = Client().generic(method, API + path, CONTENT_LENGTH=str(length), **headers)
    chunked = Client().generic(
        method, API + path, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked", **headers
    )

    refused(large, 413, "too_large")
    refused(chunked, 411, "length_required")


def test_a_line_that_breaks_under_a_body_is_no_fault_of_ours():
    class Broken:
        def read(self, *args):
            raise ConnectionResetError

        readline = read

    sent = an_upload()
    broken = {"wsgi.input": Broken()}

    created = Client().generic("POST", API, CONTENT_LENGTH="300", **broken)
    part = Client().generic(
        "PUT",
        f"{API}/{sent.id}/parts/0",
        CONTENT_LENGTH=str(len(sent.blob)),
        HTTP_REPR_DIGEST=f"sha-256=:{'A' * 43}=:",
        HTTP_AUTHORIZATION=f"Bearer {b64(sent.manage_token)}",
        **broken,
    )

    refused(created, 400, "malformed")
    refused(part, 400, "malformed")


@pytest.mark.parametrize(
    "digest",
    [None, "", "sha-256=:x:", "md5=:AAAA:", f"sha-256=:{'A' * 43}=", f"sha-512=:{'A' * 43}=:", "sha-256=::"],
)
def test_a_part_without_a_proper_digest_is_refused(digest):
    sent = an_upload()
    headers = {} if digest is None else {"Repr-Digest": digest}

    with nothing_changes(sent):
        answer = call("PUT", f"{API}/{sent.id}/parts/0", sent.manage_token, part_of(sent, 0), **headers)

    refused(answer, 400, "bad_part")


def test_a_part_of_another_length_digest_or_number_is_refused():
    sent = an_upload()

    with nothing_changes(sent):
        refused(put_part(sent, 0, sent.blob[:-1]), 400, "bad_part")
        refused(put_part(sent, 0, digest=bytes(32)), 400, "bad_part")
        refused(put_part(sent, 1, b"x"), 400, "bad_part")

    assert put_part(sent, 0).status_code == 204
    with nothing_changes(sent):
        refused(put_part(sent, 0, bytes(len(sent.blob))), 409, "part_conflict")


def test_what_the_states_refuse_has_its_own_code():
    uploading, ready, taken, ended = an_upload(), a_waiting_share(guarded=True), a_large_share(), an_upload()
    secret = secrets.token_bytes(32)
    claim(taken, secret)
    revoke(ended.id, ended.manage_token)
    before = [everything_about(sent.id) for sent in (uploading, ready, taken, ended)]

    refused(claim(uploading, secret), 409, "not_ready")
    refused(claim(ready, secret), 422, "password_missing")
    refused(claim(taken, bytes(32)), 410, "gone")
    refused(ask("unlock", ready.id, ready.manage_token), 409, "not_locked")
    refused(ask("complete", ended.id, ended.manage_token), 410, "gone")
    refused(put_part(ready, 0, b"x"), 409, "part_conflict")
    refused(call("POST", API, body=fields_of(ready, expires_in=4000)), 409, "id_taken")
    gone = refused(claim(ended, secret), 410, "gone")

    assert (gone["state"], gone["opened_at"]) == ("revoked", None)
    as_status = ask("status", ended.id, ended.link_token).json()
    assert gone["ended_at"] == as_status["ended_at"]
    assert [everything_about(sent.id) for sent in (uploading, ready, taken, ended)] == before


def test_a_fetch_after_the_end_is_over():
    sent = a_large_share()
    secret = secrets.token_bytes(32)
    claim(sent, secret)
    revoke(sent.id, sent.manage_token)

    refused(ask("blob", sent.id, secret), 410, "lease_over")


def test_a_store_that_fails_asks_to_come_back_and_takes_nothing():
    sent = a_waiting_share()
    share_storage().delete(sent.row.storage_name)

    with nothing_changes(sent):
        answer = call("POST", f"{API}/{sent.id}/claim", sent.link_token, {"lease_verifier": b64(bytes(32))})

    refused(answer, 503, "blob_missing")


def test_a_full_store_says_so(monkeypatch):
    monkeypatch.setattr(share_storage(), "reserve_bytes", 10**18)
    sent = an_envelope(size=70_000, inline=False)

    refused(call("POST", API, body=fields_of(sent)), 507, "store_full")

    assert not Share.objects.exists()


@pytest.mark.parametrize("path", ["", "/aaaqeayeaudaocaj", "/aaaqeayeaudaocaj/blob"])
@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_a_method_no_call_has_is_refused(path, method):
    assert Client().generic(method, API + path).status_code == 405


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v2/shares", "/api/v1/shares/short", "/api/v1/shares/"]
)
def test_an_address_no_call_has_is_json_too(path):
    refused(Client().get(path), 404, "unknown")


@pytest.mark.parametrize("path", ["/parts/-1", "/part/0", "/parts/0/", "/parts/a%0Ab", "/parts/1.5"])
def test_a_part_sent_to_an_address_no_call_has_is_refused_and_becomes_no_share(path):
    sent = an_upload()

    refused(call("PUT", f"{API}/{sent.id}{path}", sent.manage_token, sent.blob), 404, "unknown")
    refused(call("PUT", f"/api/v2/shares/{sent.id}/parts/0", sent.manage_token, sent.blob), 404, "unknown")

    assert [share.pk for share in Share.objects.all()] == [sent.id]


def every_refusal(kind=errors.ShareError):
    for child in kind.__subclasses__():
        yield child
        yield from every_refusal(child)


def test_every_refusal_has_its_status_its_code_and_its_sentence():
    kinds = [kind for kind in every_refusal() if kind is not errors.RetryLater]

    assert {kind.__name__ for kind in kinds} == {kind.__name__ for kind in STATUS}
    assert all(kind.__doc__ for kind in kinds)
    bad_fields = (errors.LinkInvalid, errors.RangeOutside)
    assert all("code" in vars(kind) for kind in kinds if kind not in bad_fields)
    assert len({kind.code for kind in kinds}) == len(kinds) - len(bad_fields)
