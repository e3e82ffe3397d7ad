"""How much a sender has left today, exact however many ask at once."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from shares.models import Allowance  # noqa: F401 - named in annotations

# One statement locks the row, begins a new day where the old one is over, and refuses by writing nothing.
_SPEND = """
INSERT INTO shares_allowance AS mine (subject, day, shares)
VALUES (%(subject)s, (statement_timestamp() AT TIME ZONE 'UTC')::date, 1)
ON CONFLICT (subject) DO UPDATE
SET day = excluded.day, shares = CASE WHEN mine.day = excluded.day THEN mine.shares + 1 ELSE 1 END
WHERE mine.day <> excluded.day OR mine.shares < %(most)s
RETURNING mine.day
"""
_HOLD = """
INSERT INTO shares_allowance AS mine (subject, day, shares)
VALUES (%(subject)s, (statement_timestamp() AT TIME ZONE 'UTC')::date, 0)
ON CONFLICT (subject) DO UPDATE SET shares = mine.shares
"""


class AllowanceQuerySet(models.QuerySet["Allowance"]):
    def spend(self, subject: str, most: int) -> date | None:
        """One more share, and on which day; None: *most* are spent. The row stays locked until the commit."""
        with connection.cursor() as cursor:
            cursor.execute(_SPEND, {"subject": subject, "most": most})
            row = cursor.fetchone()
        return row[0] if row else None

    def hold(self, subject: str) -> None:
        """Lock the row, made where it is missing, until the commit."""
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, {"subject": subject})

    def give_back(self, subject: str, day: date) -> None:
        """One that was spent on that day came to nothing."""
        self.filter(subject=subject, day=day, shares__gt=0).update(shares=models.F("shares") - 1)

    def old(self) -> "AllowanceQuerySet":
        """Of days that are over everywhere."""
        return self.filter(day__lt=Now() - timedelta(days=2))
