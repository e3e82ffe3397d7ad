"""A share ends, and from where it was left stays known."""

from shares.models import Share
from tests.faults.twins import replaced

NAME = "shares.querysets.share.ShareQuerySet.end"


def end(self, state, *, network=""):
    origins = dict(self.values_list("pk", "origin"))
    ended = replaced(NAME)(self, state, network=network)
    for share_id in ended:
        Share.objects.filter(pk=share_id).update(origin=origins[share_id])
    return ended


REPLACES = {NAME: end}
