"""What senders have used of what the site lets them leave."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from shares.querysets.allowance import AllowanceQuerySet


class Allowance(models.Model):
    """How many shares one sender has left on one day.

    subject: an account's number, or a network under that day's salt, which Redis forgets after two days.
    """

    # The collation keeps Django from adding a second index, for LIKE.
    subject = models.CharField(primary_key=True, max_length=40, db_collation="C")
    day = models.DateField()
    shares = models.PositiveIntegerField()

    objects: ClassVar[AllowanceQuerySet] = AllowanceQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.shares} on {self.day}"


class MemberLimits(models.Model):
    """What one account may leave, where it differs from what all members may. Empty: as all."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="share_limits"
    )
    share_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    lifetime_seconds = models.PositiveIntegerField(null=True, blank=True)
    opens = models.PositiveIntegerField(null=True, blank=True)
    shares_a_day = models.PositiveIntegerField(null=True, blank=True)
    stored_bytes = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "limits of an account"

    def __str__(self) -> str:
        return f"limits of {self.user}"
