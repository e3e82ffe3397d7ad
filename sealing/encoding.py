"""Bytes as text: lower-case base32 for links, base64url for JSON; one canonical form each.

Source: RFC 4648, sections 5 and 6, without padding.
"""

import base64
import binascii

from sealing.errors import EncodingInvalid


def encode(data: bytes) -> str:
    """base32 in lower case, without padding: 16 characters for an id, 26 for a secret."""
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def decode(text: str, length: int) -> bytes:
    """The *length* bytes that `encode` turns into *text*; upper case is accepted. Raises EncodingInvalid."""
    try:
        data = base64.b32decode(text.encode("ascii").upper() + b"=" * (-len(text) % 8))
    except (UnicodeEncodeError, binascii.Error):
        raise EncodingInvalid("not base32") from None
    # Encoding again catches the rest: a wrong character count, padding, and spare bits that are not zero.
    if len(data) != length or encode(data) != text.lower():
        raise EncodingInvalid(f"not the base32 of {length} bytes")
    return data


def b64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def unb64(text: str, length: int | None = None) -> bytes:
    """The bytes (exactly *length*, if given) that `b64` turns into *text*. Raises EncodingInvalid."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error):
        raise EncodingInvalid("not base64url") from None
    # Python skips characters it does not know; encoding again finds them, and spare bits too.
    if b64(data) != text or (length is not None and len(data) != length):
        raise EncodingInvalid("not canonical base64url of the expected length")
    return data
