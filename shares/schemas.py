"""What the API takes and gives. Binary is base64url without padding, canonical only.

Descriptions, units and examples stand with their field: the OpenAPI document and its page are made of them.
"""

from typing import Literal

from django.conf import settings
from ninja import Schema
from pydantic import ConfigDict, Field, JsonValue, StrictInt

from sealing.encoding import b64, unb64
from sealing.stream import is_valid_size, sealed_size
from shares import examples
from shares.errors import InvalidInput, TooLarge
from shares.fields import (
    Blob,
    BlobOut,
    Digest,
    Meta,
    MetaOut,
    Moment,
    ShareId,
    ShareIdOut,
    WrappedKey,
    WrappedKeyOut,
)
from shares.terms import make_terms
from shares.values import (
    ATTEMPTS,
    UNLOCKS,
    ClaimRequest,
    Deposit,
    Lease,
    Limits,
    Receipt,
    State,
    Status,
    What,
)


def _between(least: int, most: int) -> dict[str, JsonValue]:
    """The site's limits, for the document; `terms` refuses what lies outside, in words."""
    return {"minimum": least, "maximum": most}


def like(*shown: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": list(shown)})


class DepositIn(Schema):
    """A sealed envelope and its terms."""

    model_config = like(examples.DEPOSIT)

    id: ShareId = Field(
        description="10 random bytes, chosen by the sealer, as 16 characters of base32; stored in lower case"
    )
    kdf: Literal[0, 1] = Field(description="how the password is stretched: 0 no password, 1 Argon2id")
    size: StrictInt = Field(
        ge=32,
        le=2**53,
        description="bytes of the blob: 16 + N + 16 · max(1, ⌈N / 65536⌉) for N bytes of plaintext",
        json_schema_extra={
            **_between(32, sealed_size(settings.MAX_SHARE_BYTES)),
            "examples": [examples.BLOB_BYTES],
        },
    )
    link_verifier: Digest = Field(description="SHA-256 of the link token, 32 bytes")
    password_verifier: Digest | None = Field(
        None, description="SHA-256 of the password token, 32 bytes; present if and only if `kdf` is 1"
    )
    manage_verifier: Digest = Field(description="SHA-256 of the manage token, 32 bytes")
    wrapped_key: WrappedKey = Field(description="the server half: the sealed file key, 48 bytes")
    meta: Meta = Field(description="the sealed metadata: 32 bytes and a multiple of 256, up to 65 568 bytes")
    expires_in: StrictInt = Field(
        ge=1,
        le=2**31,
        description="how long it waits, in seconds from the moment it is ready",
        json_schema_extra={
            **_between(settings.MIN_LIFETIME_SECONDS, settings.MAX_LIFETIME_SECONDS),
            "examples": [3600],
        },
    )
    max_claims: StrictInt = Field(
        1,
        ge=1,
        le=10_000,
        description="how often it may be opened",
        json_schema_extra=_between(1, settings.MAX_OPENS),
    )
    blob: Blob | None = Field(
        None, description="the blob itself, if it has at most 65 536 bytes: the share is ready at once"
    )

    def as_deposit(self, limits: Limits) -> Deposit:
        """Raises InvalidInput, TooLarge."""
        if self.size > sealed_size(limits.share_bytes):
            raise TooLarge(sealed_size(limits.share_bytes))
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
            terms=make_terms(self.expires_in, self.max_claims, limits),
            blob=blob,
        )


class DepositOut(Schema):
    """Ready, or which parts to send."""

    model_config = like(examples.READY, examples.UPLOADING)

    state: State = Field(description="`uploading` while parts are wanted, `ready` when it can be claimed")
    expires_at: Moment | None = Field(description="when it ends if nobody comes; null while uploading")
    part_size: int | None = Field(
        default=None, description="bytes of each part but the last; null once ready"
    )
    parts: int | None = Field(default=None, description="how many parts the blob has; null once ready")
    direct: bool = Field(
        default=False, description="whether parts may go to the store of the bytes itself (`sign_part`)"
    )


class PartsOut(Schema):
    """Where to go on after a break."""

    model_config = like(examples.PARTS)

    part_size: int = Field(description="bytes of each part but the last")
    received: list[int] = Field(description="the numbers of the parts that are here, ascending, from 0")
    expires_at: Moment = Field(description="when the upload is dropped if nobody goes on")


class StatusOut(Schema):
    """What the link's holder may know."""

    model_config = like(examples.STATUS)

    state: State = Field(description="where it stands")
    size: int = Field(description="bytes of the blob")
    kdf: int = Field(description="0 no password, 1 Argon2id; an id you do not know: update your client")
    attempts_left: int = Field(
        description=f"passwords that may still be tried, {ATTEMPTS} at first; 0 with a password is locked"
    )
    claims_left: int = Field(description="how often it may still be opened")
    max_claims: int = Field(description="how often it could be opened in all")
    expires_at: Moment | None = Field(description="when it ends if nobody comes; null while uploading")
    opened_at: Moment | None = Field(description="when it was claimed first; null if never")
    ended_at: Moment | None = Field(description="when it ended; null while it lives")
    seconds_left: int | None = Field(
        default=None, description="seconds until `expires_at`, while ready; for the link's holder only"
    )

    @classmethod
    def of(cls, status: Status) -> "StatusOut":
        return cls(size=status.size_bytes, **{n: getattr(status, n) for n in cls.model_fields if n != "size"})


class ClaimIn(Schema):
    """One try to take a share."""

    model_config = like(examples.CLAIM)

    lease_verifier: Digest = Field(
        description="SHA-256 of the lease secret, 32 bytes; the same again gets the same answer again"
    )
    password_token: Digest | None = Field(
        None, description="32 bytes derived from the password, if the share's `kdf` is 1"
    )

    def for_share(self, share_id: str, link_token: bytes, network: str) -> ClaimRequest:
        token = None if self.password_token is None else unb64(self.password_token)
        return ClaimRequest(share_id, link_token, unb64(self.lease_verifier), token, network=network)


class LeaseOut(Schema):
    """The envelope, for the one who claimed it."""

    model_config = like(examples.LEASE)

    wrapped_key: WrappedKeyOut | None = Field(
        description="the server half, 48 bytes; null once every claimant has begun to fetch"
    )
    meta: MetaOut | None = Field(description="the sealed metadata; null when `wrapped_key` is")
    size: int = Field(description="bytes of the blob")
    kdf: int = Field(description="0 no password, 1 Argon2id; an id you do not know: update your client")
    lease_expires_at: Moment = Field(
        description="until when the blob may be fetched; each fetch moves it on, up to its hard end"
    )
    blob: BlobOut | None = Field(
        default=None, description="the whole blob, if it has at most 65 536 bytes; else fetch it"
    )

    direct: bool = Field(
        default=False, description="whether the store of the bytes itself may be read (`sign_range`)"
    )

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
            direct=lease.is_direct,
        )


class EventOut(Schema):
    """Something that happened to a share: never who."""

    what: What = Field(description="what happened")
    at: Moment = Field(description="when")


class ReceiptOut(StatusOut):
    """What the sender may know: the status, and how it came to it."""

    model_config = like(examples.RECEIPT)

    id: ShareIdOut = Field(description="the share's id, in lower case")
    created_at: Moment = Field(description="when the envelope was left")
    attempts: int = Field(description="wrong passwords since the last unlock")
    unlocks_left: int = Field(description=f"how often it may still be unlocked, {UNLOCKS} at first")
    fetching_until: Moment | None = Field(description="when the last open lease ends; null if none is open")
    events: list[EventOut] = Field(description="what happened, oldest first")

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
