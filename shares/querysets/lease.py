"""Questions about leases, and what moves or ends them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least, Now

from shares.querysets.fixed import Fixed, FixedInsert, FixedUpdate, Slot

if TYPE_CHECKING:
    from shares.models import Lease


class LeaseQuerySet(models.QuerySet["Lease"]):
    def still_open(self) -> "LeaseQuerySet":
        return self.filter(closed_at=None, ends_at__gt=Now())

    def keeping_half(self) -> "LeaseQuerySet":
        """Open, and its claimant may still need the server half."""
        return self.still_open().filter(Q(fetched_at=None) | Q(keeps_half=True))

    def over(self) -> "LeaseQuerySet":
        return self.filter(closed_at=None, ends_at__lte=Now())

    def extend(self, lease_id: int) -> bool:
        """The claimant fetches: move the end, never past the hard end. False: it is over."""
        longer = Now() + timedelta(seconds=settings.LEASE_SECONDS)
        return (
            self.still_open()
            .filter(pk=lease_id)
            .update(ends_at=Least(longer, F("hard_end")), fetched_at=Coalesce(F("fetched_at"), Now()))
            == 1
        )

    def close_lapsed(self, share_ids: list[str]) -> list[str]:
        """Close what is over. Returns the share of each lease that was closed."""
        # Locked, so that a fetch which moves the end at this very moment is seen and left alone.
        over = self.over().filter(share__in=share_ids).select_for_update()
        lapsed = list(over.values_list("pk", "share_id"))
        self.filter(pk__in=[pk for pk, _ in lapsed]).update(closed_at=Now())
        return [share_id for _, share_id in lapsed]

    def close(self, lease_id: int) -> bool:
        return _CLOSE.run(lease_id=lease_id) == 1

    def of(self, share_id: str, verifier: bytes) -> "Lease | None":
        """The claimant's, open or not."""
        return _OF.first(share_id=share_id, verifier=verifier)

    def open_one(self, **columns: Any) -> None:
        _OPEN.run(**columns)


def _leases() -> LeaseQuerySet:
    from shares.models import Lease

    return Lease.objects.all()


_OF = Fixed(lambda: _leases().filter(share=Slot("share_id"), verifier=Slot("verifier")))
_CLOSE = FixedUpdate(lambda: _leases().filter(pk=Slot("lease_id"), closed_at=None), closed_at=Now())
ADDED = ("share_id", "verifier", "ends_at", "hard_end", "keeps_half")
_OPEN = FixedInsert(lambda: _leases().model, *ADDED)
