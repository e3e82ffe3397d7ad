"""Whoever proves the link repeats somebody else's claim."""

from shares.models import Lease
from tests.faults.twins import replaced

NAME = "shares.querysets.share.ShareQuerySet.moment_and_lease"


def moment_and_lease(queryset, share_id, verifier):
    first = Lease.objects.filter(share=share_id).order_by("pk").first()
    return replaced(NAME)(queryset, share_id, bytes(first.verifier) if first else verifier)


REPLACES = {NAME: moment_and_lease}
