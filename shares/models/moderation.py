"""What people said of a share, and who may leave nothing here for a while."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shares.models.network import NetworkField
from shares.querysets.moderation import BanQuerySet, ReportQuerySet
from shares.values import CLOSED_CASES, OPEN_CASES, Case, Reason

_OPEN = [case.value for case in OPEN_CASES]
_CLOSED = [case.value for case in CLOSED_CASES]


class Report(models.Model):
    """What somebody who holds a share's link says is wrong with it. Goes with the share's tombstone."""

    share = models.ForeignKey(
        "Share",
        on_delete=models.CASCADE,
        related_name="reports",
        db_index=False,  # Django would make a second one, for LIKE
    )
    reason = models.CharField(max_length=10, choices=[(reason.value, reason.value) for reason in Reason])
    text = models.TextField(blank=True)
    contact = models.CharField(max_length=254, blank=True)
    # As in an event: under the salt of its day, which is forgotten after two.
    network = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField(db_default=Now())
    case = models.CharField(
        "state", max_length=10, default=Case.NEW.value, choices=[(case.value, case.words) for case in Case]
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(case__in=[*_OPEN, *_CLOSED]), name="report_case_known"),
            models.CheckConstraint(
                condition=Q(case__in=_CLOSED, closed_at__isnull=False) | Q(case__in=_OPEN, closed_at=None),
                name="report_closed_has_time",
            ),
            models.UniqueConstraint(
                fields=["share", "network"], condition=Q(case__in=_OPEN), name="report_once_while_open"
            ),
        )
        indexes = (
            models.Index(fields=["share"], name="report_of_share"),
            models.Index(fields=["-at"], name="report_newest"),
        )
        permissions = (("export_report", "Can export reports"),)

    def __str__(self) -> str:
        return f"report {self.pk} of {self.share_id}"


class Ban(models.Model):
    """A network, or an account, from which nothing is taken until its end."""

    network = NetworkField(null=True, blank=True, help_text="192.0.2.0/24 or wider, 2001:db8::/64 or wider.")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # the constraint has one
    )
    reason = models.CharField(
        max_length=200, blank=True, help_text="For other moderators; nobody else sees it."
    )
    until = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[BanQuerySet] = BanQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(network=None) ^ Q(account=None),
                name="ban_of_a_network_or_an_account",
                violation_error_message="A network or an account, not both.",
            ),
            models.UniqueConstraint(fields=["network"], name="ban_of_a_network_once"),
            models.UniqueConstraint(fields=["account"], name="ban_of_an_account_once"),
        )
        indexes = (
            # Unique ones know equal networks only, not those around.
            GistIndex(fields=["network"], opclasses=["inet_ops"], name="ban_around"),
        )

    def __str__(self) -> str:
        """Without the network: logs keep what a thing is called long after it."""
        return f"ban {self.pk} of {'a network' if self.network else 'an account'}"
