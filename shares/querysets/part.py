"""Who writes which part."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from shares.models import Part, Share

# A part's writer that has not finished after this long may be taken over.
WRITER_PATIENCE = timedelta(seconds=60)
# The names of writers past this server begin so; others are random hex digits.
DIRECT = "direct:"


class PartQuerySet(models.QuerySet["Part"]):
    def reserve(self, share: "Share", n: int, size: int, digest: bytes, writer: str) -> "Part":
        """The part's row; its `writer` is the caller's when it was free, or its writer is taken for dead.

        A writer that was taken over can no longer mark the part done. Who has leave to send these very
        bytes past us (its name begins with DIRECT) is taken over at once: whoever is last sends the same.
        """
        fresh = {"size": size, "digest": digest, "writer": writer}
        part, made = self.select_for_update().get_or_create(share=share, n=n, defaults=fresh)
        if made or part.done:
            return part
        may_go = Q(written_since__lte=Now() - WRITER_PATIENCE) | Q(writer__startswith=DIRECT, digest=digest)
        stale = self.filter(may_go, pk=part.pk)
        if stale.update(writer=writer, digest=digest, written_since=Now()):
            part.refresh_from_db()
        return part
