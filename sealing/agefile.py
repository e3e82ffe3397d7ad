"""A claimed envelope as a standard .age file: a header for a fresh identity, then the blob verbatim.

Source: age-encryption.org/v1, "X25519 recipient stanza"; BIP 173 (Bech32).
"""

import base64
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealing.keys import FILE_KEY_BYTES, check_length, derive, seal_once

HEADER_BYTES = 168

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_IDENTITY_PREFIX = "age-secret-key-"


def age_header(file_key: bytes) -> tuple[bytes, str]:
    """The 168 bytes that belong before the blob, and the identity (AGE-SECRET-KEY-1…) that opens the file.

    Raises KeyLengthError.
    """
    return make_header(file_key, X25519PrivateKey.generate(), X25519PrivateKey.generate())


def make_header(
    file_key: bytes, identity: X25519PrivateKey, ephemeral: X25519PrivateKey
) -> tuple[bytes, str]:
    """`age_header` with given keys, for the vectors."""
    check_length("file key", file_key, FILE_KEY_BYTES)
    recipient = _public(identity)
    share = _public(ephemeral)
    shared = ephemeral.exchange(identity.public_key())
    body = seal_once(derive(shared, share + recipient, b"age-encryption.org/v1/X25519"), file_key)
    header = b"age-encryption.org/v1\n-> X25519 " + _b64(share) + b"\n" + _b64(body) + b"\n---"
    mac = hmac.digest(derive(file_key, b"", b"header"), header, "sha256")
    return header + b" " + _b64(mac) + b"\n", _bech32(_IDENTITY_PREFIX, identity.private_bytes_raw()).upper()


def _public(key: X25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _b64(data: bytes) -> bytes:
    """Standard base64 without padding; age uses no other."""
    return base64.b64encode(data).rstrip(b"=")


def _bech32(prefix: str, data: bytes) -> str:
    number = int.from_bytes(data, "big") << (-len(data) * 8 % 5)
    count = -(-len(data) * 8 // 5)
    words = [number >> 5 * at & 31 for at in reversed(range(count))]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*expanded, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * at & 31 for at in reversed(range(6))]
    return prefix + "1" + "".join(_BECH32[word] for word in words)


def _polymod(words: list[int]) -> int:
    check = 1
    for word in words:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ word
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> bit & 1:
                check ^= generator
    return check
