"""Envelopes sealed and opened from docs/envelope.md alone, with nothing of the product imported.

If the product and this file disagree, one of them has left the document.
"""

import base64
import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 65536
INLINE = 64 * 1024


def hkdf(key: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(key)


def once(key: bytes) -> tuple[ChaCha20Poly1305, bytes]:
    return ChaCha20Poly1305(key), bytes(12)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b32(data: bytes) -> str:
    return base64.b32encode(data).rstrip(b"=").decode().lower()


@dataclass(frozen=True)
class Envelope:
    """What a sender makes, and a recipient knows: id, link secret and, where guarded, the password.

    `stretched` is what Argon2id made of the password; races take 32 random bytes instead, which the
    server cannot tell from a password that somebody typed.
    """

    plain: bytes = field(repr=False)
    raw_id: bytes
    link_secret: bytes
    manage_secret: bytes
    file_key: bytes
    stretched: bytes
    password: str
    blob: bytes = field(repr=False)
    meta: bytes = field(repr=False)
    wrapped_key: bytes

    @property
    def id(self) -> str:
        return b32(self.raw_id)

    @property
    def kdf(self) -> int:
        return 1 if self.stretched else 0

    @property
    def link_token(self) -> bytes:
        return hkdf(self.link_secret, self.raw_id, b"ots1/link-token")

    @property
    def manage_token(self) -> bytes:
        return hkdf(self.manage_secret, self.raw_id, b"ots1/manage-token")

    @property
    def password_token(self) -> bytes:
        return hkdf(self.stretched, self.raw_id, b"ots1/password-token")

    def link(self, origin: str) -> str:
        return f"{origin}/s/{self.id}#1{b32(self.link_secret)}"

    def manage_link(self, origin: str) -> str:
        return f"{origin}/m/{self.id}#1{b32(self.manage_secret)}"

    def deposit(self, expires_in: int = 3600, max_claims: int = 1) -> dict[str, Any]:
        """The body of the create call; a small blob travels inside."""
        said: dict[str, Any] = {
            "id": self.id,
            "kdf": self.kdf,
            "size": len(self.blob),
            "link_verifier": b64(sha256(self.link_token).digest()),
            "manage_verifier": b64(sha256(self.manage_token).digest()),
            "wrapped_key": b64(self.wrapped_key),
            "meta": b64(self.meta),
            "expires_in": expires_in,
            "max_claims": max_claims,
        }
        if self.kdf:
            said["password_verifier"] = b64(sha256(self.password_token).digest())
        if len(self.blob) <= INLINE:
            said["blob"] = b64(self.blob)
        return said

    def open(self, wrapped_key: bytes, meta: bytes, blob: bytes) -> bytes:
        """The plaintext, from what a claim and its fetch gave and what a recipient knows."""
        key, nonce = once(_wrapping_key(self, wrapped_key[:16]))
        file_key = key.decrypt(nonce, wrapped_key[16:], None)
        key, nonce = once(hkdf(file_key, meta[:16], b"ots1/meta"))
        says = json.loads(key.decrypt(nonce, meta[16:], None).rstrip(b"\0"))
        plain = open_blob(file_key, blob)
        size = sum(entry["size"] for entry in says["files"])
        assert plain[size:].count(0) == len(plain) - size, "the padding is not zero"
        return plain[:size]


def seal(plain: bytes, password: str = "", *, guarded: bool = False, name: str = "notes.bin") -> Envelope:
    """An envelope of one file. guarded: under a password that nobody has to stretch."""
    raw_id, link_secret, file_key, salt = os.urandom(10), os.urandom(16), os.urandom(16), os.urandom(16)
    stretched = os.urandom(32) if guarded else stretch(password, link_secret, raw_id) if password else b""
    says = {"v": 1, "kind": "files", "by": "client"}
    entry = {"name": name, "type": "", "size": len(plain)}
    data = json.dumps({**says, "files": [entry]}).encode()
    key, nonce = once(hkdf(file_key, salt, b"ots1/meta"))
    made = Envelope(
        plain=plain,
        raw_id=raw_id,
        link_secret=link_secret,
        manage_secret=os.urandom(16),
        file_key=file_key,
        stretched=stretched,
        password=password,
        blob=seal_blob(file_key, plain),
        meta=salt + key.encrypt(nonce, data + bytes(-len(data) % 256), None),
        wrapped_key=b"",
    )
    key, nonce = once(_wrapping_key(made, salt))
    wrapped = salt + key.encrypt(nonce, file_key, None)
    return Envelope(**{**vars(made), "wrapped_key": wrapped})


def stretch(password: str, link_secret: bytes, raw_id: bytes) -> bytes:
    salt = hkdf(link_secret, raw_id, b"ots1/argon2-salt", 16)
    return hash_secret_raw(password.encode(), salt, 3, 65536, 1, 32, Type.ID, 0x13)


def _wrapping_key(envelope: Envelope, salt: bytes) -> bytes:
    stretched, raw_id = envelope.stretched, envelope.raw_id
    password_key = hkdf(stretched, raw_id, b"ots1/password-key") if stretched else b""
    info = b"ots1/wrap\0" + bytes([envelope.kdf]) + raw_id
    return hkdf(envelope.link_secret + password_key, salt, info)


def seal_blob(file_key: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(16)
    cipher = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
    last = max(0, len(plain) - 1) // CHUNK
    chunks = (plain[n * CHUNK : (n + 1) * CHUNK] for n in range(last + 1))
    return nonce + b"".join(cipher.encrypt(_counter(n, n == last), c, None) for n, c in enumerate(chunks))


def open_blob(file_key: bytes, blob: bytes) -> bytes:
    cipher = ChaCha20Poly1305(hkdf(file_key, blob[:16], b"payload"))
    pieces = [blob[at : at + CHUNK + 16] for at in range(16, len(blob), CHUNK + 16)]
    return b"".join(
        cipher.decrypt(_counter(n, n == len(pieces) - 1), piece, None) for n, piece in enumerate(pieces)
    )


def _counter(n: int, is_last: bool) -> bytes:
    return n.to_bytes(11, "big") + bytes([is_last])
