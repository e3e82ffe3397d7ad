"""Questions about shares, and the conditional updates that are the edges of a share's life."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, Now

from shares.errors import ShareUnknown
from shares.querysets.asked import (
    ADD,
    END,
    END_ONE,
    FORGET_BLOB,
    HALF_COLUMNS,
    IS_KNOWN,
    LAPSED,
    LOCKED,
    LOOK,
    MOMENT_AND_LEASE,
    SEEN,
    SHARE_COLUMNS,
    TAKE_ONE,
    TOUCH,
    UPLOADING,
    UPLOADING_IN_A_HURRY,
    WITH_HALF,
)
from shares.querysets.fixed import ask, plain
from shares.values import ATTEMPTS, ENDED, UNLOCKS, State

if TYPE_CHECKING:
    from shares.models import ServerHalf, Share

_NOBODY = bytes(32)
_IS_LOCKED = Q(state=State.READY, kdf__gt=0, attempts=ATTEMPTS)
_KINDS = {
    "": Q(),
    "waiting": Q(ended=False) & ~_IS_LOCKED,
    "locked": Q(ended=False) & _IS_LOCKED,
    "ended": Q(ended=True),
}
# How long it is known, sealed, from which network a share was left.
ORIGIN_KEPT = timedelta(days=7)
# Since its last part, or its beginning: the slowest line that is served takes less than nine minutes for one.
UNDER_WAY = timedelta(minutes=15)


class ShareQuerySet(models.QuerySet["Share"]):
    # --- one share, for someone who proves something ----------------------------------------------

    def find(self, share_id: str, link_token: bytes) -> "Share":
        """The share whose link the caller holds, its half and the moment (`.now`) beside it.

        An unknown id and a wrong token cost the same work and raise the same ShareUnknown.
        """
        return self._proven(share_id, link_token, "link_verifier")

    def find_managed(self, share_id: str, manage_token: bytes) -> "Share":
        """The share whose manage link the caller holds."""
        return self._proven(share_id, manage_token, "manage_verifier")

    def owned(self, owner_id: int, share_id: str) -> "Share":
        """Dated, as `find`. Raises ShareUnknown where it is somebody else's, or nobody's."""
        share = self.dated().filter(pk=share_id, owner=owner_id).first()
        if share is None:
            raise ShareUnknown
        return share

    def page_of(self, owner_id: int, kind: str, before: tuple[datetime, str] | None) -> "ShareQuerySet":
        """What an account left, dated, newest first; from behind *before* on, the last one seen.

        kind: "waiting", "locked", "ended", or "" for all.
        """
        found = self.dated().filter(_KINDS[kind], owner=owner_id).order_by("-created_at", "-pk")
        if before is not None:
            at, share_id = before
            found = found.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=share_id), created_at__lte=at)
        return found

    def _proven(self, share_id: str, token: bytes, field: str) -> "Share":
        share = WITH_HALF.first(share_id=share_id)
        expected = getattr(share, field) if share else _NOBODY
        if not hmac.compare_digest(hashlib.sha256(token).digest(), bytes(expected)) or share is None:
            raise ShareUnknown
        return share

    def dated(self) -> "ShareQuerySet":
        """The moment of the query (`.now`) beside each share."""
        return self.annotate(now=Now())  # type: ignore[no-redef]

    def add(self, share: "Share", half: "ServerHalf", *whats: str, network: str = "") -> None:
        """New rows, of which the database fills in the rest, and what happened so far."""
        columns = {name: plain(getattr(share, name)) for name in SHARE_COLUMNS}
        columns |= {name: plain(getattr(half, name)) for name in HALF_COLUMNS}
        ask(ADD, columns | {"whats": list(map(str, whats)), "network": network}).close()

    def is_known(self, share_id: str) -> tuple[datetime, bool]:
        """The moment, and whether there is, or was, a share of that id."""
        with ask(IS_KNOWN, {"id": share_id}) as cursor:
            moment, is_there = cursor.fetchone()
        return moment, is_there

    def find_any(self, share_id: str) -> "Share | None":
        """Whoever asks, and however it stands."""
        return LOOK.first(share_id=share_id)

    def lock(self, share_id: str) -> "Share":
        """The share, dated, its row locked until the transaction ends."""
        return _there(LOCKED.first(share_id=share_id))

    def moment_and_lease(self, share_id: str, verifier: bytes) -> dict[str, Any]:
        """The moment after the lock was won, and the claimant's lease where there is one."""
        row = MOMENT_AND_LEASE.row(share_id=share_id, verifier=verifier)
        assert row is not None  # noqa: S101 - the caller holds the row
        return dict(zip(SEEN, row, strict=True))

    # --- counters: one conditional UPDATE each; zero rows is the answer "no" ----------------------

    def pay_attempt(self, share_id: str) -> int | None:
        """Spend one attempt before anything is compared. Its number, 1 to 5; None: all are spent."""
        payable = self.filter(pk=share_id, state=State.READY, attempts__lt=ATTEMPTS, expires_at__gt=Now())
        with (
            transaction.atomic()
        ):  # the row stays locked until its number is read: each number is one payer's
            if not payable.update(attempts=F("attempts") + 1):
                return None
            number: int = self.values_list("attempts", flat=True).get(pk=share_id)
        return number

    def give_attempt_back(self, share_id: str) -> None:
        """It was paid for nothing. Those paid before an unlock are back already."""
        self.filter(pk=share_id, attempts__gt=0).update(attempts=F("attempts") - 1)

    def take_one(self, share_id: str, *, attempt_back: bool) -> bool:
        """Count one claim down; the last one turns the share `claimed`."""
        return TAKE_ONE.run(share_id=share_id, back=int(attempt_back)) == 1

    def unlock(self, share_id: str) -> bool:
        locked = self.filter(pk=share_id, state=State.READY, attempts=ATTEMPTS, expires_at__gt=Now())
        return locked.filter(unlocks__lt=UNLOCKS).update(attempts=0, unlocks=F("unlocks") + 1) == 1

    def make_ready(self, share_id: str, **changes: Any) -> bool:
        """uploading → ready, with what only the end of the upload told; the lifetime starts now."""
        lifetime = changes.get("lifetime", F("lifetime"))
        return (
            self.filter(pk=share_id, state=State.UPLOADING).update(
                state=State.READY, ready_at=Now(), expires_at=Now() + lifetime, upload_id="", **changes
            )
            == 1
        )

    def lock_uploading(self, share_id: str, *, is_lasting: bool = True) -> bool:
        """Hold the share as `uploading` (FOR SHARE: many parts at once) until the transaction ends.

        is_lasting: whether its commit waits for the disk.
        """
        with ask(UPLOADING if is_lasting else UPLOADING_IN_A_HURRY, {"id": share_id}) as cursor:
            return cursor.fetchone() is not None

    def keep_upload_id(self, share_id: str, upload_id: str) -> bool:
        """Note what storage calls this upload. False: another one is noted, or the share has ended."""
        waiting = self.filter(pk=share_id, state=State.UPLOADING, upload_id="")
        return waiting.update(upload_id=upload_id) == 1

    def touch(self, share_id: str) -> bool:
        """A part has arrived: an upload dies a day after its last one."""
        with ask(TOUCH, {"id": share_id}) as cursor:
            return bool(cursor.rowcount == 1)

    # --- many rows --------------------------------------------------------------------------------
    # What is due comes oldest first: in the order of its index, or Postgres takes the first thousand rows
    # from wherever it thinks they lie, and that may be the end of the table.

    def living(self) -> "ShareQuerySet":
        return self.exclude(state__in=ENDED)

    def declared_bytes(self) -> int:
        """Bytes that uploads under way have announced. Who sends nothing keeps nobody else out."""
        return self.filter(state=State.UPLOADING, touched_at__gt=Now() - UNDER_WAY)._bytes()

    def open_uploads(self) -> tuple[int, int]:
        """How many are not finished, and the bytes they have announced."""
        found = self.filter(state=State.UPLOADING).aggregate(count=Count("*"), size=Coalesce(Sum("size"), 0))
        return found["count"], int(found["size"])

    def stored_by_state(self) -> dict[str, list[int]]:
        """Shares that have not ended, and their bytes, by state. Reads every one of them."""
        found = self.filter(ended=False).order_by().values("state")
        rows = found.annotate(count=Count("*"), size=Coalesce(Sum("size"), 0))
        return {row["state"]: [row["count"], int(row["size"])] for row in rows}

    def stored_bytes(self, owner_id: int | None) -> int:
        """Of what this account left, or all strangers together (None), and what has not ended."""
        return self.filter(ended=False, owner=owner_id)._bytes()

    def _bytes(self) -> int:
        total = Coalesce(Sum("size"), 0, output_field=models.BigIntegerField())
        found: int = self.aggregate(total=total)["total"]
        return found

    def expired(self) -> "ShareQuerySet":
        """Ready, and past their time."""
        return self.filter(state=State.READY, expires_at__lte=Now()).order_by("expires_at")

    def with_lapsed_lease(self, most: int | None = None) -> "ShareQuerySet":
        """Some lease's time is over and nobody has closed it yet.

        most: where only so many are wanted; unless told, Postgres reads every share to find the first.
        """
        from shares.models import Lease

        return self.filter(pk__in=Lease.objects.over().values("share").distinct()[:most])

    def with_open_lease(self) -> "ShareQuerySet":
        from shares.models import Lease

        return self.filter(Exists(Lease.objects.still_open().filter(share=OuterRef("pk"))))

    def without_open_lease(self) -> "ShareQuerySet":
        from shares.models import Lease

        return self.filter(~Exists(Lease.objects.still_open().filter(share=OuterRef("pk"))))

    def abandoned(self) -> "ShareQuerySet":
        """Uploads that nobody went on with for a day."""
        return self.filter(
            state=State.UPLOADING, touched_at__lte=Now() - timedelta(seconds=settings.UPLOAD_SECONDS)
        ).order_by("touched_at")

    def streamed(self, seconds: int = 0) -> "ShareQuerySet":
        """Uploads that live and die with one request of ours (they have no parts), begun so long ago."""
        begun = Q(created_at__lte=Now() - timedelta(seconds=seconds)) if seconds else Q()
        return self.filter(begun, state=State.UPLOADING, part_size=0)

    def lapsed(self) -> "ShareQuerySet":
        """Claimed, and no lease is open any more."""
        return self.filter(state=State.CLAIMED).without_open_lease().order_by("opened_at")

    def named(self, names: Iterable[str]) -> "ShareQuerySet":
        """Those whose blob has one of these names."""
        # The index knows no empty name, and of many names Postgres does not see that none is empty.
        return self.filter(storage_name__in=list(names)).exclude(storage_name="")

    def with_blob_to_remove(self) -> "ShareQuerySet":
        return self.filter(state__in=ENDED).exclude(storage_name="").order_by("ended_at")

    def old_tombstones(self) -> "ShareQuerySet":
        oldest = Now() - timedelta(days=settings.TOMBSTONE_DAYS)
        return self.filter(state__in=ENDED, ended_at__lte=oldest, storage_name="").order_by("ended_at")

    def with_old_origin(self) -> "ShareQuerySet":
        """Left so long ago that nobody needs to know any more from where."""
        oldest = Now() - ORIGIN_KEPT
        return self.filter(origin__isnull=False, created_at__lte=oldest).order_by("created_at")

    def lock_some(self, count: int) -> list["Share"]:
        """Up to *count* of these rows, locked; rows that someone else holds are left for later.

        Asked again under the lock: Postgres looks anew at a row that changed while it was waited for, but
        not at its leases, and a claim may have been committed meanwhile.
        """
        locked = self.select_for_update(skip_locked=True).only("pk")[:count]
        return list(self.filter(pk__in=[share.pk for share in locked]).only("storage_name"))

    def end(self, state: State, *, network: str = "") -> list[str]:
        """Living → ended, for rows the caller has locked; the ids of those that were living."""
        ids = list(self.living().values_list("pk", flat=True))
        if ids:
            ask(END, {"ids": ids, "state": state.value, "network": network}).close()
        return ids

    def end_one(self, share: "Share", state: State, *, network: str = "") -> None:
        """The same for a living share the caller has locked; it says so itself then."""
        with ask(END_ONE, {"id": share.pk, "state": state.value, "network": network}) as cursor:
            [share.ended_at] = cursor.fetchone()
        share.state = state.value

    def has_lapsed(self, share_id: str) -> bool:
        """Whether it is claimed, and no lease of it is open any more."""
        return LAPSED.row(share_id=share_id) is not None

    def forget_blob(self, share_ids: Iterable[str]) -> None:
        """The bytes are gone from storage. Not waited for: the sweep forgets what a crash undid."""
        ask(FORGET_BLOB, {"ids": list(share_ids)}).close()


def _there(share: "Share | None") -> "Share":
    from shares.models import Share

    if share is None:
        raise Share.DoesNotExist
    return share
