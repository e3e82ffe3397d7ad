"""What the two link holders may know: the recipient a status, the sender a receipt."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from onetimeshare import metrics
from shares import countdown
from shares.errors import NotLocked, NoUnlocksLeft
from shares.models import Event, Share
from shares.values import ATTEMPTS, UNLOCKS, Happening, Receipt, State, Status, What


def status(share_id: str, link_token: bytes) -> Status:
    """Changes nothing. Raises ShareUnknown."""
    share = Share.objects.find(share_id, link_token)
    known = share.status(share.now)
    return replace(known, seconds_left=_seconds_left(share.pk, known, share.now))


def _seconds_left(share_id: str, known: Status, now: datetime) -> int | None:
    """The countdown, from Redis; where Redis forgot it, from Postgres, and Redis learns it again."""
    if known.state is not State.READY or known.expires_at is None:
        return None
    seconds = countdown.seconds_left(share_id)
    if seconds is None:
        seconds = int((known.expires_at - now).total_seconds())
        countdown.start(share_id, seconds)
    return seconds


def receipt(share_id: str, manage_token: bytes) -> Receipt:
    """States, times, tries; no recipient data. Raises ShareUnknown."""
    return receipt_of(Share.objects.find_managed(share_id, manage_token))


def receipt_of(share: Share) -> Receipt:
    """For a share whose sender has been proven; dated."""
    happened = tuple(Happening(What(what), at) for what, at in share.events.values_list("what", "at"))
    leases = share.leases.still_open().aggregate(until=Max("ends_at"))
    return Receipt(
        share_id=share.pk,
        status=share.status(share.now),
        attempts_used=share.attempts,
        unlocks_left=UNLOCKS - share.unlocks,
        created_at=share.created_at,
        fetching_until=leases["until"],
        happenings=happened,
    )


def unlock(share_id: str, manage_token: bytes, *, network: str = "") -> Receipt:
    """Attempts back to five, at most three times. Raises ShareUnknown, NotLocked, NoUnlocksLeft."""
    unlock_share(Share.objects.find_managed(share_id, manage_token), network=network)
    return receipt(share_id, manage_token)


def unlock_share(share: Share, *, network: str = "") -> None:
    """For a share, dated, whose sender has been proven. Raises NotLocked, NoUnlocksLeft."""
    digest = countdown.network_digest(network)
    with transaction.atomic():
        unlocked = Share.objects.unlock(share.pk)
        if unlocked:
            Event.objects.note([share.pk], What.UNLOCKED, network=digest)
    if not unlocked:
        share.refresh_from_db()  # it may just have been unlocked, or have ended
        is_locked = share.seen_state(share.now) is State.READY and share.attempts == ATTEMPTS
        raise NoUnlocksLeft if is_locked else NotLocked
    metrics.happened(What.UNLOCKED)
