"""Frozen values that travel between the rooms, and what a transfer tells on its way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

INLINE_BYTES = 64 * 1024


@dataclass(frozen=True)
class Sent:
    """A share that is ready. Whoever has `link`, and the password, opens it; `manage_link` is yours."""

    link: str = field(repr=False)
    manage_link: str = field(repr=False)
    expires_at: datetime
    opens: int
    size: int
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Status:
    """Where a share stands. size is that of the sealed bytes; times are None where they do not apply."""

    state: str
    size: int
    kdf: int
    attempts_left: int
    claims_left: int
    max_claims: int
    expires_at: datetime | None
    opened_at: datetime | None
    ended_at: datetime | None

    @property
    def is_guarded(self) -> bool:
        return self.kdf != 0

    @property
    def is_locked(self) -> bool:
        return self.state == "ready" and self.is_guarded and self.attempts_left == 0


@dataclass(frozen=True)
class Event:
    what: str
    at: datetime


@dataclass(frozen=True)
class Receipt(Status):
    """What the sender may know: state, times, tries; never who."""

    id: str
    created_at: datetime
    attempts: int
    unlocks_left: int
    fetching_until: datetime | None
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Deposited:
    """The answer to a create call; while uploading, how it is cut into parts."""

    state: str
    expires_at: datetime | None
    part_size: int | None
    parts: int | None
    direct: bool = False  # parts may go past the server


@dataclass(frozen=True)
class Half:
    """What a claim gives and the claimant keeps until it is opened: useless without the link."""

    wrapped_key: bytes = field(repr=False)
    meta: bytes = field(repr=False)
    size: int
    kdf: int
    direct: bool = False  # the blob may be read past the server


@dataclass(frozen=True)
class Leave:
    """An address of the store, for one request; for a range: which bytes it gives. Nobody else may see it."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    start: int = 0
    stop: int = 0


@dataclass(frozen=True)
class Lease:
    """The answer to a claim; the half is None once the claimant has begun to fetch."""

    half: Half | None
    expires_at: datetime
    blob: bytes | None = field(repr=False)


# --- what is told on the way ------------------------------------------------------------------------


@dataclass(frozen=True)
class Begun:
    """The share exists, and its parts follow: its link opens nothing yet, but a sending goes on by it."""

    link: str = field(repr=False)
    manage_link: str = field(repr=False)


@dataclass(frozen=True)
class Moved:
    """So many of the sealed bytes have come through."""

    done: int
    total: int


@dataclass(frozen=True)
class Waiting:
    """Nothing moves; the next try comes after so many seconds. why: `offline` or `busy`."""

    seconds: float
    why: str


@dataclass(frozen=True)
class LeftOut:
    """Something in a folder that no share can hold: a link, a device, an empty folder's name."""

    path: str


News = Begun | Moved | Waiting | LeftOut
Tell = Callable[[News], None]


def silent(news: News) -> None:
    """For who does not listen."""
