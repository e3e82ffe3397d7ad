"""What a create, a part, a claim and a burn ask about one share. Callers go through `ShareQuerySet`."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Value, When
from django.db.models.functions import Greatest, Now

from shares.querysets.fixed import Fixed, FixedUpdate, Slot, insertion
from shares.querysets.notice import WANTED
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
HALF_COLUMNS = ("share_id", "key_no", "sealed", "meta", "ended")
# A share, its half and what happened to it so far, or none of them.
ADD = f"""
WITH share AS ({insertion("shares_share", SHARE_COLUMNS)}),
     half AS ({insertion("shares_serverhalf", HALF_COLUMNS)})
INSERT INTO shares_event (share_id, what, network)
SELECT %(id)s::text, what, %(network)s::text FROM unnest(%(whats)s::text[]) WITH ORDINALITY AS whats(what, no)
ORDER BY no
"""  # noqa: S608 - names of ours
IS_KNOWN = """
SELECT statement_timestamp(), EXISTS (SELECT FROM shares_share WHERE id = %(id)s)
"""
LOOK = Fixed(lambda: _shares().filter(pk=Slot("share_id")))
LAPSED = Fixed[Any](lambda: _shares().lapsed().order_by().filter(pk=Slot("share_id")).values_list("pk"))
WITH_HALF = Fixed(lambda: _shares().dated().select_related("half").filter(pk=Slot("share_id")))
LOCKED = Fixed(lambda: _shares().dated().select_for_update().filter(pk=Slot("share_id")))
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

# One statement, since locks are held: the half goes with its share, or the database refuses. A lease whose
# time ran out since the sweep last closed some has ended too, and says so before its share does. What it
# reads of the share is what was before: whether it waited, and whether anybody had opened it.
END = f"""
WITH halves AS (DELETE FROM shares_serverhalf WHERE share_id = ANY(%(ids)s::text[])),
     parts AS (DELETE FROM shares_part WHERE share_id = ANY(%(ids)s::text[])),
     leases AS (UPDATE shares_lease SET closed_at = statement_timestamp()
                WHERE share_id = ANY(%(ids)s::text[]) AND closed_at IS NULL
                RETURNING share_id, ends_at <= statement_timestamp() AS lapsed),
     events AS (INSERT INTO shares_event (share_id, what, at, network)
                SELECT share_id, 'lease_ended', statement_timestamp(), '' FROM leases WHERE lapsed
                UNION ALL
                SELECT id, %(state)s::text, statement_timestamp(), %(network)s::text
                FROM unnest(%(ids)s::text[]) AS id),
     notices AS ({WANTED}
                 AND %(state)s::text = 'expired' AND wanted LIKE '%%:expired'
                 AND share.state = 'ready' AND share.opened_at IS NULL)
UPDATE shares_share
SET state = %(state)s::text, ended_at = statement_timestamp(),
    create_digest = NULL, password_verifier = NULL, origin = NULL
WHERE id = ANY(%(ids)s::text[])
RETURNING ended_at
"""  # noqa: S608 - both texts are ours
# The same for one: of a list Postgres does not know how long it is, and makes a new plan each time.
END_ONE = END.replace("ANY(%(ids)s::text[])", "%(id)s::text").replace(
    "unnest(%(ids)s::text[]) AS id", "(SELECT %(id)s::text AS id) AS ended"
)
