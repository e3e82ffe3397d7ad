"""Questions about leases, and what moves or ends them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least, Now

from shares.querysets.fixed import Fixed, Slot, ask, insertion
from shares.values import What

if TYPE_CHECKING:
    from shares.models import Lease


class LeaseQuerySet(models.QuerySet["Lease"]):
    def still_open(self) -> "LeaseQuerySet":
        return self.filter(closed_at=None, ends_at__gt=Now())

    def is_open(self, lease_id: int) -> bool:
        return _IS_OPEN.row(lease_id=lease_id) is not None

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

    def close(self, lease_id: int, *, whole: bool, inline: bool, network: str = "") -> What | None:
        """End it, and note how: its claimant has all (*whole*) or not; a small blob came with the claim's
        answer (*inline*), of a larger one the lease knows whether any was fetched. None: it had ended.
        """
        values = {"id": lease_id, "whole": whole, "inline": inline, "network": network}
        with ask(_CLOSE, values) as cursor:
            row = cursor.fetchone()
        return What(row[0]) if row else None

    def of(self, share_id: str, verifier: bytes) -> "Lease | None":
        """The claimant's, open or not."""
        return _OF.first(share_id=share_id, verifier=verifier)

    def open_one(self, *, network: str = "", **columns: Any) -> None:
        """A new one, and the claim that it comes from."""
        ask(_OPEN, columns | {"network": network}).close()


def _leases() -> LeaseQuerySet:
    from shares.models import Lease

    return Lease.objects.all()


_OF = Fixed(lambda: _leases().filter(share=Slot("share_id"), verifier=Slot("verifier")))
_IS_OPEN = Fixed[Any](lambda: _leases().still_open().filter(pk=Slot("lease_id")).values_list("pk"))
# Either is one statement with its event: no lease without its claim, no end that nobody tells of.
ADDED = ("share_id", "verifier", "ends_at", "hard_end", "keeps_half")
_OPEN = f"""
WITH lease AS ({insertion("shares_lease", ADDED)} RETURNING share_id)
INSERT INTO shares_event (share_id, what, network) SELECT share_id, 'claimed', %(network)s::text FROM lease
"""  # noqa: S608 - names of ours
_CLOSE = """
WITH lease AS (UPDATE shares_lease SET closed_at = statement_timestamp()
               WHERE id = %(id)s AND closed_at IS NULL
               RETURNING share_id, fetched_at)
INSERT INTO shares_event (share_id, what, network)
SELECT share_id,
       CASE WHEN NOT %(whole)s THEN 'lease_ended'
            WHEN %(inline)s OR fetched_at IS NOT NULL THEN 'received'
            ELSE 'declined' END,
       %(network)s::text
FROM lease RETURNING what
"""
