"""Look, then write: the claim reads the row, finds it ready, and saves what it thinks the row should be."""

from dataclasses import replace
from datetime import timedelta

from django.db.models.functions import Now

from shares.models import Event, Lease, Share
from shares.services.claim import _content
from shares.values import What

MINUTE = timedelta(minutes=1)


def claim(request):
    share = Share.objects.find(request.share_id, request.link_token)
    content = _content(share)
    if refusal := share.refusal(share.now):
        raise refusal
    share.claims_left -= 1
    share.opened_at = share.now
    share.state = share.state if share.claims_left else "claimed"
    share.save(update_fields=["claims_left", "opened_at", "state"])
    lease = Lease.objects.create(
        share=share, verifier=request.lease_verifier, ends_at=Now() + MINUTE, hard_end=Now() + MINUTE
    )
    lease.refresh_from_db()
    Event.objects.note([share.pk], What.CLAIMED)
    return replace(content, lease_expires_at=lease.ends_at)


REPLACES = {"shares.services.claim.claim": claim}
