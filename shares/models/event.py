"""What happened to shares."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from shares.querysets.event import EventQuerySet
from shares.values import What


class Event(models.Model):
    """What happened to a share, and when: no content, no name, no address."""

    share = models.ForeignKey("Share", on_delete=models.CASCADE, related_name="events")
    what = models.CharField(max_length=16, choices=[(what.value, what.value) for what in What])
    at = models.DateTimeField(db_default=Now())
    # A network under that day's salt, which Redis forgets after two days (docs/architecture.md).
    network = models.CharField(max_length=16, blank=True)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.what} at {self.at}"
