"""Every way sealing refuses. Parsing bytes from outside raises these and nothing else."""

from typing import ClassVar


class SealingError(Exception):
    """Something about an envelope, a key, a link or a password was refused."""

    code: ClassVar[str] = "sealing"


class KeyLengthError(SealingError):
    """A key, nonce, salt or id does not have the length its place asks for."""

    code = "key_length"


class EnvelopeDamaged(SealingError):
    """The bytes are not those that were sealed, or the key is not theirs."""

    code = "envelope_damaged"


class EnvelopeTruncated(EnvelopeDamaged):
    """The bytes end before the envelope does."""

    code = "envelope_truncated"


class MetadataInvalid(SealingError):
    """The metadata was sealed with this key, but says something the format does not allow."""

    code = "metadata_invalid"


class EncodingInvalid(SealingError):
    """The text is not the one canonical base32 or base64url form of so many bytes."""

    code = "encoding_invalid"


class LinkInvalid(SealingError):
    """The text is not a whole link; often its end was lost when it was copied."""

    code = "link_invalid"


class LinkTooNew(SealingError):
    """The link was made by a later version: update to open it."""

    code = "link_too_new"


class KdfUnknown(SealingError):
    """The password method was added by a later version: update to open the share."""

    code = "kdf_unknown"


class PasswordInvalid(SealingError):
    """A password is 1 to 1024 bytes of well-formed text."""

    code = "password_invalid"


class StreamTooLong(SealingError):
    """The stream has more chunks than its counter may count (2**32)."""

    code = "stream_too_long"


class StreamEnded(SealingError):
    """A sealer, opener or splitter was used again after it had finished or refused."""

    code = "stream_ended"
