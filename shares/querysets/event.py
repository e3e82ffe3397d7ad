"""Events are only ever added."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

from shares.querysets.fixed import ask

if TYPE_CHECKING:
    from shares.models import Event  # noqa: F401 - named in annotations


_NOTE = """
INSERT INTO shares_event (share_id, what, network)
SELECT id, what, %(network)s::text
FROM unnest(%(ids)s::text[]) WITH ORDINALITY AS shares(id, share_no),
     unnest(%(whats)s::text[]) WITH ORDINALITY AS whats(what, what_no)
ORDER BY share_no, what_no
"""


class EventQuerySet(models.QuerySet["Event"]):
    def note(self, share_ids: Iterable[str], *whats: str, network: str = "") -> None:
        """One row for each share and happening, in the caller's transaction."""
        ask(_NOTE, {"ids": list(share_ids), "whats": list(map(str, whats)), "network": network}).close()
