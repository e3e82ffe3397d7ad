"""What a create, a part, a claim and a burn ask about one share. Callers go through `ShareQuerySet`."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Value, When
from django.db.models.functions import Greatest, Now

from shares.querysets.fixed import Fixed, FixedInsert, FixedUpdate, Slot
from shares.values import State

if TYPE_CHECKING:
    from shares.querysets.share import ShareQuerySet


def _shares() -> "ShareQuerySet":
    from shares.models import Share

    return Share.objects.all()


SHARE_COLUMNS = (
    *("id", "state", "kdf", "size", "part_size", "closing", "lifetime", "max_claims", "claims_left"),
    *("attempts", "unlocks", "link_verifier", "manage_verifier", "password_verifier", "create_digest"),
    *("owner_id", "origin", "storage_name", "upload_id", "ready_at", "expires_at"),
)
ADD_SHARE = FixedInsert(lambda: _shares().model, *SHARE_COLUMNS)
LOOK = Fixed(lambda: _shares().filter(pk=Slot("share_id")))
LAPSED = Fixed[Any](lambda: _shares().lapsed().order_by().filter(pk=Slot("share_id")).values_list("pk"))
WITH_HALF = Fixed(lambda: _shares().dated().select_related("half").filter(pk=Slot("share_id")))
LOCKED = Fixed(lambda: _shares().select_for_update().filter(pk=Slot("share_id")))
SEEN = ("now", "mine__id", "mine__ends_at", "mine__closed_at")
MOMENT_AND_LEASE = Fixed[Any](
    lambda: (
        _shares()
        .filter(pk=Slot("share_id"))
        .dated()
        .annotate(mine=FilteredRelation("leases", condition=Q(leases__verifier=Slot("verifier"))))
        .values_list(*SEEN)
    )
)
TAKE_ONE = FixedUpdate(
    lambda: _shares().filter(pk=Slot("share_id"), state=State.READY, claims_left__gt=0, expires_at__gt=Now()),
    claims_left=F("claims_left") - 1,
    state=Case(When(claims_left=1, then=Value(State.CLAIMED)), default=F("state")),
    # Never below none: an attempt paid before the sender unlocked is back already.
    attempts=Greatest(F("attempts") - Slot("back", models.SmallIntegerField()), 0),
    opened_at=Now(),
)

# What a crash may undo is not waited for: the row says the same after the next part, or the next sweep.
_HURRY = "set_config('synchronous_commit', 'off', true)"
FORGET_BLOB = f"""
WITH hurry AS (SELECT {_HURRY})
UPDATE shares_share SET storage_name = '', upload_id = '' FROM hurry WHERE id = ANY(%(ids)s::text[])
"""  # noqa: S608 - a text of ours
TOUCH = f"""
WITH hurry AS (SELECT {_HURRY})
UPDATE shares_share SET touched_at = statement_timestamp() FROM hurry
WHERE id = %(id)s AND state = 'uploading' AND NOT closing
"""  # noqa: S608 - a text of ours
UPLOADING = "SELECT 1 FROM shares_share WHERE id = %(id)s AND state = 'uploading' AND NOT closing FOR SHARE"
UPLOADING_IN_A_HURRY = UPLOADING.replace("SELECT 1", f"SELECT {_HURRY}")
