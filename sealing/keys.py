"""Secrets, the tokens and keys derived from them, and the wrapping of the file key.

Source: docs/envelope.md, "Values".
"""

import secrets
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sealing.errors import EnvelopeDamaged, KdfUnknown, KeyLengthError, PasswordInvalid

ID_BYTES = 10
SECRET_BYTES = 16
FILE_KEY_BYTES = 16
SALT_BYTES = 16
LEASE_SECRET_BYTES = 32
TOKEN_BYTES = 32
WRAPPED_KEY_BYTES = 48
MAX_PASSWORD_BYTES = 1024

KDF_NONE = 0
KDF_ARGON2ID = 1

# NFC never merges more than four characters into one, so nothing longer can fit into 1024 bytes;
# and sorting the marks of a hostile megabyte would take minutes.
_MAX_PASSWORD_CHARACTERS = 4 * MAX_PASSWORD_BYTES

_ZERO_NONCE = bytes(12)


@dataclass(frozen=True)
class PasswordKeys:
    """What a password becomes: the token that proves it, and the key that helps wrap the file key."""

    token: bytes = field(repr=False)
    key: bytes = field(repr=False)


def new_id() -> bytes:
    """10 random bytes, independent of every secret."""
    return secrets.token_bytes(ID_BYTES)


def new_secret() -> bytes:
    """16 random bytes: a link secret or a manage secret."""
    return secrets.token_bytes(SECRET_BYTES)


def new_file_key() -> bytes:
    """16 random bytes, for one share and never again."""
    return secrets.token_bytes(FILE_KEY_BYTES)


def new_lease_secret() -> bytes:
    """32 random bytes, made by the claimant for one claim."""
    return secrets.token_bytes(LEASE_SECRET_BYTES)


def derive(key: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    """HKDF-SHA-256 (RFC 5869)."""
    return HKDF(SHA256(), length, salt, info).derive(key)


def check_length(what: str, value: bytes, length: int) -> None:
    """Raises KeyLengthError, naming *what* and never its value."""
    if len(value) != length:
        raise KeyLengthError(f"{what} has {len(value)} bytes, not {length}")


def link_token(link_secret: bytes, share_id: bytes) -> bytes:
    """32 bytes that prove possession of the link without telling its secret."""
    return _token(link_secret, share_id, b"ots1/link-token")


def manage_token(manage_secret: bytes, share_id: bytes) -> bytes:
    """32 bytes that prove possession of the manage link."""
    return _token(manage_secret, share_id, b"ots1/manage-token")


def _token(secret: bytes, share_id: bytes, label: bytes) -> bytes:
    check_length("secret", secret, SECRET_BYTES)
    check_length("id", share_id, ID_BYTES)
    return derive(secret, share_id, label)


def verifier(token: bytes) -> bytes:
    """What the server keeps of a token or a lease secret: its SHA-256."""
    return sha256(token).digest()


def password_keys(password: str, link_secret: bytes, share_id: bytes) -> PasswordKeys:
    """Argon2id (64 MiB, about 150 ms), then one token and one key.

    The salt comes from the link secret, so a thief of the database cannot guess passwords offline.
    Raises PasswordInvalid, KeyLengthError.
    Source: RFC 9106, second recommended option with one lane; docs/envelope.md, "Password".
    """
    salt = _token(link_secret, share_id, b"ots1/argon2-salt")[:SALT_BYTES]
    stretched = hash_secret_raw(
        secret=_password_bytes(password),
        salt=salt,
        time_cost=3,
        memory_cost=65536,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
        version=0x13,
    )
    return PasswordKeys(
        token=derive(stretched, share_id, b"ots1/password-token"),
        key=derive(stretched, share_id, b"ots1/password-key"),
    )


def check_password(password: str) -> None:
    """Whether it can be a password at all; costs nothing. Raises PasswordInvalid."""
    _password_bytes(password)


def _password_bytes(password: str) -> bytes:
    if len(password) > _MAX_PASSWORD_CHARACTERS:
        raise PasswordInvalid("the password is longer than 1024 bytes")
    try:
        text = unicodedata.normalize("NFC", password).encode()
    except UnicodeEncodeError:
        # Not chained: the original error carries the password.
        raise PasswordInvalid("the password is not well-formed text") from None
    if not 1 <= len(text) <= MAX_PASSWORD_BYTES:
        raise PasswordInvalid("a password is 1 to 1024 bytes long")
    return text


def wrap(
    file_key: bytes, link_secret: bytes, share_id: bytes, password_key: bytes = b"", salt: bytes | None = None
) -> bytes:
    """The server half: 48 bytes that give the file key back to link and password together.

    password_key: from `password_keys`, or nothing. salt: only vectors pass one.
    Raises KeyLengthError.
    """
    check_length("file key", file_key, FILE_KEY_BYTES)
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    check_length("salt", salt, SALT_BYTES)
    kdf = KDF_ARGON2ID if password_key else KDF_NONE
    key = _wrapping_key(link_secret, share_id, kdf, password_key, salt)
    return salt + seal_once(key, file_key)


def unwrap(wrapped: bytes, link_secret: bytes, share_id: bytes, kdf: int, password_key: bytes = b"") -> bytes:
    """The file key. A wrong secret, id or password looks like damage.

    Raises EnvelopeDamaged, KdfUnknown, KeyLengthError.
    """
    if kdf not in (KDF_NONE, KDF_ARGON2ID):
        raise KdfUnknown("the share needs a newer client")
    if len(wrapped) != WRAPPED_KEY_BYTES:
        raise EnvelopeDamaged("a wrapped key has 48 bytes")
    salt, sealed = wrapped[:SALT_BYTES], wrapped[SALT_BYTES:]
    return open_once(_wrapping_key(link_secret, share_id, kdf, password_key, salt), sealed)


def _wrapping_key(link_secret: bytes, share_id: bytes, kdf: int, password_key: bytes, salt: bytes) -> bytes:
    check_length("secret", link_secret, SECRET_BYTES)
    check_length("id", share_id, ID_BYTES)
    check_length("password key", password_key, TOKEN_BYTES if kdf == KDF_ARGON2ID else 0)
    return derive(link_secret + password_key, salt, b"ots1/wrap\0" + bytes([kdf]) + share_id)


def seal_once(key: bytes, plain: bytes) -> bytes:
    """ChaCha20-Poly1305 under the zero nonce: only for a key that seals one thing in its life."""
    return ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, plain, None)


def open_once(key: bytes, sealed: bytes) -> bytes:
    """The inverse of `seal_once`. Raises EnvelopeDamaged."""
    try:
        return ChaCha20Poly1305(key).decrypt(_ZERO_NONCE, sealed, None)
    except InvalidTag as error:
        raise EnvelopeDamaged("the tag does not match") from error
