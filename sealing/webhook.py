"""The secrets that sign webhooks: how they look, how they rest in a database, and what they sign.

Source: docs/notices.md, "Webhooks"; the scheme is that of https://www.standardwebhooks.com, version 1.
"""

import base64
import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sealing.errors import EnvelopeDamaged
from sealing.keys import derive

SECRET_BYTES = 32
PREFIX = "whsec_"
_NONCE_BYTES = 12


def new_secret() -> bytes:
    return os.urandom(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """As its owner keeps it, and as libraries take it."""
    return PREFIX + base64.b64encode(secret).decode()


def signature(secret: bytes, name: str, timestamp: int, body: bytes) -> str:
    """What stands in the header `webhook-signature`."""
    digest = hmac.digest(secret, f"{name}.{timestamp}.".encode() + body, sha256)
    return "v1," + base64.b64encode(digest).decode()


def seal_secret(site_key: str, account_id: int, secret: bytes) -> bytes:
    """To rest in a database whose thief has not the site's key; it opens for this account alone."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(site_key).encrypt(nonce, secret, _place(account_id))


def open_secret(site_key: str, account_id: int, sealed: bytes) -> bytes:
    """Raises EnvelopeDamaged where the site's key is another than that under which it was sealed."""
    try:
        return _cipher(site_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _place(account_id))
    except (InvalidTag, ValueError) as error:
        raise EnvelopeDamaged("the webhook's secret does not open") from error


def _cipher(site_key: str) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(derive(site_key.encode(), b"", b"ots1/webhook-secret"))


def _place(account_id: int) -> bytes:
    return b"ots1/webhook-secret\0" + account_id.to_bytes(8, "big")
