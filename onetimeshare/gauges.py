"""What Prometheus wants to know of the site as a whole: Postgres, storage, Redis and the clock, asked anew.

Every host answers the same, so rules take the highest of them and never the sum. What cannot be asked is left
out, and `part_up` says so. What costs a look at every share is kept in Redis for five minutes, for all hosts;
without Redis it is left out too.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from django.db import DatabaseError, InterfaceError, connection

from onetimeshare.metrics import heading, sample
from shares.errors import ShareError
from shares.models import Notice, Share, Sweep
from shares.querysets import database_now
from shares.redis_line import RedisAway, cache, redis_line
from shares.storage import share_storage
from shares.values import State, Way

STORED_KEY, STORED_SECONDS = "metrics:stored", 300
# What the sweep counts (shares/services/sweep.py).
SWEPT = (
    *("claims_closed", "expired", "leases_ended", "burned", "uploads_dropped", "blobs_removed"),
    *("orphans_removed", "tombstones_removed", "keys_erased", "notices_given_up"),
)
Lines = Iterator[str]


def lines() -> Lines:
    parts = {
        "postgres": _tried(_of_postgres),
        "storage": _tried(_of_storage),
        "redis": _tried(_of_redis),
    }
    for found in parts.values():
        yield from found or ()
    up = {name: float(found is not None) for name, found in parts.items()}
    yield from _family("part_up", "gauge", "Whether what the server stands on answers.", up, "part")


def _tried(ask: Callable[[], Lines]) -> list[str] | None:
    try:
        return list(ask())
    except (DatabaseError, InterfaceError, ShareError, RedisAway):
        return None


def _of_postgres() -> Lines:
    yield from _one("clock_offset_seconds", "This host's clock less that of Postgres.", clock_offset())
    age, totals = Sweep.objects.told()
    yield from _one("sweep_age_seconds", "Since a sweep succeeded.", float("inf") if age is None else age)
    swept = {name: float(totals.get(name, 0)) for name in SWEPT}
    yield from _family("swept_total", "counter", "What sweeps did since the tables were made.", swept, "what")
    waiting, late = Notice.objects.depth()
    depth = {way.value: float(waiting.get(way.value, 0)) for way in Way}
    yield from _family("outbox_notices", "gauge", "Notices that wait to be sent.", depth, "way")
    yield from _one("outbox_late_seconds", "Since a worker should have taken the next.", late)
    count, size = Share.objects.open_uploads()
    yield from _one("uploads_open", "Uploads that are not finished.", count)
    yield from _one("uploads_declared_bytes", "Bytes they have announced.", size)


def _of_storage() -> Lines:
    share_storage().look()
    free = share_storage().free_bytes()
    if free is not None:
        yield from _one("storage_free_bytes", "What storage may still take.", free)


def _of_redis() -> Lines:
    with redis_line():
        stored = cache.get(STORED_KEY)
    if stored is None:
        with suppress(DatabaseError, InterfaceError):
            stored = Share.objects.stored_by_state()
            with redis_line():
                cache.set(STORED_KEY, stored, STORED_SECONDS)
    if stored is not None:
        yield from _stored(stored)


def _stored(stored: Mapping[str, list[int]]) -> Lines:
    states = [state.value for state in State if not state.is_ended]
    for at, name, told in (
        (0, "shares", "Shares that have not ended (five minutes old at most)."),
        (1, "stored_bytes", "Bytes of their blobs (five minutes old at most)."),
    ):
        values = {state: float(stored.get(state, [0, 0])[at]) for state in states}
        yield from _family(name, "gauge", told, values, "state")


def clock_offset() -> float:
    """Seconds that this host's clock is ahead of Postgres'; exact to half the way there and back."""
    connection.ensure_connection()
    before = time.time()
    theirs = database_now().timestamp()
    return (before + time.time()) / 2 - theirs


def _one(name: str, told: str, value: float) -> Lines:
    yield from heading(name, "gauge", told)
    yield sample(name, value)


def _family(name: str, kind: str, told: str, values: Mapping[str, float], label: str) -> Lines:
    yield from heading(name, kind, told)
    for labelled, value in values.items():
        yield sample(name, value, label, labelled)
