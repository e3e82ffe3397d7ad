"""Who writes which part."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from shares.models import Part, Share

# A part's writer that has not finished after this long may be taken over.
WRITER_PATIENCE = timedelta(seconds=60)


class PartQuerySet(models.QuerySet["Part"]):
    def reserve(self, share: "Share", n: int, size: int, digest: bytes, writer: str) -> "Part":
        """The part's row; its `writer` is the caller's when it was free, or its writer is taken for dead.

        A writer that was taken over can no longer mark the part done.
        """
        fresh = {"size": size, "digest": digest, "writer": writer}
        part, made = self.select_for_update().get_or_create(share=share, n=n, defaults=fresh)
        if made or part.done:
            return part
        stale = self.filter(pk=part.pk, written_since__lte=Now() - WRITER_PATIENCE)
        if stale.update(writer=writer, digest=digest, written_since=Now()):
            part.refresh_from_db()
        return part
