"""Create calls with impossible fields and bodies: told which, never repeated, and nothing is left."""

import pytest

from sealing.encoding import b64
from shares.models import Share
from shares.storage import share_storage
from tests.builders import (
    an_envelope,
)
from tests.shares.exchange import API, call, fields_of, refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "short"),
        ("id", "a" * 17),
        ("id", "0" * 16),
        ("id", "\ud800" * 16),
        ("id", None),
        ("id", ["a"]),
        ("kdf", 2),
        ("kdf", -1),
        ("kdf", "0"),
        ("kdf", True),
        ("size", 31),
        ("size", 33 + 16 - 17),
        ("size", "100"),
        ("size", 100.0),
        ("size", 2**63),
        ("size", 1e400),
        ("size", float("nan")),
        ("size", None),
        ("link_verifier", b64(bytes(31))),
        ("link_verifier", b64(bytes(33))),
        ("link_verifier", "A" * 42 + "B"),
        ("link_verifier", b64(bytes(32)) + "="),
        ("link_verifier", "+" * 43),
        ("manage_verifier", ""),
        ("wrapped_key", b64(bytes(47))),
        ("wrapped_key", b64(bytes(49))),
        ("meta", b64(bytes(287))),
        ("meta", b64(bytes(65_569))),
        ("password_verifier", b64(bytes(32))),
        ("expires_in", 0),
        ("expires_in", -1),
        ("expires_in", 299),
        ("expires_in", 30 * 86400 + 1),
        ("expires_in", 2**63),
        ("expires_in", 1e400),
        ("expires_in", "3600"),
        ("expires_in", "1e9"),
        ("expires_in", None),
        ("expires_in", float("nan")),
        ("max_claims", 0),
        ("max_claims", 101),
        ("max_claims", -1),
        ("max_claims", True),
        ("blob", b64(bytes(99))),
        ("blob", b64(bytes(65_537))),
        ("blob", 7),
    ],
    ids=lambda value: ascii(value)[:24],
)
def test_a_create_with_one_impossible_field_leaves_nothing(field, value):
    body = fields_of(an_envelope(), **{field: value})

    answer = call("POST", API, body=body)

    assert answer.status_code in (400, 413, 422), answer.content
    assert answer.json()["code"] in ("invalid", "malformed", "too_large")
    assert not Share.objects.exists()
    assert list(share_storage().list_names()) == []


@pytest.mark.parametrize(
    "field", ["id", "kdf", "size", "link_verifier", "manage_verifier", "wrapped_key", "meta", "expires_in"]
)
def test_a_create_without_a_field_is_told_which(field):
    body = fields_of(an_envelope())
    del body[field]

    said = refused(call("POST", API, body=body), 422, "invalid")

    assert field in said["message"]


def test_a_guarded_create_needs_its_verifier():
    body = fields_of(an_envelope(guarded=True))
    del body["password_verifier"]

    assert "password_verifier" in refused(call("POST", API, body=body), 422, "invalid")["message"]


def test_a_share_larger_than_this_server_takes_is_too_large():
    body = fields_of(an_envelope(inline=False), size=6 * 1024**3 + 16 * 98304 + 16)

    said = refused(call("POST", API, body=body), 413, "too_large")

    assert said["max_bytes"] > 5 * 1024**3


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"\x00", b"[" * 100_000, b'{"id": NaN', b"1e400"]
)
@pytest.mark.parametrize("path", ["", "/aaaqeayeaudaocaj/claim"])
def test_a_body_that_is_no_json_object_is_refused(body, path):
    answer = call("POST", f"{API}{path}", bytes(32) if path else None, body)

    assert answer.status_code in (400, 422), answer.content
    assert set(answer.json()) == {"code", "message"}
    assert not Share.objects.exists()


def test_a_refusal_never_repeats_what_was_sent():
    marker = "SECRETMARKER" * 4

    for field in fields_of(an_envelope(guarded=True)):
        answer = call("POST", API, body=fields_of(an_envelope(guarded=True), **{field: marker}))
        assert marker not in answer.content.decode()
    answer = call("POST", f"{API}/aaaqeayeaudaocaj/claim", bytes(32), {"lease_verifier": marker})
    assert marker not in answer.content.decode()
