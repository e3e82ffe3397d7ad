"""What the API takes and gives. Binary is base64url without padding, canonical only."""

from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from ninja import Schema
from pydantic import AfterValidator, Field, StrictInt

from sealing.encoding import b64, decode, encode, unb64
from sealing.errors import EncodingInvalid
from sealing.stream import is_valid_size, sealed_size
from shares.errors import InvalidInput, TooLarge
from shares.terms import make_terms
from shares.values import INLINE_BLOB_BYTES, ClaimRequest, Deposit, Lease, Receipt, State, Status

MAX_META_BYTES = 16 + 65536 + 16


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


def _share_id(text: str) -> str:
    try:
        return encode(decode(text, 10))
    except EncodingInvalid as error:
        raise ValueError("not 16 characters of base32") from error


Digest = Annotated[str, _binary(32, 32), Field(description="32 bytes", examples=["A" * 43])]
WrappedKey = Annotated[str, _binary(48, 48), Field(description="48 bytes", examples=["A" * 64])]
Meta = Annotated[str, _binary(288, MAX_META_BYTES), Field(description="sealed metadata, 288 to 65 568 bytes")]
Blob = Annotated[str, _binary(32, INLINE_BLOB_BYTES), Field(description="the blob, at most 64 KiB")]
ShareId = Annotated[str, AfterValidator(_share_id), Field(examples=["aaaqeayeaudaocaj"])]


class DepositIn(Schema):
    """A sealed envelope and its terms."""

    id: ShareId
    kdf: Annotated[Literal[0, 1], Field(description="0 no password, 1 Argon2id")]
    size: Annotated[StrictInt, Field(ge=32, le=2**53, description="bytes of the blob")]
    link_verifier: Digest
    password_verifier: Digest | None = None
    manage_verifier: Digest
    wrapped_key: WrappedKey
    meta: Meta
    expires_in: Annotated[
        StrictInt, Field(ge=1, le=2**31, description="seconds, from the moment it is ready")
    ]
    max_claims: Annotated[StrictInt, Field(ge=1, le=10_000)] = 1
    blob: Blob | None = None

    def as_deposit(self) -> Deposit:
        """Raises InvalidInput, TooLarge."""
        if self.size > sealed_size(settings.MAX_SHARE_BYTES):
            raise TooLarge(sealed_size(settings.MAX_SHARE_BYTES))
        if not is_valid_size(self.size):
            raise InvalidInput("size: no blob has this length.")
        if (self.kdf == 1) != (self.password_verifier is not None):
            raise InvalidInput("password_verifier: present if and only if kdf is 1.")
        blob = None if self.blob is None else unb64(self.blob)
        if blob is not None and len(blob) != self.size:
            raise InvalidInput("blob: not as long as size says.")
        return Deposit(
            share_id=self.id,
            kdf=self.kdf,
            size_bytes=self.size,
            link_verifier=unb64(self.link_verifier),
            password_verifier=None if self.password_verifier is None else unb64(self.password_verifier),
            manage_verifier=unb64(self.manage_verifier),
            wrapped_key=unb64(self.wrapped_key),
            meta=unb64(self.meta),
            terms=make_terms(self.expires_in, self.max_claims),
            blob=blob,
        )


class DepositOut(Schema):
    """Ready, or which parts to send."""

    state: State
    expires_at: datetime | None
    part_size: int | None = Field(default=None, description="bytes of each part but the last")
    parts: int | None = Field(default=None, description="how many parts the blob has")


class PartsOut(Schema):
    part_size: int
    received: list[int]
    expires_at: datetime = Field(description="when the upload is dropped if nobody goes on")


class StatusOut(Schema):
    state: State
    size: int
    kdf: int
    attempts_left: int
    claims_left: int
    max_claims: int
    expires_at: datetime | None
    opened_at: datetime | None
    ended_at: datetime | None
    seconds_left: int | None = Field(default=None, description="while ready; for the link's holder only")

    @classmethod
    def of(cls, status: Status) -> "StatusOut":
        return cls(size=status.size_bytes, **{n: getattr(status, n) for n in cls.model_fields if n != "size"})


class ClaimIn(Schema):
    lease_verifier: Digest
    password_token: Digest | None = None

    def for_share(self, share_id: str, link_token: bytes, network: str) -> ClaimRequest:
        token = None if self.password_token is None else unb64(self.password_token)
        return ClaimRequest(share_id, link_token, unb64(self.lease_verifier), token, network=network)


class LeaseOut(Schema):
    wrapped_key: str | None = Field(description="null once the claimant has begun to fetch")
    meta: str | None
    size: int
    kdf: int
    lease_expires_at: datetime
    blob: str | None = Field(default=None, description="the whole blob, if it has at most 64 KiB")

    @classmethod
    def of(cls, lease: Lease) -> "LeaseOut":
        def text(data: bytes | None) -> str | None:
            return None if data is None else b64(data)

        return cls(
            wrapped_key=text(lease.wrapped_key),
            meta=text(lease.meta),
            size=lease.size_bytes,
            kdf=lease.kdf,
            lease_expires_at=lease.lease_expires_at,
            blob=text(lease.blob),
        )


class EventOut(Schema):
    what: str
    at: datetime


class ReceiptOut(StatusOut):
    id: str
    created_at: datetime
    attempts: int = Field(description="wrong passwords since the last unlock")
    unlocks_left: int
    fetching_until: datetime | None = Field(description="an open lease ends then")
    events: list[EventOut]

    @classmethod
    def of_receipt(cls, receipt: Receipt) -> "ReceiptOut":
        return cls(
            **StatusOut.of(receipt.status).model_dump(),
            id=receipt.share_id,
            created_at=receipt.created_at,
            attempts=receipt.attempts_used,
            unlocks_left=receipt.unlocks_left,
            fetching_until=receipt.fetching_until,
            events=[EventOut(what=event.what, at=event.at) for event in receipt.happenings],
        )


class Refusal(Schema):
    """Every error answer; some codes carry further fields."""

    code: str
    message: str
