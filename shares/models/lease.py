"""Who may fetch, and until when."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shares.querysets.lease import LeaseQuerySet


class Lease(models.Model):
    """Short permission, after a claim, for that claimant alone."""

    share = models.ForeignKey(
        "Share",
        on_delete=models.CASCADE,
        related_name="leases",
        db_index=False,  # the constraint has one
    )
    verifier = models.BinaryField(max_length=32)
    ends_at = models.DateTimeField()
    hard_end = models.DateTimeField()
    keeps_half = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())
    fetched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[LeaseQuerySet] = LeaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["share", "verifier"], name="lease_once"),)
        indexes = (models.Index(fields=["ends_at"], condition=Q(closed_at=None), name="lease_due"),)

    def __str__(self) -> str:
        return f"lease of {self.share_id}"
