"""What the last sweep left for the next."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

if TYPE_CHECKING:
    from shares.models import Sweep  # noqa: F401 - named in annotations


class SweepQuerySet(models.QuerySet["Sweep"]):
    """One row, number 1: the last sweep that succeeded, and where the walk over all names stands."""

    def cursor(self) -> str:
        return self.filter(pk=1).values_list("cursor", flat=True).first() or ""

    def set_cursor(self, cursor: str) -> None:
        self.update_or_create(pk=1, defaults={"cursor": cursor})

    def note(self, counts: dict[str, int]) -> None:
        self.update_or_create(pk=1, defaults={"finished_at": Now(), "counts": counts})

    def seconds_since(self) -> float | None:
        """How long ago a sweep succeeded; None: never."""
        age = self.filter(pk=1).annotate(age=Now() - F("finished_at")).values_list("age", flat=True).first()
        return age.total_seconds() if age is not None else None
