"""Clear what is due: safe to stop, to repeat, to run twice at once, and beside claims.

Rows first, in batches of their own transaction with `skip_locked`; blobs after the commit. Its cost
follows what is due, not what is stored: finished blobs are looked through a few thousand at a time.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from accounts.querysets import sessions_over
from shares import countdown, sealkeys
from shares.errors import ShareError
from shares.models import Allowance, Ban, Event, Lease, Notice, ServerHalf, Share, Sweep
from shares.querysets import database_now
from shares.querysets.share import ShareQuerySet
from shares.redis_line import RedisAway, cache, redis_line
from shares.storage import share_storage
from shares.values import State, What

MOST = 1000
# Half the most holds its locks less than half as long, and a sweep takes no longer for it.
BATCH = 500
NAMES_A_SWEEP = 20_000
LAST_KEY = "sweep:last"
LAST_SECONDS = 86400
Step = Callable[[list[Share]], None]


class Sweeper:
    """One pass. `counts` says what it did (or, dry, what it would do)."""

    def __init__(self, batch: int = BATCH, max_seconds: float | None = None, dry_run: bool = False) -> None:
        self.batch = min(batch, MOST)
        self.dry_run = dry_run
        self.counts: Counter[str] = Counter()
        self._stop_at = None if max_seconds is None else time.monotonic() + max_seconds

    def run(self) -> Counter[str]:
        """Do every step. Raises ShareError when storage failed; what was done stays done, and is counted."""
        try:
            return self._run()
        finally:
            if not self.dry_run:
                with suppress(DatabaseError):
                    Sweep.objects.add({name: count for name, count in self.counts.items() if count})

    def _run(self) -> Counter[str]:
        self._each("claims_closed", Share.objects.expired().with_open_lease(), self._take_last_claims)
        self._each("expired", Share.objects.expired().without_open_lease(), self._ender(State.EXPIRED))
        self._each("leases_ended", self._lapsed(), self._close_leases)
        self._each("burned", Share.objects.lapsed(), self._ender(State.BURNED))
        self._each("uploads_dropped", Share.objects.abandoned(), self._ender(State.EXPIRED))
        self._drop_dead_streams()
        self._each("origins_erased", Share.objects.with_old_origin(), self._erase_origins)
        self._drop("bans_lifted", Ban.objects.over())
        self._drop("allowances_dropped", Allowance.objects.old())
        self._drop("sessions_dropped", sessions_over(MOST))
        # Where no worker runs, nobody else would.
        self._drop("notices_given_up", Notice.objects.old())
        trouble: ShareError | None = None
        for step in (self._remove_ended, self._remove_orphans, self._remove_tombstones, self._erase_keys):
            try:
                step()
            except ShareError as error:
                trouble = trouble or error  # one stubborn blob must not keep the others, or a key, alive
        if trouble:
            raise trouble
        if not self.dry_run:
            self._note()
        return self.counts

    # --- the loop ---------------------------------------------------------------------------------

    def _each(self, what: str, due: ShareQuerySet, step: Step, *, locked: bool = True) -> None:
        """Feed *step* the ids of batch after batch of what is due, each in a transaction of its own."""
        if self.dry_run:
            self.counts[what] += due.count()
            return
        while not self._is_late():
            with transaction.atomic():
                batch = due.lock_some(self.batch) if locked else list(due[: self.batch])
                if locked:
                    step(batch)
            if not locked:
                step(batch)
            self.counts[what] += len(batch)
            if len(batch) < self.batch:
                return

    def _lapsed(self) -> ShareQuerySet:
        return Share.objects.with_lapsed_lease(None if self.dry_run else self.batch)

    def _is_late(self) -> bool:
        return self._stop_at is not None and time.monotonic() > self._stop_at

    # --- rows -------------------------------------------------------------------------------------

    def _ender(self, state: State) -> Step:
        def end(shares: list[Share]) -> None:
            ids = [share.pk for share in shares]
            Share.objects.filter(pk__in=ids).end(state)
            transaction.on_commit(lambda: countdown.forget(ids))

        return end

    def _take_last_claims(self, shares: list[Share]) -> None:
        """Past its time with a lease open: nobody else may claim, the claimant may finish."""
        ids = [share.pk for share in shares]
        Share.objects.filter(pk__in=ids).update(claims_left=0, state=State.CLAIMED)
        Event.objects.note(ids, What.CLOSED)
        ServerHalf.objects.unneeded(ids).delete()

    def _close_leases(self, shares: list[Share]) -> None:
        closed = Lease.objects.close_lapsed([share.pk for share in shares])
        Event.objects.note(closed, What.LEASE_ENDED)
        ServerHalf.objects.unneeded(set(closed)).delete()

    def _remove_tombstones(self) -> None:
        self._each("tombstones_removed", Share.objects.old_tombstones(), self._remove_rows)

    def _remove_rows(self, shares: list[Share]) -> None:
        Share.objects.filter(pk__in=[share.pk for share in shares]).delete()

    def _erase_origins(self, shares: list[Share]) -> None:
        Share.objects.filter(pk__in=[share.pk for share in shares]).update(origin=None)

    def _drop(self, what: str, rows: QuerySet[Any]) -> None:
        """A few rows that nothing hangs on."""
        self.counts[what] += rows.count() if self.dry_run else rows.delete()[0]

    # --- bytes ------------------------------------------------------------------------------------

    def _drop_dead_streams(self) -> None:
        """A streamed upload lives and dies with its request; a killed one leaves an unheld name."""
        storage = share_storage()
        for share in Share.objects.streamed(storage.silent_seconds).iterator():
            if self._is_late():
                return
            if not storage.is_held(share.storage_name):
                self.counts["uploads_dropped"] += 1
                if not self.dry_run:
                    self._end_stream(share)

    def _end_stream(self, share: Share) -> None:
        with transaction.atomic():
            if Share.objects.streamed().filter(pk=share.pk).lock_some(1):
                Share.objects.filter(pk=share.pk).end(State.EXPIRED)

    def _remove_ended(self) -> None:
        self._each("blobs_removed", Share.objects.with_blob_to_remove(), self._remove_blobs, locked=False)

    def _remove_blobs(self, shares: list[Share]) -> None:
        """All that can be removed are, then what failed is told. Raises ShareError."""
        removed, trouble = [], None
        for share in shares:
            try:
                share_storage().delete(share.storage_name, share.upload_id)
                removed.append(share.pk)
            except ShareError as error:
                trouble = error
        Share.objects.forget_blob(removed)
        if trouble:
            raise trouble

    def _remove_orphans(self) -> None:
        """Names first, Postgres afterwards: a name without a row and without a living writer goes."""
        storage = share_storage()
        self._look_through(storage.list_unfinished())
        finished = list(islice(storage.list_names(after=Sweep.objects.cursor()), NAMES_A_SWEEP))
        seen = self._look_through(iter(finished))
        if not self.dry_run and seen:
            Sweep.objects.set_cursor("" if seen == len(finished) < NAMES_A_SWEEP else finished[seen - 1])

    def _look_through(self, names: Iterator[str]) -> int:
        """How many names there was time for."""
        seen = 0
        while not self._is_late() and (batch := list(islice(names, self.batch))):
            known = set(Share.objects.named(batch).values_list("storage_name", flat=True))
            for name in batch:
                if name not in known:
                    self._remove_orphan(name)
            seen += len(batch)
        return seen

    def _remove_orphan(self, name: str) -> None:
        storage = share_storage()
        if self.dry_run:
            self.counts["orphans_removed"] += not storage.is_held(name)
            return
        named = Share.objects.named([name])
        self.counts["orphans_removed"] += storage.remove_orphan(name, named.exists)

    # --- keys, and the note -----------------------------------------------------------------------

    def _erase_keys(self) -> None:
        for key_no in sealkeys.old_key_numbers(database_now()):
            if not ServerHalf.objects.names_key(key_no):
                self.counts["keys_erased"] += 1
                if not self.dry_run:
                    sealkeys.erase(key_no)

    def _note(self) -> None:
        Sweep.objects.note(dict(self.counts))
        try:
            with redis_line():
                cache.set(LAST_KEY, database_now().isoformat(), LAST_SECONDS)
        except RedisAway:
            return


def sweep(batch: int = BATCH, max_seconds: float | None = None, dry_run: bool = False) -> Counter[str]:
    """One pass over everything that is due; the counts by name."""
    return Sweeper(batch, max_seconds, dry_run).run()
