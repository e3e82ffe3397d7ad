"""The kinds of fields that JSON of the API is made of: how each is checked, and how the document shows it."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from sealing.encoding import decode, encode, unb64
from sealing.errors import EncodingInvalid
from shares import examples
from shares.values import INLINE_BLOB_BYTES

MIN_META_BYTES, MAX_META_BYTES = 288, 16 + 65536 + 16
# The last character of base64url where three does not divide the bytes: the rest of its bits is zero.
_ENDS = ["", "[AQgw]", "[AEIMQUYcgkosw048]"]


def _binary(least: int, most: int) -> AfterValidator:
    def check(text: str) -> str:
        try:
            data = unb64(text)
        except EncodingInvalid as error:
            raise ValueError("not canonical base64url") from error
        if not least <= len(data) <= most:
            raise ValueError(f"must be {least} to {most} bytes" if least != most else f"must be {most} bytes")
        return text

    return AfterValidator(check)


def _shown(least: int, most: int, example: str) -> dict[str, object]:
    """How so many bytes look as text; the validator above is what decides."""
    whole = "(?:[A-Za-z0-9_-]{4})*"
    ends = [f"[A-Za-z0-9_-]{{{rest}}}{_ENDS[rest]}" for rest in (1, 2) if least != most or least % 3 == rest]
    any_end = "?" if least != most else ""
    return {
        "pattern": f"^{whole}(?:{'|'.join(ends)}){any_end}$" if ends else f"^{whole}$",
        "minLength": -(-least * 4 // 3),
        "maxLength": -(-most * 4 // 3),
        "contentEncoding": "base64url",
        "examples": [example],
    }


def _share_id(text: str) -> str:
    try:
        return encode(decode(text, 10))
    except EncodingInvalid as error:
        raise ValueError("not 16 characters of base32") from error


_DIGEST = _shown(32, 32, examples.LINK_VERIFIER)
_WRAPPED_KEY = _shown(48, 48, examples.WRAPPED_KEY)
_META = _shown(MIN_META_BYTES, MAX_META_BYTES, examples.META)
_BLOB = _shown(32, INLINE_BLOB_BYTES, examples.BLOB)
SHARE_ID: dict[str, object] = {"pattern": "^[A-Za-z2-7]{16}$", "examples": [examples.ID]}

Digest = Annotated[str, _binary(32, 32), Field(json_schema_extra=_DIGEST)]
WrappedKey = Annotated[str, _binary(48, 48), Field(json_schema_extra=_WRAPPED_KEY)]
Meta = Annotated[str, _binary(MIN_META_BYTES, MAX_META_BYTES), Field(json_schema_extra=_META)]
Blob = Annotated[str, _binary(32, INLINE_BLOB_BYTES), Field(json_schema_extra=_BLOB)]
ShareId = Annotated[str, AfterValidator(_share_id), Field(json_schema_extra=SHARE_ID)]
# The same on their way out, where nothing is left to check.
WrappedKeyOut = Annotated[str, Field(json_schema_extra=_WRAPPED_KEY)]
MetaOut = Annotated[str, Field(json_schema_extra=_META)]
BlobOut = Annotated[str, Field(json_schema_extra=_BLOB)]
ShareIdOut = Annotated[str, Field(json_schema_extra=SHARE_ID)]
Moment = Annotated[AwareDatetime, Field(json_schema_extra={"examples": [examples.TIME]})]
