"""What the last sweep left for the next."""

import json
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Now

if TYPE_CHECKING:
    from shares.models import Sweep  # noqa: F401 - named in annotations

# Two sweeps at once add up: the second reads the row again once the first has let go of it.
_ADD = """
INSERT INTO shares_sweep AS sweep (id, counts, totals, cursor) VALUES (1, '{}', %(counts)s::jsonb, '')
ON CONFLICT (id) DO UPDATE SET totals = sweep.totals || (
    SELECT coalesce(jsonb_object_agg(key, coalesce((sweep.totals ->> key)::bigint, 0) + value::bigint), '{}')
    FROM jsonb_each_text(EXCLUDED.totals))
"""


class SweepQuerySet(models.QuerySet["Sweep"]):
    """One row, number 1: the last sweep that succeeded, and where the walk over all names stands."""

    def cursor(self) -> str:
        return self.filter(pk=1).values_list("cursor", flat=True).first() or ""

    def set_cursor(self, cursor: str) -> None:
        self.update_or_create(pk=1, defaults={"cursor": cursor})

    def note(self, counts: dict[str, int]) -> None:
        self.update_or_create(pk=1, defaults={"finished_at": Now(), "counts": counts})

    def add(self, counts: dict[str, int]) -> None:
        """To what all sweeps did, this one included however it ended."""
        with connection.cursor() as cursor:
            cursor.execute(_ADD, {"counts": json.dumps(counts)})

    def told(self) -> tuple[float | None, dict[str, int]]:
        """How long ago a sweep succeeded (None: never), and what all of them did."""
        row: Any = self.filter(pk=1).values("totals", age=Now() - F("finished_at")).first() or {}
        age = row.get("age")
        return age.total_seconds() if age is not None else None, row.get("totals", {})

    def seconds_since(self) -> float | None:
        """How long ago a sweep succeeded; None: never."""
        age = self.filter(pk=1).annotate(age=Now() - F("finished_at")).values_list("age", flat=True).first()
        return age.total_seconds() if age is not None else None
