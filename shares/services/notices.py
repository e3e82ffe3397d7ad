"""Tell owners what happened: outside of every transaction, again and again for a day, at least once.

And what they wish to be told of one share.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError

from shares.errors import NoOwner, ShareGone
from shares.models import Notice, NoticeChoice, NoticeTurn, Share
from shares.querysets import release_connection
from shares.values import State, Way

log = logging.getLogger("shares")
Send = Callable[[Notice], None]
PASS_SECONDS, ROUND_SECONDS = 60, 1
# No call lasts longer, so that nobody who can be reached rests longer.
PATIENCE = timedelta(seconds=5)


class NotTold(Exception):
    """It did not work this time; its message, one word, says why."""


class NobodyToTell(NotTold):
    """There is nowhere to send it to, so that it need not be tried again."""


class WayClosed(NotTold):
    """It failed for everybody: nothing else goes this way just now."""


def tell(way: Way, send: Send) -> Counter[str]:
    """Send what is due in one way, by *send*; the counts by name. It ends after a minute even if more is due.

    Each row is taken before it is sent and erased after it: whoever is killed in between leaves it to be
    sent again, under the same name. Any number of these may run at once.
    """
    counts = Counter(given_up=Notice.objects.filter(way=way.value).give_up())
    until = time.monotonic() + PASS_SECONDS
    try:
        while time.monotonic() < until and _somebody_is_next(way):
            _tell_some(way, send, counts)
    except WayClosed:
        counts["put_off"] += 1
    return counts


def _somebody_is_next(way: Way) -> bool:
    """Waits for those who rest only as long as the last call to them took."""
    NoticeTurn.objects.line_up(way)
    wait = NoticeTurn.objects.next_in(way, PATIENCE)
    if wait:
        release_connection()
        time.sleep(min(wait.total_seconds(), ROUND_SECONDS))
    return wait is not None


def _tell_some(way: Way, send: Send, counts: Counter[str]) -> None:
    """One of each account in turn, for a second: then newcomers are lined up."""
    until = time.monotonic() + ROUND_SECONDS
    while time.monotonic() < until and (notice := Notice.objects.take(way)):
        began = time.monotonic()
        outcome = _tell(notice, send)
        counts[outcome] += 1
        if outcome != "put_off":
            NoticeTurn.objects.rest(notice, timedelta(seconds=time.monotonic() - began))


def _tell(notice: Notice, send: Send) -> str:
    try:
        send(notice)
    except NobodyToTell:
        outcome = "dropped"
    except (WayClosed, DatabaseError):
        raise
    except NotTold:
        return "put_off"
    except Exception as error:  # one that cannot be sent must not stop the others
        log.warning("a notice was not sent: %s", type(error).__name__)
        return "put_off"
    else:
        outcome = "told"
    Notice.objects.filter(pk=notice.pk).delete()
    return outcome


def wanted(share_id: str, manage_token: bytes) -> list[str]:
    """What a share's owner is told of it. Raises ShareUnknown, NoOwner."""
    share = _owned(share_id, manage_token)
    if share.notices is not None:
        return share.notices
    return NoticeChoice.objects.of(share.owner_id or 0).notices


def want(share_id: str, manage_token: bytes, notices: list[str]) -> list[str]:
    """Choose it, for this share alone. Raises ShareUnknown, NoOwner, ShareGone."""
    share = _owned(share_id, manage_token)
    if not Share.objects.living().filter(pk=share.pk).update(notices=notices):
        share.refresh_from_db()
        raise ShareGone(State(share.state), share.ended_at, share.opened_at)
    return notices


def _owned(share_id: str, manage_token: bytes) -> Share:
    share = Share.objects.find_managed(share_id, manage_token)
    if share.owner_id is None:
        raise NoOwner
    return share
