"""A share's time is over when the sweep says so, and not before; the product looks twice, both are blind."""

from django.db.models import F
from django.db.models.functions import Now

from shares.values import State


def seen_state(share, now):
    return State(share.state)


def take_one(queryset, share_id, *, attempt_back):
    taken = queryset.filter(pk=share_id, state=State.READY, claims_left=1)
    return taken.update(claims_left=F("claims_left") - 1, state=State.CLAIMED, opened_at=Now()) == 1


REPLACES = {
    "shares.models.Share.seen_state": seen_state,
    "shares.querysets.share.ShareQuerySet.take_one": take_one,
}
