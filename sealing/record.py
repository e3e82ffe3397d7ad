"""The stored record: the server half as it rests in a database, under a key that is erased later.

Source: docs/envelope.md, "What is stored".
"""

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sealing.errors import EnvelopeDamaged

KEY_BYTES = 32
_NO_BYTES, _NONCE_BYTES = 4, 12
# "ffff:ffff:ffff:ffff::/64": no text of a /24 or a /64 is longer.
_NETWORK_BYTES = 24


def new_key() -> bytes:
    """32 random bytes for one day's key file."""
    return os.urandom(KEY_BYTES)


def _subkey(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ots1/seal-key/" + purpose).derive(key)


def seal_record(key: bytes, key_no: int, share_id: bytes, wrapped_key: bytes) -> bytes:
    """key_no (4 bytes) || nonce (12) || sealed wrapped key (48 + 16)."""
    nonce = os.urandom(_NONCE_BYTES)
    aead = ChaCha20Poly1305(_subkey(key, b"record"))
    sealed = aead.encrypt(nonce, wrapped_key, b"ots1/seal" + share_id)
    return key_no.to_bytes(_NO_BYTES, "big") + nonce + sealed


def open_record(key: bytes, share_id: bytes, record: bytes) -> bytes:
    """The wrapped key, 48 bytes. Raises EnvelopeDamaged for a record of another key or share."""
    nonce, sealed = record[_NO_BYTES : _NO_BYTES + _NONCE_BYTES], record[_NO_BYTES + _NONCE_BYTES :]
    try:
        return ChaCha20Poly1305(_subkey(key, b"record")).decrypt(nonce, sealed, b"ots1/seal" + share_id)
    except (InvalidTag, ValueError) as error:
        raise EnvelopeDamaged from error


def seal_origin(key: bytes, key_no: int, share_id: bytes, network: str) -> bytes:
    """Where a share was left from, sealed: as long for every network."""
    nonce = os.urandom(_NONCE_BYTES)
    aead = ChaCha20Poly1305(_subkey(key, b"origin"))
    sealed = aead.encrypt(nonce, network.encode().ljust(_NETWORK_BYTES), b"ots1/origin" + share_id)
    return key_no.to_bytes(_NO_BYTES, "big") + nonce + sealed


def open_origin(key: bytes, share_id: bytes, record: bytes) -> str:
    """The network. Raises EnvelopeDamaged for a record of another key or share."""
    nonce, sealed = record[_NO_BYTES : _NO_BYTES + _NONCE_BYTES], record[_NO_BYTES + _NONCE_BYTES :]
    try:
        network = ChaCha20Poly1305(_subkey(key, b"origin")).decrypt(nonce, sealed, b"ots1/origin" + share_id)
    except (InvalidTag, ValueError) as error:
        raise EnvelopeDamaged from error
    return network.decode().rstrip()


def key_no_of(record: bytes) -> int:
    """The number of the key file a record was sealed under."""
    return int.from_bytes(record[:_NO_BYTES], "big")


def password_record(key: bytes, share_id: bytes, password_verifier: bytes) -> bytes:
    """What is stored of a password: 32 bytes that say nothing without the day's key file."""
    return hmac.digest(_subkey(key, b"password"), b"ots1/pw" + share_id + password_verifier, sha256)
