"""What a client notes of an unfinished transfer on its own disk: sealed under a key that only the link gives.

Source: docs/envelope.md, "Clients".
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sealing.errors import EnvelopeDamaged
from sealing.keys import ID_BYTES, SECRET_BYTES, check_length, derive

_NONCE_BYTES = 12


def state_key(link_secret: bytes, share_id: bytes) -> bytes:
    """32 bytes for the notes about one share. Raises KeyLengthError."""
    check_length("secret", link_secret, SECRET_BYTES)
    check_length("id", share_id, ID_BYTES)
    return derive(link_secret, share_id, b"ots1/state")


def seal_note(key: bytes, kind: str, number: int, note: bytes) -> bytes:
    """Note *number* of its *kind*, sealed: no note opens in another's place."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, note, _place(kind, number))


def open_note(key: bytes, kind: str, number: int, sealed: bytes) -> bytes:
    """Raises EnvelopeDamaged."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, rest, _place(kind, number))
    except (InvalidTag, ValueError) as error:
        raise EnvelopeDamaged("the note is not what was sealed") from error


def _place(kind: str, number: int) -> bytes:
    return b"ots1/state\0" + kind.encode() + b"\0" + number.to_bytes(8, "big")
