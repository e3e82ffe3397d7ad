"""Events are only ever added."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from shares.models import Event  # noqa: F401 - named in annotations


class EventQuerySet(models.QuerySet["Event"]):
    def note(self, share_ids: Iterable[str], *whats: str, network: str = "") -> None:
        """One row for each share and happening, in the caller's transaction."""
        rows = [self.model(share_id=pk, what=what, network=network) for pk in share_ids for what in whats]
        self.bulk_create(rows)
