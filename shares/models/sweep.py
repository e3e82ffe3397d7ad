"""What the purge sweep remembers."""

from typing import ClassVar

from django.db import models

from shares.querysets.sweep import SweepQuerySet


class Sweep(models.Model):
    """The last sweep that succeeded; a single row, for the health check."""

    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    # What all sweeps did, for metrics.
    totals = models.JSONField(default=dict, db_default={})
    cursor = models.CharField(max_length=64, blank=True)

    objects: ClassVar[SweepQuerySet] = SweepQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"sweep at {self.finished_at}"
