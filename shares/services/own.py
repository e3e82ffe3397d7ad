"""What an account may know of and do with the shares it left: receipts, never names, content or keys."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Prefetch, prefetch_related_objects

from shares.errors import InvalidInput, ShareError
from shares.models import Lease, Share
from shares.services.burn import end
from shares.services.status import receipt_of, unlock_share
from shares.values import Owned, Receipt, State

A_PAGE = 50


# Behind which share a page begins: when it was left, and its id.
Place = tuple[datetime, str]


class Page(NamedTuple):
    """older: where the next page begins; None on the last one."""

    shares: list[Owned]
    older: Place | None


def write_place(place: Place) -> str:
    return f"{place[0].isoformat()}_{place[1]}"


def read_place(text: str) -> Place | None:
    """What `write_place` wrote; empty is the beginning. Raises InvalidInput."""
    if not text:
        return None
    at, _between, share_id = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise InvalidInput("before: no place in the list.") from error
    # Only what `write_place` writes: Postgres has no such years, and no offsets of seconds.
    if moment.utcoffset() != timedelta(0) or not 1970 <= moment.year < 9999 or "\0" in share_id:
        raise InvalidInput("before: no place in the list.")
    return moment, share_id


def page(owner_id: int, kind: str = "", before: Place | None = None) -> Page:
    """Two statements at most, however many there are. kind: "waiting", "locked", "ended", or "" for all."""
    rows = list(Share.objects.page_of(owner_id, kind, before)[: A_PAGE + 1])
    shown = rows[:A_PAGE]
    older = (shown[-1].created_at, shown[-1].pk) if len(rows) > A_PAGE else None
    # How those stand depends on their leases: asked for all at once.
    leases = Prefetch("leases", Lease.objects.still_open().only("share"), to_attr="open_leases")
    prefetch_related_objects([row for row in shown if row.is_past(row.now)], leases)
    return Page([Owned(row.pk, row.created_at, row.status(row.now)) for row in shown], older)


def receipt(owner_id: int, share_id: str) -> Receipt:
    """Raises ShareUnknown."""
    return receipt_of(Share.objects.owned(owner_id, share_id))


def revoke(owner_id: int, share_id: str, *, network: str = "") -> bool:
    """False: it had ended already. Raises ShareUnknown."""
    return end(Share.objects.owned(owner_id, share_id).pk, State.REVOKED, network=network)


def unlock(owner_id: int, share_id: str, *, network: str = "") -> Receipt:
    """Raises ShareUnknown, NotLocked, NoUnlocksLeft."""
    unlock_share(Share.objects.owned(owner_id, share_id), network=network)
    return receipt(owner_id, share_id)


def each(owner_id: int, action: str, share_ids: list[str], *, network: str = "") -> int:
    """Revoke or unlock many; how many changed. One that cannot be changed stops none of the others."""
    changed = 0
    for share_id in share_ids:
        try:
            if action == "revoke":
                changed += revoke(owner_id, share_id, network=network)
            else:
                unlock(owner_id, share_id, network=network)
                changed += 1
        except ShareError:
            continue
    return changed
