"""Hold a sender to what the site lets them leave: so many shares a day, so many bytes at once.

Called inside the transaction that writes the share. The sender's row stays locked until its commit, so of
fifty that come at once exactly as many get through as there is room for. Who has no such limits takes no
lock, and nothing is asked.
"""

import math
from datetime import date
from typing import NamedTuple

from shares import countdown
from shares.errors import DayUsedUp, NoRoom
from shares.models import Allowance, Share
from shares.querysets import database_now
from shares.values import Sender

ANONYMOUS = "anonymous"


class Spent(NamedTuple):
    """What to give back where the share comes to nothing."""

    subject: str
    day: date


def spend(sender: Sender, size_bytes: int) -> Spent | None:
    """One share of *size_bytes* more; None where nothing is counted. Raises DayUsedUp, NoRoom."""
    most, spent = sender.limits.shares_a_day, None
    if most and (subject := _subject(sender)):
        day = Allowance.objects.spend(subject, most)
        if day is None:
            raise DayUsedUp(seconds=seconds_to_midnight())
        spent = Spent(subject, day)
    make_room(sender, size_bytes)
    return spent


def make_room(sender: Sender, size_bytes: int) -> None:
    """Whether *size_bytes* more fit beside what waits already. Raises NoRoom."""
    if not sender.limits.stored_bytes:
        return
    # What strangers leave fills one room together: a network is known only under its day's salt.
    Allowance.objects.hold(_subject(sender) if sender.owner_id else ANONYMOUS)
    if Share.objects.stored_bytes(sender.owner_id) + size_bytes > sender.limits.stored_bytes:
        raise NoRoom


def room_left(sender: Sender) -> float:
    """Bytes that fit now, without a limit infinitely many. A hint: only `make_room` holds the row."""
    if not sender.limits.stored_bytes:
        return math.inf
    return sender.limits.stored_bytes - Share.objects.stored_bytes(sender.owner_id)


def give_back(spent: Spent | None) -> None:
    """The share that was spent for came to nothing; after midnight that changes nothing any more."""
    if spent:
        Allowance.objects.give_back(spent.subject, spent.day)


def seconds_to_midnight() -> int:
    now = database_now()
    return 86400 - (now.hour * 3600 + now.minute * 60 + now.second)


def _subject(sender: Sender) -> str:
    """Whose allowance it is. Empty for strangers while Redis is away: each process caps them then."""
    if sender.owner_id is not None:
        return f"account:{sender.owner_id}"
    digest = countdown.network_digest(sender.network)
    return f"network:{digest}" if digest else ""
