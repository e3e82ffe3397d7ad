"""Frozen values that travel between floors. Nothing of ours is imported here."""

import hashlib
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

# Small envelopes travel inside the create and claim calls: one round trip each.
INLINE_BLOB_BYTES = 64 * 1024
PART_BYTES = 8 * 1024**2
ATTEMPTS = 5
UNLOCKS = 3


class State(StrEnum):
    """Where a share stands. `locked` is not a state: it is ready, with no attempts left."""

    UPLOADING = "uploading"
    READY = "ready"
    CLAIMED = "claimed"
    BURNED = "burned"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REMOVED = "removed"

    @property
    def is_ended(self) -> bool:
        return self in ENDED


ENDED = (State.BURNED, State.EXPIRED, State.REVOKED, State.REMOVED)


class What(StrEnum):
    """What an event says happened; every edge of a share's life writes exactly one."""

    CREATED = "created"
    READY = "ready"
    CLAIMED = "claimed"
    CLOSED = "closed"  # its time was over while someone was still fetching
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - an event's name
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    RECEIVED = "received"
    DECLINED = "declined"  # ended by its claimant, who had fetched nothing of it
    LEASE_ENDED = "lease_ended"
    BURNED = "burned"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REMOVED = "removed"


class Reason(StrEnum):
    """What somebody says is wrong with a share."""

    MALWARE = "malware"
    PHISHING = "phishing"
    ILLEGAL = "illegal"
    HARASSMENT = "harassment"
    OTHER = "other"


class Case(StrEnum):
    """Where a report stands."""

    NEW = "new"
    SEEN = "seen"
    TAKEN_DOWN = "taken_down"
    DISMISSED = "dismissed"

    @property
    def words(self) -> str:
        return {Case.SEEN: "looked at", Case.TAKEN_DOWN: "taken down"}.get(self, self.value)


OPEN_CASES = (Case.NEW, Case.SEEN)
CLOSED_CASES = (Case.TAKEN_DOWN, Case.DISMISSED)


@dataclass(frozen=True)
class Terms:
    """What the sender asked for. Attempts are always five."""

    expires_in_seconds: int
    max_claims: int = 1


@dataclass(frozen=True)
class Limits:
    """What one sender may leave. The last two are 0 where nothing is counted."""

    share_bytes: int = 2**53
    lifetime_seconds: int = 2**31
    opens: int = 10_000
    shares_a_day: int = 0
    stored_bytes: int = 0


@dataclass(frozen=True)
class Sender:
    """Who leaves something, as far as the site knows: a network, and an account if one was proven."""

    network: str = field(default="", repr=False)
    owner_id: int | None = None
    limits: Limits = Limits()


NOBODY = Sender()


@dataclass(frozen=True)
class Deposit:
    """An envelope to leave. Verifiers are SHA-256 of tokens; `size_bytes` is the blob's."""

    share_id: str
    kdf: int
    size_bytes: int
    link_verifier: bytes
    password_verifier: bytes | None
    manage_verifier: bytes
    wrapped_key: bytes = field(repr=False)
    meta: bytes = field(repr=False)
    terms: Terms
    blob: bytes | None = field(default=None, repr=False)

    def digest(self) -> bytes:
        """SHA-256 over the fields in order, so that a repeated create is known as the same one.

        Each field is preceded by its length, so no two deposits share an input.
        """
        total = hashlib.sha256(b"ots1/create")
        blob = None if self.blob is None else hashlib.sha256(self.blob).digest()
        values = [getattr(self, f.name) for f in fields(self) if f.name not in ("terms", "blob")]
        for value in [*values, self.terms.expires_in_seconds, self.terms.max_claims, blob]:
            data = b"-" if value is None else value if isinstance(value, bytes) else str(value).encode()
            total.update(len(data).to_bytes(4, "big") + data)
        return total.digest()


@dataclass(frozen=True)
class ClaimRequest:
    """One try at a share. The claimant chose the lease secret; only its SHA-256 comes here."""

    share_id: str
    link_token: bytes = field(repr=False)
    lease_verifier: bytes
    password_token: bytes | None = field(default=None, repr=False)
    # A browser without scripts cannot keep the server half itself, so its lease does (docs/envelope.md).
    keeps_half: bool = False
    # The plain door pays before Argon2id runs; the claim must not pay a second time.
    # Its number, 1 to 5, where that happened.
    paid_attempt: int | None = None
    network: str = field(default="", repr=False)


@dataclass(frozen=True)
class Lease:
    """What a claim gives: the envelope's keys, and until when the blob may be fetched."""

    wrapped_key: bytes | None = field(repr=False)
    meta: bytes | None = field(repr=False)
    size_bytes: int
    kdf: int
    lease_expires_at: datetime
    blob: bytes | None = field(default=None, repr=False)
    is_direct: bool = False  # the blob may be fetched past this server


@dataclass(frozen=True)
class Status:
    """What someone who proves the link may know."""

    state: State
    size_bytes: int
    kdf: int
    attempts_left: int
    claims_left: int
    max_claims: int
    expires_at: datetime | None
    opened_at: datetime | None
    ended_at: datetime | None
    seconds_left: int | None = None

    @property
    def is_guarded(self) -> bool:
        return self.kdf != 0

    @property
    def is_locked(self) -> bool:
        return self.is_guarded and self.attempts_left == 0


@dataclass(frozen=True)
class Happening:
    what: What
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """What the sender may know: never a name, an address, or content."""

    share_id: str
    status: Status
    attempts_used: int
    unlocks_left: int
    created_at: datetime
    fetching_until: datetime | None
    happenings: tuple[Happening, ...]


@dataclass(frozen=True)
class Owned:
    """One of an account's shares, in a list."""

    share_id: str
    created_at: datetime
    status: Status


@dataclass(frozen=True)
class Deposited:
    """The answer to a create: the share's state, and which parts it wants (none when ready)."""

    state: State
    expires_at: datetime | None
    part_bytes: int
    parts: int
    is_direct: bool = False  # parts may go past this server


class Occasion(StrEnum):
    """What a member may be told of."""

    OPENED = "opened"  # at each opening
    LOCKED = "locked"
    EXPIRED = "expired"  # unopened


class Way(StrEnum):
    """How a member may be told."""

    EMAIL = "email"
    WEBHOOK = "webhook"


TEST = "test"  # the occasion of a notice that somebody asked for, to see whether it comes
# What may be chosen, as rows hold it: "email:opened".
NOTICES = tuple(f"{way}:{occasion}" for way in Way for occasion in Occasion)
