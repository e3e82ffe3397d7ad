"""Who wants to be told of what, and what is still to be told."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shares.querysets.notice import NoticeChoiceQuerySet, NoticeQuerySet, NoticeTurnQuerySet
from shares.values import NOTICES, TEST, Occasion, Way

# Plain texts, so that migrations stand without importing us.
_WHATS = [*(occasion.value for occasion in Occasion), TEST]
_WAYS = [way.value for way in Way]
MAX_URL_CHARACTERS = 500


class NoticeChoice(models.Model):
    """What an account is told of its shares, and where. No row: nothing."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    notices = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    # In which they chose: the language of their mail.
    language = models.CharField(max_length=16, blank=True)
    webhook_url = models.CharField(max_length=MAX_URL_CHARACTERS, blank=True)
    # Under a key that is not in Postgres (shares/webhooks.py).
    webhook_secret = models.BinaryField(default=bytes)
    # How the last try to reach the webhook went, for the page.
    outcome = models.CharField(max_length=32, blank=True)
    outcome_at = models.DateTimeField(null=True)

    objects: ClassVar[NoticeChoiceQuerySet] = NoticeChoiceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(notices__contained_by=list(NOTICES)), name="notice_choice_known"
            ),
            models.CheckConstraint(
                condition=Q(webhook_url="")
                | (Q(webhook_url__startswith="https://") & ~Q(webhook_secret=b"")),
                name="notice_webhook_is_signed",
            ),
        )

    def __str__(self) -> str:
        return f"notices of account {self.account_id}"


class Notice(models.Model):
    """Something to tell an account, in one way; its row goes when it was told, or after a day."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # another begins with it
    )
    # No foreign key: it may be told after the share's row has gone.
    share_id = models.CharField(max_length=16, blank=True)
    what = models.CharField(max_length=16, choices=[(what, what) for what in _WHATS])
    way = models.CharField(max_length=16, choices=[(way, way) for way in _WAYS])
    at = models.DateTimeField(db_default=Now())
    # When it may be tried next. Whoever takes it moves this on first, so that nobody else takes it.
    due_at = models.DateTimeField(db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(what__in=_WHATS), name="notice_what_known"),
            models.CheckConstraint(condition=Q(way__in=_WAYS), name="notice_way_known"),
        )
        indexes = (models.Index(fields=["account", "way", "due_at"], name="notice_of_account"),)

    def __str__(self) -> str:
        return f"{self.what} by {self.way}"

    @property
    def name(self) -> str:
        """The same at each try, and of no other notice, not even after a restored backup."""
        return f"notice_{self.pk}_{self.at.timestamp():.0f}"


class NoticeTurn(models.Model):
    """When an account with something to be told may be served next, in one way: who was served longest ago
    comes first, however much somebody else has waiting."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # the constraint has one
    )
    way = models.CharField(max_length=16, choices=[(way, way) for way in _WAYS])
    at = models.DateTimeField()

    objects: ClassVar[NoticeTurnQuerySet] = NoticeTurnQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(way__in=_WAYS), name="notice_turn_way_known"),
            models.UniqueConstraint(fields=["account", "way"], name="notice_turn_once"),
        )
        indexes = (models.Index(fields=["way", "at"], name="notice_turn_next"),)

    def __str__(self) -> str:
        return f"a turn by {self.way}"
