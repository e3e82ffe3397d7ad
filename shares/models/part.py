"""Slices of a blob on its way in."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from shares.querysets.part import PartQuerySet


class Part(models.Model):
    """One numbered slice of a blob on its way in; rows go when the share is ready or ended."""

    share = models.ForeignKey(
        "Share",
        on_delete=models.CASCADE,
        related_name="parts",
        db_index=False,  # the constraint has one
    )
    n = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    etag = models.CharField(max_length=255, blank=True)
    writer = models.CharField(max_length=32)
    written_since = models.DateTimeField(db_default=Now())
    done = models.BooleanField(default=False)

    objects: ClassVar[PartQuerySet] = PartQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["share", "n"], name="part_once"),)

    def __str__(self) -> str:
        return f"part {self.n} of {self.share_id}"
