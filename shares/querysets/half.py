"""Which halves nobody needs any more."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef


class ServerHalfQuerySet(models.QuerySet[Any]):
    def unneeded(self, share_ids: Iterable[str]) -> "ServerHalfQuerySet":
        """Nothing is left to claim, and every open lease has begun to fetch (or keeps no half)."""
        from shares.models import Lease

        keeping = Lease.objects.keeping_half().filter(share=OuterRef("pk"))
        return self.filter(~Exists(keeping), pk__in=list(share_ids), share__claims_left=0)

    def key_numbers(self) -> set[int]:
        """Of all key files that halves still rest under."""
        return set(self.order_by().values_list("key_no", flat=True).distinct())

    def names_key(self, key_no: int) -> bool:
        """Whether any half is still sealed under that day's key."""
        return self.filter(key_no=key_no).exists()
