"""What the server keeps of the key, until the last claimant begins to fetch."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shares.querysets.half import ServerHalfQuerySet


class ServerHalf(models.Model):
    """The server half and the metadata of a living share. Left out of logical backups.

    A composite foreign key (share, ended = false), made in the first migration, lets the database
    refuse a half beside an ended share.
    """

    share = models.OneToOneField("Share", on_delete=models.CASCADE, primary_key=True, related_name="half")
    key_no = models.PositiveIntegerField(db_index=True)
    sealed = models.BinaryField(max_length=80)
    meta = models.BinaryField()
    ended = models.BooleanField(default=False, editable=False)

    objects: ClassVar[ServerHalfQuerySet] = ServerHalfQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(ended=False), name="half_of_a_living_share"),)

    def __str__(self) -> str:
        return f"half of {self.share_id}"
