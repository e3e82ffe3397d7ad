"""Questions about bans and reports."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Greatest, Now

from shares.querysets.fixed import Fixed, Slot
from shares.values import CLOSED_CASES, OPEN_CASES, Case, Sender

if TYPE_CHECKING:
    from shares.models import Ban, Report  # noqa: F401 - named in annotations


class BanQuerySet(models.QuerySet["Ban"]):
    def against(self, sender: Sender) -> datetime | None:
        """Until when this sender may leave nothing; None: he may."""
        row = _AGAINST.row(network=sender.network or None, account=sender.owner_id)
        return row[0] if row else None

    def over(self) -> "BanQuerySet":
        return self.filter(until__lte=Now())

    def ban(self, *, length: timedelta, reason: str, made_by_id: int | None, **whom: Any) -> "Ban":
        """Whoever is banned already stays so until the later end."""
        until = Now() + length
        ban, _ = self.update_or_create(
            **whom,
            defaults={"until": Greatest("until", until), "reason": reason, "made_by_id": made_by_id},
            create_defaults={"until": until, "reason": reason, "made_by_id": made_by_id},
        )
        return ban


def _bans() -> BanQuerySet:
    from shares.models import Ban

    return Ban.objects.all()


_AGAINST = Fixed[Any](
    lambda: (
        _bans()
        .filter(Q(network__around=Slot("network")) | Q(account=Slot("account")), until__gt=Now())
        .order_by("-until")
        .values_list("until")[:1]
    )
)


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        return self.filter(case__in=[case.value for case in OPEN_CASES])

    def note(self, **said: Any) -> None:
        """A second one from the same network, while the first is open, changes nothing."""
        self.bulk_create([self.model(**said)], ignore_conflicts=True)

    def look_at(self) -> int:
        return self.filter(case=Case.NEW).update(case=Case.SEEN)

    def close(self, case: Case, closed_by_id: int | None) -> int:
        """Open → closed; how many were open."""
        assert case in CLOSED_CASES  # noqa: S101
        return self.open().update(case=Value(case.value), closed_at=Now(), closed_by_id=closed_by_id)
