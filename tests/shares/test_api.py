"""The exchange over HTTP: each call's good answer, its shape, and what it needs."""

import json
import secrets
from datetime import datetime, timedelta

import pytest
from django.test import Client

from sealing.encoding import b64
from shares.values import PART_BYTES, State
from tests.builders import a_large_share, a_waiting_share, an_envelope, an_upload, body_of
from tests.shares.exchange import API, call, claim, fields_of, put_part

pytestmark = pytest.mark.django_db


def test_a_small_share_is_created_ready_in_one_call():
    sent = an_envelope(guarded=True, claims=2)

    answer = call("POST", API, body=fields_of(sent))

    said = answer.json()
    assert (answer.status_code, said["state"], said["parts"]) == (201, "ready", None)
    assert abs(datetime.fromisoformat(said["expires_at"]) - sent.row.expires_at) < timedelta(seconds=0.001)


def test_a_large_share_is_told_its_parts_and_becomes_ready_with_the_last():
    sent = an_envelope(size=PART_BYTES + 100, inline=False)

    created = call("POST", API, body=fields_of(sent))
    assert (created.status_code, created.json()["part_size"], created.json()["parts"]) == (201, PART_BYTES, 2)

    assert put_part(sent, 1).status_code == 204
    listed = call("GET", f"{API}/{sent.id}/parts", sent.manage_token).json()
    assert (listed["received"], listed["part_size"]) == ([1], PART_BYTES)

    refused = call("POST", f"{API}/{sent.id}/complete", sent.manage_token)
    assert (refused.status_code, refused.json()["missing"]) == (409, [0])

    assert put_part(sent, 0).status_code == 204
    done = call("POST", f"{API}/{sent.id}/complete", sent.manage_token)
    assert (done.status_code, done.json()["state"]) == (200, "ready")


def test_the_same_create_again_gets_the_same_answer():
    body = fields_of(an_envelope())

    first, second = call("POST", API, body=body), call("POST", API, body=body)

    assert (first.status_code, first.json()) == (second.status_code, second.json())


def test_a_claim_gives_the_envelope_and_the_burn_ends_it():
    sent = a_waiting_share()
    secret = secrets.token_bytes(32)

    answer = claim(sent, secret)

    assert answer.status_code == 200
    assert answer.json() == {
        "wrapped_key": b64(sent.deposit.wrapped_key),
        "meta": b64(sent.deposit.meta),
        "size": 100,
        "kdf": 0,
        "lease_expires_at": answer.json()["lease_expires_at"],
        "blob": b64(sent.blob),
        "direct": False,
    }
    for _ in range(2):
        assert call("POST", f"{API}/{sent.id}/burn", secret).status_code == 204
    assert sent.row.state == State.BURNED


def test_a_claim_repeated_after_a_lost_answer_gives_the_same_answer():
    sent = a_waiting_share()
    secret = secrets.token_bytes(32)

    assert claim(sent, secret).json() == claim(sent, secret).json()


def test_the_blob_comes_whole_and_in_any_range():
    sent = a_large_share()
    secret = secrets.token_bytes(32)
    claim(sent, secret)
    size = len(sent.blob)

    def get(header=None):
        headers = {"Range": header} if header else {}
        answer = call("GET", f"{API}/{sent.id}/blob", secret, **headers)
        return answer.status_code, answer.headers.get("Content-Range"), body_of(answer)

    assert get() == (200, None, sent.blob)
    assert get("bytes=0-0") == (206, f"bytes 0-0/{size}", sent.blob[:1])
    assert get("bytes=100-") == (206, f"bytes 100-{size - 1}/{size}", sent.blob[100:])
    assert get("bytes=-100") == (206, f"bytes {size - 100}-{size - 1}/{size}", sent.blob[-100:])
    assert get("bytes=10-9999999") == (206, f"bytes 10-{size - 1}/{size}", sent.blob[10:])
    assert get("bytes=0-1,3-4") == (200, None, sent.blob)
    assert get("chunks=0-1") == (200, None, sent.blob)
    for outside in (f"bytes={size}-", "bytes=-0", f"bytes=9{'9' * 17}-"):
        status, where, body = get(outside)
        assert (status, where, json.loads(body)["code"]) == (416, f"bytes */{size}", "invalid")


def test_a_blob_says_its_length_and_that_it_is_no_page():
    sent = a_large_share()
    secret = secrets.token_bytes(32)
    claim(sent, secret)

    answer = call("GET", f"{API}/{sent.id}/blob", secret)

    assert answer["Content-Length"] == str(len(sent.blob))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Accept-Ranges"] == "bytes"
    body_of(answer)


def test_the_status_says_what_the_recipient_must_know_and_no_more():
    sent = a_waiting_share(guarded=True)

    said = call("GET", f"{API}/{sent.id}", sent.link_token).json()

    assert (said["state"], said["size"], said["kdf"], said["attempts_left"]) == ("ready", 100, 1, 5)
    assert set(said) == {
        "state",
        "size",
        "kdf",
        "attempts_left",
        "claims_left",
        "max_claims",
        "expires_at",
        "seconds_left",
        "opened_at",
        "ended_at",
    }


def test_the_receipt_tells_the_sender_and_nobody_who():
    sent = a_waiting_share()
    claim(sent, secrets.token_bytes(32))

    said = call("GET", f"{API}/{sent.id}/receipt", sent.manage_token).json()

    assert [event["what"] for event in said["events"]] == ["created", "ready", "claimed"]
    assert set(said["events"][0]) == {"what", "at"}
    assert (said["id"], said["claims_left"], said["unlocks_left"]) == (sent.id, 0, 3)
    assert said["fetching_until"] is not None


def test_the_sender_unlocks_after_five_wrong_passwords():
    sent = a_waiting_share(guarded=True)
    for left in (4, 3, 2, 1, 0):
        answer = claim(sent, secrets.token_bytes(32), password_token=b64(bytes(32)))
        assert (answer.status_code, answer.json()["attempts_left"]) == (403, left)
    right = {"password_token": b64(sent.password_token)}
    assert claim(sent, secrets.token_bytes(32), **right).status_code == 423

    unlocked = call("POST", f"{API}/{sent.id}/unlock", sent.manage_token)

    assert (unlocked.status_code, unlocked.json()["attempts_left"]) == (200, 5)
    assert claim(sent, secrets.token_bytes(32), **right).status_code == 200


def test_an_id_may_be_written_in_capitals():
    sent = an_envelope()

    created = call("POST", API, body=fields_of(sent, id=sent.id.upper()))
    seen = call("GET", f"{API}/{sent.id.upper()}", sent.link_token)

    assert (created.status_code, seen.status_code) == (201, 200)
    assert sent.row.state == State.READY


def test_the_manage_token_takes_a_share_back():
    for sent in (a_waiting_share(), an_upload()):
        assert call("POST", f"{API}/{sent.id}/burn", sent.manage_token).status_code == 204
        assert sent.row.state == State.REVOKED


def test_no_call_sets_or_reads_a_cookie():
    sent = a_waiting_share()
    visitor = Client()
    visitor.cookies["session"] = "x" * 32

    answer = visitor.get(f"{API}/{sent.id}", headers={"Authorization": f"Bearer {b64(sent.link_token)}"})

    assert answer.status_code == 200
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
