"""Vectors that others made: age's payload cases, RFC 5869, RFC 8439 and its kin."""

import base64
import hashlib
import re
import zlib

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sealing_vectors import drain, in_pieces, read

from sealing.errors import EnvelopeDamaged
from sealing.keys import derive
from sealing.stream import NONCE_BYTES, SEALED_CHUNK_BYTES, open_stream

AGE_CASES = read("cctv/payloads.json")


def payload_of(case):
    payload = zlib.decompress(base64.b64decode(case["payload_zlib"]))
    assert len(payload) == case["payload_bytes"]
    return payload


def released_by_a_hasty_reader(payload, file_key):
    """What age itself gives out: a full chunk is opened at once, as not the last, else as the last."""
    aead = ChaCha20Poly1305(derive(file_key, payload[:NONCE_BYTES], b"payload"))
    released = b""
    for counter, chunk in enumerate(in_pieces(payload[NONCE_BYTES:], SEALED_CHUNK_BYTES)):
        for last in (b"\0", b"\1") if len(chunk) == SEALED_CHUNK_BYTES else (b"\1",):
            try:
                released += aead.decrypt(counter.to_bytes(11, "big") + last, chunk, None)
            except InvalidTag:
                continue
            break
        else:
            return released
        if last == b"\1":
            return released
    return released


def test_all_payload_cases_of_age_are_here():
    assert len([case for case in AGE_CASES if case["payload_bytes"] >= NONCE_BYTES]) == 37
    assert len([case for case in AGE_CASES if case["expect"] == "open"]) == 19


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in AGE_CASES])
def test_a_payload_case_of_age_is_opened_or_refused(case):
    payload, file_key = payload_of(case), bytes.fromhex(case["file_key"])
    released = bytearray()
    opened = open_stream(in_pieces(payload, 5000), file_key)

    if case["expect"] == "open":
        drain(opened, released)
        assert hashlib.sha256(released).hexdigest() == case["released_sha256"]
        return
    with pytest.raises(EnvelopeDamaged):
        drain(opened, released)

    allowed = released_by_a_hasty_reader(payload, file_key)
    assert hashlib.sha256(allowed).hexdigest() == case["released_sha256"]
    assert allowed.startswith(released)


def records(path):
    """The blocks of `name = value` lines in one of the vector files."""
    with cryptography_vectors.open_vector_file(path, "r") as file:
        blocks = file.read().split("COUNT = ")[1:]
    return [dict(re.findall(r"^(\w+) *= *(.*)$", block, re.MULTILINE)) for block in blocks]


@pytest.mark.parametrize("case", records("KDF/rfc-5869-HKDF-SHA256.txt"))
def test_derive_is_the_hkdf_of_rfc_5869(case):
    key, salt, info, expected = (bytes.fromhex(case[name]) for name in ("IKM", "salt", "info", "OKM"))

    assert derive(key, salt, info, int(case["L"])) == expected


def value(text):
    return text[1:-1].encode() if text.startswith('"') else bytes.fromhex(text)


@pytest.mark.parametrize("case", records("ciphers/ChaCha20Poly1305/boringssl.txt"))
def test_the_cipher_is_the_one_of_rfc_8439(case):
    key, nonce, plain, data, sealed, tag = (value(case[n]) for n in ("KEY", "NONCE", "IN", "AD", "CT", "TAG"))
    cipher = ChaCha20Poly1305(key)
    if len(tag) != 16:
        pytest.fail("a vector with a short tag, which this cipher does not make")

    assert cipher.encrypt(nonce, plain, data) == sealed + tag
    assert cipher.decrypt(nonce, sealed + tag, data) == plain
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed + bytes([tag[0] ^ 1]) + tag[1:], data)


def test_none_of_the_public_files_came_empty():
    assert len(records("KDF/rfc-5869-HKDF-SHA256.txt")) == 3
    assert len(records("ciphers/ChaCha20Poly1305/boringssl.txt")) == 66
